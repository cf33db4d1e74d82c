//! Two subsidy years of the demo: last year's round, decided and published, and this year's, in which providers apply and the region assesses.

use super::desk::Desk;
use super::people::{Fault, KRAJ, OTHERS, Region};
use app::subsidy::{
    assessment::save::SaveAssessment,
    awards::publish::PublishResults,
    calculation::start_run::StartRun,
    decision::{close_step::CloseStep, make_proposal::MakeProposal},
    rounds::{
        create_round::CreateRound, formal_check::SaveCheck, import_confirm::ConfirmImport, import_read::ReadApplications,
        open_year::OpenYear, publish_window::PublishWindow, set_window::SetWindow,
    },
};
use axum::Router;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use domain::{
    codelists::{Form, FormGroup, Unit, computation_group, unit},
    subsidy::{
        assessment::formal::default_items,
        calculation::{BUILTIN, Scheme},
        decision::DEFAULT_CHAIN,
    },
    time::Clock,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server_fn::ServerFn;
use std::sync::{Arc, Mutex, PoisonError};
use store::{
    Store,
    registry::detail::BusyProvider,
    registry::search::{ExportRow, Query, export},
    subsidy::{assessments, decisions, parts, rounds, runs, schemes},
};

/// Money for each service that is applied for: last year, and in the round under way.
const LAST_YEAR: u64 = 3_500_000;
const THIS_YEAR: u64 = 3_750_000;

/// Says what is being done.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// The time of the story, which its teller moves on.
pub struct StoryClock(Mutex<DateTime<Utc>>);

impl StoryClock {
    /// A clock that stands at an instant.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for StoryClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the story through the application itself.
pub struct Teller {
    /// The application.
    pub router: Router,
    /// Its database.
    pub store: Store,
    /// Its clock.
    pub clock: Arc<StoryClock>,
    /// The instant at which the story ends.
    pub now: DateTime<Utc>,
}

impl Teller {
    /// Makes both years in these regions, with at most so many services of each.
    pub async fn tell(
        &self,
        seed: u64,
        provider: &BusyProvider,
        (regions, most): (&[Region], usize),
        say: Progress<'_>,
    ) -> Result<(), Fault> {
        let this = store::prague::day(self.now).year() + 1;
        say("dotační rok, který je rozhodnutý");
        let last = self.open_round(this - 1, 390, (385, 350)).await?;
        let mut schemes = Vec::new();
        for (at, region) in regions.iter().enumerate() {
            if regions.len() > 1 {
                say(&format!("  kraj {} ({} z {})", region.code, at + 1, regions.len()));
            }
            schemes.push(self.decided(last, region, most, seed).await?);
        }

        say("dotační rok, ve kterém se podává a hodnotí");
        let now = self.open_round(this, 20, (14, -10)).await?;
        for (region, scheme) in regions.iter().zip(schemes) {
            let kraj = self.at(16, &region.officer).await?;
            let without = (region.code == KRAJ).then_some(provider);
            let table = now.table(&self.store, &kraj, region, (self.clock.now(), most), seed + 1, without).await?;
            let allocation = THIS_YEAR * table.services.max(1);
            let kraj = self.at(15, &region.officer).await?;
            now.window(&kraj, Some(scheme), allocation).await?;
            if table.services == 0 {
                continue;
            }
            let kraj = self.at(2, &region.officer).await?;
            now.load(&kraj, table.text).await?;
            let kraj = self.at(1, &region.officer).await?;
            now.assess(&self.store, &kraj, 0.4, seed + 1).await?;
            now.run(&kraj, scheme, "První odhad", allocation).await?;
        }
        for (code, login, _) in OTHERS {
            if regions.iter().all(|region| region.code != code) {
                now.window(&self.at(15, login).await?, None, 300_000_000).await?;
            }
        }
        Ok(())
    }

    /// The round of last year in a region, decided and published; gives the version of the scheme.
    async fn decided(&self, last: Round, region: &Region, most: usize, seed: u64) -> Result<uuid::Uuid, Fault> {
        let kraj = self.at(385, &region.officer).await?;
        let scheme = schemes_of_kraj(&self.store, &kraj, self.clock.now()).await?;
        let table = last.table(&self.store, &kraj, region, (self.clock.now(), most), seed, None).await?;
        let allocation = LAST_YEAR * table.services.max(1);
        last.window(&kraj, Some(scheme), allocation).await?;
        if table.services == 0 {
            return Ok(scheme);
        }
        let kraj = self.at(349, &region.officer).await?;
        last.load(&kraj, table.text).await?;
        let kraj = self.at(320, &region.officer).await?;
        last.assess(&self.store, &kraj, 1.0, seed).await?;
        last.propose(&self.store, &kraj, scheme, allocation).await?;
        for (step, name) in DEFAULT_CHAIN.iter().enumerate() {
            let council = self.at(310 - 12 * i64::try_from(step)?, &region.council).await?;
            last.close(&self.store, &council, self.clock.now(), (17 + 23 * step, name)).await?;
        }
        let kraj = self.at(250, &region.officer).await?;
        last.publish(&self.store, &kraj).await?;
        Ok(scheme)
    }

    /// Moves the story to so many days before its end, and gives a person at work on that day.
    async fn at(&self, days_before: i64, login: &str) -> Result<Desk, Fault> {
        self.clock.set(self.now - TimeDelta::days(days_before));
        Desk::open(&self.router, &self.store, login, self.clock.now()).await
    }

    /// The MPSV opens a year with one round, in which regions take applications between two days.
    async fn open_round(&self, year: i32, days_before: i64, (opens, closes): (i64, i64)) -> Result<Round, Fault> {
        let mpsv = self.at(days_before, "mpsv").await?;
        mpsv.post(OpenYear::PATH, &[("rok", year.to_string())]).await?;
        let name = "Program A, 1. kolo".to_owned();
        mpsv.post(CreateRound::PATH, &[("rok", year.to_string()), ("cislo", "1".to_owned()), ("nazev", name)]).await?;
        let day = |before: i64| store::prague::day(self.now - TimeDelta::days(before));
        Ok(Round { year, opens: day(opens), closes: day(closes) })
    }
}

/// The built-in schemes, taken over by the region; gives the version of the basic one.
async fn schemes_of_kraj(store: &Store, kraj: &Desk, at: DateTime<Utc>) -> Result<uuid::Uuid, Fault> {
    let mut tx = store.begin(&kraj.actor).await?;
    let mut first = None;
    for builtin in BUILTIN {
        let scheme = Scheme::from_toml(builtin.toml).map_err(|fault| fault.message)?;
        let (_, version) = schemes::create(&mut tx, &scheme, ("ukázková data", at)).await?;
        first.get_or_insert(version);
    }
    tx.commit(at).await?;
    first.ok_or_else(|| "vestavěná schémata chybí".into())
}

/// Applications of a region as a table.
struct Table {
    text: String,
    services: u64,
}

#[derive(Clone, Copy)]
struct Round {
    year: i32,
    opens: NaiveDate,
    closes: NaiveDate,
}

impl Round {
    fn key(&self) -> [(&'static str, String); 2] {
        [("rok", self.year.to_string()), ("kolo", "1".to_owned())]
    }

    async fn window(&self, desk: &Desk, scheme: Option<uuid::Uuid>, allocation: u64) -> Result<(), Fault> {
        let day = |d: NaiveDate| format!("{}. {}. {}", d.day(), d.month(), d.year());
        let mut fields: Vec<(String, String)> = vec![
            ("od_den".into(), day(self.opens)),
            ("od_cas".into(), "8.00".into()),
            ("do_den".into(), day(self.closes)),
            ("do_cas".into(), "23.59".into()),
            ("ucel".into(), format!("Zajištění sociálních služeb na území kraje v roce {} (§ 101a zákona č. 108/2006 Sb.)", self.year)),
            ("obdobi_od".into(), format!("1. 1. {}", self.year)),
            ("obdobi_do".into(), format!("31. 12. {}", self.year)),
            ("alokace".into(), allocation.to_string()),
            ("schema".into(), scheme.map(|id| id.to_string()).unwrap_or_default()),
            ("postup".into(), DEFAULT_CHAIN.join("\n")),
        ];
        fields.extend(default_items().into_iter().map(|item| (format!("polozka.{}", item.key), item.label)));
        let names: Vec<(String, String)> = fields.into_iter().map(|(path, text)| (app::form::name(&path), text)).collect();
        let mut form: Vec<(&str, String)> = self.key().to_vec();
        form.extend(names.iter().map(|(name, text)| (name.as_str(), text.clone())));
        desk.post(SetWindow::PATH, &form).await?;
        desk.post(PublishWindow::PATH, &self.key()).await?;
        Ok(())
    }

    /// What the region's providers apply for, as a table; services that fit, in the order of the register.
    async fn table(
        &self,
        store: &Store,
        kraj: &Desk,
        region: &Region,
        (at, most): (DateTime<Utc>, usize),
        seed: u64,
        without: Option<&BusyProvider>,
    ) -> Result<Table, Fault> {
        let mut tx = store.begin(&kraj.actor).await?;
        let query = Query { kraje: vec![region.code.clone()], on: store::prague::day(at), ..Query::default() };
        let rows = export(&mut tx, &query).await?;
        drop(tx);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut text = String::from(
            "identifikator;jednotky_pob;mesice_pob;kapacita_pob;jednotky_at;mesice_at;kapacita_at;naklady.1.1;pozadavek.1.1;naklady.2.2;pozadavek.2.2;naklady.2.6.1;pozadavek.2.6.1;naklady.2.6.6;pozadavek.2.6.6;zdroje.uhrady_pobyt.plan;zdroje.obec_dotace.plan;verejne\n",
        );
        let fits = |row: &&ExportRow| {
            row.identifikator.is_some()
                && row.provided_to.is_none()
                && !row.forms.is_empty()
                && row.provided_from.is_some_and(|from| from.year() < self.year)
                && without.as_ref().is_none_or(|provider| row.ico != provider.ico)
                && groups(row).iter().all(|group| computation_group(row.paragraph.as_deref().unwrap_or_default(), *group).is_some())
        };
        let mut services = 0;
        for row in rows.iter().filter(fits).take(most) {
            text.push_str(&line(row, &mut rng));
            services += 1;
        }
        Ok(Table { text, services })
    }

    /// The region loads applications from a table.
    async fn load(&self, kraj: &Desk, text: String) -> Result<(), Fault> {
        let mut form = self.key().to_vec();
        form.push(("text", text));
        let waiting = kraj.post(ReadApplications::PATH, &form).await?;
        let batch = waiting.split("davka=").nth(1).unwrap_or_default().to_owned();
        let mut form = self.key().to_vec();
        form.push(("davka", batch));
        kraj.post(ConfirmImport::PATH, &form).await?;
        Ok(())
    }

    /// Every application passes the formal check; `part` of the services are assessed to the end.
    async fn assess(&self, store: &Store, kraj: &Desk, part: f64, seed: u64) -> Result<(), Fault> {
        let own = self.own(store, kraj).await?;
        let mut tx = store.begin(&kraj.actor).await?;
        let applications = parts::parts(&mut tx, own.id).await?;
        let services = assessments::services(&mut tx, own.id).await?;
        drop(tx);
        for application in applications {
            let mut form = self.key().to_vec();
            form.push(("zadost", application.id.to_string()));
            let names: Vec<String> = own.formal_items.0.iter().map(|item| app::form::name(&item.key)).collect();
            form.extend(names.iter().map(|name| (name.as_str(), "ano".to_owned())));
            kraj.post(SaveCheck::PATH, &form).await?;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xa55e55);
        for service in &services {
            if !rng.random_bool(part) {
                continue;
            }
            let refused = rng.random_bool(0.03);
            let mut fields = vec![
                ("sprss", "ano".to_owned()),
                ("podpora", if refused { "ne" } else { "ano" }.to_owned()),
                (
                    "podpora.komentar",
                    if refused { "Služba není v základní síti kraje." } else { "Služba je v základní síti kraje." }.to_owned(),
                ),
                ("efektivita", "Náklady na jednotku odpovídají službám stejného druhu v kraji.".to_owned()),
            ];
            if rng.random_bool(0.2) {
                fields.push(("chyba.2.6.6.druh", "neuznatelna".to_owned()));
                fields.push(("chyba.2.6.6.duvod", "Oprava převyšuje běžnou údržbu.".to_owned()));
            }
            let names: Vec<(String, String)> = fields.into_iter().map(|(path, text)| (app::form::name(path), text)).collect();
            let mut form = self.key().to_vec();
            form.push(("sluzba", service.id.to_string()));
            form.extend(names.iter().map(|(name, text)| (name.as_str(), text.clone())));
            kraj.post(SaveAssessment::PATH, &form).await?;
        }
        Ok(())
    }

    async fn run(&self, kraj: &Desk, scheme: uuid::Uuid, name: &str, allocation: u64) -> Result<(), Fault> {
        let mut form = self.key().to_vec();
        form.extend([("schema", scheme.to_string()), ("nazev", name.to_owned()), ("castka", allocation.to_string())]);
        kraj.post(StartRun::PATH, &form).await?;
        Ok(())
    }

    async fn own(&self, store: &Store, desk: &Desk) -> Result<rounds::KrajRound, Fault> {
        let mut tx = store.begin(&desk.actor).await?;
        let round = rounds::round(&mut tx, self.year, 1).await?;
        let (_, kraj) = desk.actor.kraj()?;
        Ok(rounds::kraj_round_of(&mut tx, round.id, kraj).await?.ok_or("kolo ukázky chybí")?)
    }

    /// The value of a first run becomes the optimum of every service, and a second run the proposal.
    async fn propose(&self, store: &Store, kraj: &Desk, scheme: uuid::Uuid, allocation: u64) -> Result<(), Fault> {
        self.run(kraj, scheme, "Pro optimální návrhy", allocation).await?;
        let own = self.own(store, kraj).await?.id;
        let mut tx = store.begin(&kraj.actor).await?;
        let services = assessments::services(&mut tx, own).await?;
        drop(tx);
        for service in &services {
            let mut form = self.key().to_vec();
            form.extend([
                ("sluzba", service.id.to_string()),
                ("verze", service.row_version.to_string()),
                ("prevzit", "1".to_owned()),
                ("dokoncit", "1".to_owned()),
            ]);
            kraj.post(SaveAssessment::PATH, &form).await?;
        }
        self.run(kraj, scheme, "Návrh odboru", allocation).await?;
        let mut tx = store.begin(&kraj.actor).await?;
        let last = runs::runs(&mut tx, own).await?.into_iter().max_by_key(|run| run.number).ok_or("běh ukázky chybí")?;
        drop(tx);
        let mut form = self.key().to_vec();
        form.push(("beh", last.id.to_string()));
        kraj.post(MakeProposal::PATH, &form).await?;
        Ok(())
    }

    async fn close(&self, store: &Store, council: &Desk, at: DateTime<Utc>, (number, name): (usize, &str)) -> Result<(), Fault> {
        let own = self.own(store, council).await?.id;
        let mut tx = store.begin(&council.actor).await?;
        let version = decisions::decision(&mut tx, own).await?.map(|stored| stored.row_version).unwrap_or_default();
        drop(tx);
        let day = store::prague::day(at);
        let mut form = self.key().to_vec();
        form.extend([
            ("verze", version.to_string()),
            ("datum", format!("{}. {}. {}", day.day(), day.month(), day.year())),
            ("usneseni", format!("{number:03}/{} ({name})", day.year())),
        ]);
        council.post(CloseStep::PATH, &form).await?;
        Ok(())
    }

    async fn publish(&self, store: &Store, kraj: &Desk) -> Result<(), Fault> {
        let mut form = self.key().to_vec();
        form.push(("verze", self.own(store, kraj).await?.row_version.to_string()));
        kraj.post(PublishResults::PATH, &form).await?;
        Ok(())
    }
}

fn groups(row: &ExportRow) -> Vec<FormGroup> {
    let mut groups: Vec<FormGroup> = row.forms.iter().filter_map(|form| Form::of_key(form)).map(Form::group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// One line of the table: costs follow units and type, the request is a good half of them.
fn line(row: &ExportRow, rng: &mut ChaCha8Rng) -> String {
    let paragraph = row.paragraph.as_deref().unwrap_or_default();
    let mut costs = 0_u64;
    let mut cells = Vec::new();
    for group in [FormGroup::Residential, FormGroup::AmbulatoryAndField] {
        if !groups(row).contains(&group) {
            cells.push(";;".to_owned());
            continue;
        }
        let (tenths, cost, capacity) = match unit(paragraph, group) {
            Unit::Bed => {
                let beds = rng.random_range(8..90_u64);
                (beds * 10, beds * rng.random_range(380_000..620_000), beds)
            }
            Unit::FullTime => {
                let tenths = rng.random_range(15..140_u64);
                (tenths, tenths * rng.random_range(52_000..82_000), tenths)
            }
        };
        costs += cost;
        cells.push(format!("{},{};12;{capacity}", tenths / 10, tenths % 10));
    }
    let part = |share: u64| costs * share / 100;
    let asked = |share: u64, rng: &mut ChaCha8Rng| part(share) * rng.random_range(40..75) / 100;
    let fees = if groups(row).contains(&FormGroup::Residential) { part(30) } else { part(8) };
    let town = part(rng.random_range(5..14));
    let amounts: Vec<String> = [68, 12, 13, 7].into_iter().map(|share| format!("{};{}", part(share), asked(share, rng))).collect();
    format!("{};{};{};{fees};{town};{town}\n", row.identifikator.as_deref().unwrap_or_default(), cells.join(";"), amounts.join(";"))
}
