//! The demo register as a file of the open data, made while it is read.

use super::places::{Places, address};
use super::service::{Kinds, Outline, Provider, record};
use super::{Block, Scale, names};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::io::{self, Read};

/// The file, to be read from its start to its end: `{"polozky":[…]}`.
pub struct RegisterFile {
    seed: u64,
    blocks: Box<dyn Iterator<Item = Block> + Send>,
    places: Places,
    kinds: Kinds,
    block: Option<BlockState>,
    pending: Vec<u8>,
    at: usize,
    records: u64,
    ended: bool,
}

/// What is left of a block.
struct BlockState {
    block: Block,
    rng: ChaCha8Rng,
    outlines: Vec<Outline>,
    provider_ids: Vec<u32>,
}

/// Highest portalIds of 2026: services and providers of later blocks begin behind those.
const SERVICE_IDS: u32 = 7_555;
const PROVIDER_IDS: u32 = 6_733;

impl RegisterFile {
    /// The register of a scale.
    pub fn new(scale: Scale, seed: u64) -> Self {
        Self {
            seed,
            blocks: Box::new(scale.blocks()),
            places: Places::load(),
            kinds: Kinds::load(),
            block: None,
            pending: b"{\"polozky\":[".to_vec(),
            at: 0,
            records: 0,
            ended: false,
        }
    }

    /// Services so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    fn open(&self, block: Block) -> BlockState {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed.wrapping_mul(1_000_003).wrapping_add(u64::from(block.number)));
        let facilities = facility_counts(block, &mut rng);
        let mut portal_ids: Vec<u32> = (1..=SERVICE_IDS).map(|id| id + block.number * SERVICE_IDS).collect();
        portal_ids.shuffle(&mut rng);
        let mut numbers: Vec<u32> = (0..SERVICE_IDS).map(|n| 1_000_000 + n * 119 + block.number * 9).collect();
        numbers.shuffle(&mut rng);
        let outline = |((portal_id, number), facilities): ((u32, u32), usize)| {
            let identifikator = (!rng.random_ratio(3, 100)).then_some(number);
            Outline { portal_id, identifikator, facilities }
        };
        let outlines = portal_ids.into_iter().zip(numbers).zip(facilities).map(outline).collect();
        let mut provider_ids: Vec<u32> = (1..=PROVIDER_IDS).map(|id| id + block.number * PROVIDER_IDS).collect();
        provider_ids.shuffle(&mut rng);
        BlockState { block, rng, outlines, provider_ids }
    }

    /// The next provider with all its services, as text; nothing behind the last one.
    fn next_provider(&mut self) -> bool {
        let mut state = match self.block.take() {
            Some(state) if !state.outlines.is_empty() => state,
            _ => match self.blocks.next() {
                Some(block) => self.open(block),
                None => return false,
            },
        };
        let rng = &mut state.rng;
        let home = self.places.home(state.block.kraj, rng);
        let brand = names::brand(state.block.number, rng);
        let portal_id = state.provider_ids.pop().filter(|_| !rng.random_ratio(2, 100));
        let provider = Provider { record: provider(brand, portal_id, home, rng), brand, home, domain: names::domain(brand, rng) };
        let services = service_count(rng).min(state.outlines.len());
        for outline in state.outlines.split_off(state.outlines.len() - services) {
            if self.records > 0 {
                self.pending.extend_from_slice(b",\n");
            }
            self.records += 1;
            self.pending.extend_from_slice(record(&outline, &provider, &self.kinds, &self.places, rng).as_bytes());
        }
        self.block = Some(state);
        true
    }
}

impl Read for RegisterFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.pending.len() {
            self.pending.clear();
            self.at = 0;
            if self.ended {
                return Ok(0);
            }
            if !self.next_provider() {
                self.ended = true;
                self.pending.extend_from_slice(b"]}\n");
            }
        }
        let count = buffer.len().min(self.pending.len() - self.at);
        buffer[..count].copy_from_slice(&self.pending[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Facilities of each service of a block: most have one, few have dozens, and the sum is exact.
fn facility_counts(block: Block, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let draw = |rng: &mut ChaCha8Rng| match rng.random_range(0..100) {
        0..1 => 0,
        1..55 => 1,
        55..73 => 2,
        73..82 => 3,
        82..88 => 4,
        88..93 => rng.random_range(5..9),
        93..98 => rng.random_range(9..21),
        _ => rng.random_range(21..41),
    };
    let mut counts: Vec<usize> = (0..block.services).map(|_| draw(rng)).collect();
    let mut sum: usize = counts.iter().sum();
    while sum != block.facilities {
        let count = &mut counts[rng.random_range(0..block.services)];
        if sum < block.facilities && *count > 0 {
            *count += 1;
            sum += 1;
        } else if sum > block.facilities && *count > 1 {
            *count -= 1;
            sum -= 1;
        }
    }
    counts
}

/// Services of one provider.
fn service_count(rng: &mut ChaCha8Rng) -> usize {
    match rng.random_range(0..100) {
        0..53 => 1,
        53..72 => 2,
        72..83 => 3,
        83..89 => 4,
        89..94 => rng.random_range(5..7),
        94..98 => rng.random_range(7..11),
        _ => rng.random_range(11..26),
    }
}

/// The provider of a record; one in a hundred is a natural person.
fn provider(brand: &str, portal_id: Option<u32>, home: &super::places::Place, rng: &mut ChaCha8Rng) -> Value {
    let mut ico = names::ico(rng);
    if rng.random_ratio(2, 1000) {
        // A wrong checksum.
        let last = ico.pop().map_or(0, |c| c.to_digit(10).unwrap_or_default());
        ico.push(char::from_digit((last + 1) % 10, 10).unwrap_or('0'));
    }
    let seat = rng.random_ratio(1, 2).then(|| address(home, rng));
    let mut record = json!({"id": null, "portalId": portal_id, "ico": ico, "emaily": [], "telefony": [{"telefon": names::phone(rng), "poznamka": null}],
        "faxy": [], "weby": [], "sidlo": seat, "statutarniOrgany": []});
    if rng.random_ratio(1, 100) {
        let (name, surname) = names::person(rng);
        record["nazev"] = json!(format!("{name} {surname}"));
        record["jmeno"] = json!(name);
        record["prijmeni"] = json!(surname);
    } else {
        record["nazev"] = json!(names::provider(brand, home, rng));
        record["statutarniOrgany"] = (0..rng.random_range(1..4)).map(|_| names::member(rng)).collect();
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ico::Ico;
    use sha2::{Digest, Sha256};
    use std::collections::{BTreeMap, HashSet};

    fn whole(scale: Scale, seed: u64) -> String {
        let mut text = String::new();
        RegisterFile::new(scale, seed).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_same_seed_gives_the_same_file() {
        let digest = |text: &str| hex::encode(&Sha256::digest(text)[..8]);
        let first = whole(Scale::Kraj, 1);
        assert_eq!(digest(&first), digest(&whole(Scale::Kraj, 1)));
        assert_ne!(digest(&first), digest(&whole(Scale::Kraj, 2)));
    }

    #[test]
    fn a_region_has_the_proportions_of_the_register() {
        let file: Value = serde_json::from_str(&whole(Scale::Kraj, 1)).unwrap();
        let records = file["polozky"].as_array().unwrap();
        let facilities: usize = records.iter().map(|r| r["zarizeni"].as_array().unwrap().len()).sum();
        assert_eq!((records.len(), facilities), (480, 1_348));
        let distinct =
            |pointer: &str| records.iter().filter_map(|r| r.pointer(pointer)).map(Value::to_string).collect::<HashSet<_>>().len();
        assert_eq!(distinct("/portalId"), 480);
        assert!((150..=230).contains(&distinct("/poskytovatel/ico")), "{}", distinct("/poskytovatel/ico"));
        let mut book = domain::registry::codes::CodeBook::default();
        for (file, code) in [
            (include_str!("../../store/codelists/druhy_sluzeb.csv"), "rpss_kod"),
            (include_str!("../../store/codelists/formy.csv"), "rpss_kod"),
            (include_str!("../../store/codelists/typy_kapacity.csv"), "rpss_kod"),
            (include_str!("../../store/codelists/cilove_skupiny.csv"), "kod_found"),
            (store::codelists::KRAJE, "rpss_kod"),
            (store::codelists::OKRESY, "rpss_kod"),
            (store::codelists::OBCE, "rpss_kod"),
            (store::codelists::CASTI_OBCI, "rpss_kod"),
        ] {
            store::codelists::rows(file).for_each(|row| book.add(&row[code], &row[code], ""));
        }
        let mut said: BTreeMap<String, u32> = BTreeMap::new();
        for (index, record) in (1..).zip(records) {
            let record = domain::registry::record::Record::read(index, &record.to_string()).unwrap();
            assert!(record.rest.is_empty(), "{:?}", record.rest);
            let normalised = domain::registry::normalise::normalise(record, chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), &book);
            assert_eq!(
                normalised.search.kraje.iter().filter(|k| k.ends_with("/60")).count(),
                usize::from(!normalised.search.obce.is_empty())
            );
            normalised.problems.iter().for_each(|p| *said.entry(p.kind.code().to_owned()).or_default() += 1);
        }
        assert!(said.keys().all(|kind| kind == "incomplete" || kind == "ico"), "only coded rows: {said:?}");
    }

    #[test]
    fn numbers_have_right_checksums() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        assert!((0..500).all(|_| Ico::parse(&names::ico(&mut rng)).is_ok_and(|ico| ico.checksum_holds())));
    }
}
