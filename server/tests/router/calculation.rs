//! Schemes and runs through the router: made, edited, tried, run, frozen, compared, saved from a what-if; and what another kraj sees of it.

use crate::support::{Answer, Person, World, register::NewService};
use app::subsidy::{
    calculation::{save_what_if::SaveWhatIf, start_run::StartRun, what_if_data::ReadWhatIf, what_if_data::WhatIfData},
    schemes::{
        choose_scheme::ChooseScheme, create_scheme::CreateScheme, edit_scheme::EditScheme, new_version::NewVersion,
        replace_toml::ReplaceToml,
    },
};
use domain::{
    accounts::{Account, Actor, OrganisationKind, Role},
    codelists::{FormGroup, Kraj},
    subsidy::{
        amount::{Crowns, Share, Units},
        application::{Applicant, BudgetLine, Capacity, Part, Person as Contact, ServiceFacts, ServicePart},
        calculation::{Fraction, Scheme, scheme::Number},
        what_if::{Changes, RateChange},
    },
};
use server_fn::ServerFn;
use std::collections::BTreeMap;
use store::subsidy::{imports, runs, schemes};
use uuid::Uuid;

const RUNS: &str = "/dotace/2027/1/vypocet";
const SCHEMES: &str = "/dotace/schemata";

/// A kraj with three services of three providers, one of which fails the formal check; their requests are 2, 3 and 1 million.
struct Scene {
    world: World,
    officer: Person,
    decider: Person,
    assessor: Person,
    stranger: Person,
    round: Uuid,
    actor: Actor,
}

fn part(provider: &str, service: Uuid, (identifier, name, paragraph): (&str, &str, &str), units: (FormGroup, u32), request: u64) -> Part {
    let line = BudgetLine { costs: Some(Crowns::new(request * 2)), request: Some(Crowns::new(request)), ..BudgetLine::default() };
    let capacity =
        Capacity { units: Some(Units::thousandths(units.1 * 1000)), months: Some(12), plan: Some(units.1), ..Capacity::default() };
    Part {
        kraj: Kraj::of_code(60).unwrap(),
        year: 2027,
        applicant: Applicant { name: provider.to_owned(), ..Applicant::default() },
        account: None,
        representative: Contact::default(),
        contact: Contact::default(),
        services: vec![ServicePart {
            facts: ServiceFacts {
                service: service.to_string(),
                identifier: Some(identifier.to_owned()),
                name: name.to_owned(),
                paragraph: paragraph.to_owned(),
                ..ServiceFacts::default()
            },
            name: name.to_owned(),
            target_group: String::new(),
            capacity: BTreeMap::from([(units.0, capacity)]),
            capacity_note: String::new(),
            budget: BTreeMap::from([("2.5".to_owned(), line)]),
            sources: BTreeMap::new(),
            public_money: None,
            public_money_note: String::new(),
            share: Share::WHOLE,
            request: Crowns::new(request),
            others: Crowns::ZERO,
        }],
    }
}

async fn scene() -> Scene {
    let world = World::at("2027-01-20T10:00:00Z").await;
    world.codelists().await;
    let usti = world.kraj("60").await;
    let liberec = world.kraj("78").await;
    let round = world.round(2027).await;
    let own = world.window(round, "60", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z").await;
    world.window(round, "78", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z").await;
    sqlx::query("update kraj_round set allocation = 4000000 where id = $1").bind(own).execute(&world.owner).await.unwrap();
    let actor = Actor::Account(Box::new(Account {
        id: Uuid::nil(),
        person: Uuid::nil(),
        person_name: "Jana Nováková".to_owned(),
        role: Role::KrajOfficer,
        organisation: usti,
        organisation_name: "Ústecký kraj".to_owned(),
        kind: OrganisationKind::Kraj,
        kraj: Some("60".to_owned()),
        provider: None,
        rights: Role::KrajOfficer.rights().iter().copied().collect(),
        session: None,
    }));
    for (provider_name, ico, identifier, name, kind, units, request) in [
        ("Senior Teplice z. s.", "63504260", "1000001", "Domov pro seniory Písečná", "49", (FormGroup::Residential, 20), 2_000_000),
        ("Jurta o.p.s.", "27010511", "1000002", "Pečovatelská služba Jurta", "40", (FormGroup::AmbulatoryAndField, 9), 3_000_000),
        ("Samaritán z. s.", "26548321", "1000003", "Azylový dům Samaritán", "57", (FormGroup::Residential, 30), 1_000_000),
        ("Pozdní z. s.", "25596641", "1000004", "Neúplná služba", "40", (FormGroup::AmbulatoryAndField, 5), 900_000),
    ] {
        let provider = world.provider(provider_name, ico, usti).await;
        let forms: &[&str] = if units.0 == FormGroup::Residential { &["pob"] } else { &["ter"] };
        let new = NewService { identifier: Some(identifier), name, kind, forms, kraje: &["60"] };
        let service = world.service(provider, &new).await;
        let document = part(provider_name, service, (identifier, name, kind), units, request);
        let mut tx = world.store.begin(&actor).await.unwrap();
        imports::insert(&mut tx, own, provider, identifier, &document, ("Jana Nováková", world.now())).await.unwrap();
        tx.commit(world.now()).await.unwrap();
        if identifier == "1000004" {
            sqlx::query(
                "insert into formal_check (part_id, kraj_code, document, outcome, updated_at, updated_by)
                 select part_id, kraj_code, '{}', 'failed', $1, 'x' from part_service where identifikator = '1000004'",
            )
            .bind(world.now())
            .execute(&world.owner)
            .await
            .unwrap();
        }
    }
    Scene {
        officer: world.person("Jana Nováková", Role::KrajOfficer, usti).await,
        decider: world.person("Tomáš Černý", Role::KrajDecisionMaker, usti).await,
        assessor: world.person("Marie Svobodová", Role::KrajAssessor, usti).await,
        stranger: world.person("Petr Liberecký", Role::KrajOfficer, liberec).await,
        world,
        round: own,
        actor,
    }
}

impl Scene {
    /// Makes the built-in basic scheme and gives the address of its editor.
    async fn basic(&self) -> String {
        let shown = self.world.get(Some(&self.officer), SCHEMES).await;
        let mut form = shown.form(CreateScheme::PATH);
        form.set("vychozi", "zakladni");
        let editor = self.world.submit(Some(&self.officer), SCHEMES, &form).await.goes();
        editor.split_once('?').map_or(editor.clone(), |(path, _)| path.to_owned())
    }

    async fn start(&self, name: &str) -> Answer {
        self.world
            .fill(&self.officer, RUNS, StartRun::PATH, |form| {
                form.set("nazev", name);
            })
            .await
    }

    async fn run(&self, number: i32) -> runs::RunDetail {
        let mut tx = self.world.store.begin(&self.actor).await.unwrap();
        runs::run_by_number(&mut tx, self.round, number).await.unwrap()
    }

    async fn data(&self) -> WhatIfData {
        let pairs = [("rok", "2027"), ("kolo", "1"), ("beh", "1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.world.call(Some(&self.decider), ReadWhatIf::PATH, &pairs).await;
        answer.is(200);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn save_what_if(&self, person: &Person, changes: &Changes, digest: &str) -> Answer {
        let json = serde_json::to_string(changes).unwrap();
        let pairs = [("rok", "2027"), ("kolo", "1"), ("beh", "1"), ("nazev", "víc na péči"), ("zmeny", &json), ("otisk", digest)];
        let mut pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        pairs.push(("klic".to_owned(), format!("co-kdyby-{}-{digest}", person.account)));
        self.world.call(Some(person), SaveWhatIf::PATH, &pairs).await
    }
}

/// A run is stored with everything, computed again it is the same; it freezes its version; a second POST does nothing.
#[tokio::test]
async fn a_run_is_kept_and_its_version_frozen() {
    let scene = scene().await;
    let editor = scene.basic().await;
    let world = &scene.world;
    world
        .get(Some(&scene.officer), RUNS)
        .await
        .is(200)
        .says("3 služby, z toho 0 s dokončeným hodnocením")
        .says("Formální kontrolou neprošla 1 služba");
    let shown = world.get(Some(&scene.officer), RUNS).await;
    let mut form = shown.form(StartRun::PATH);
    form.set("nazev", "návrh odboru");
    assert_eq!(world.submit(Some(&scene.officer), RUNS, &form).await.goes(), "/dotace/2027/1/vypocet/1?hotovo=beh");
    // The same form once more: done once, answered twice.
    assert_eq!(world.submit(Some(&scene.officer), RUNS, &form).await.goes(), "/dotace/2027/1/vypocet/1?hotovo=beh");

    let run = scene.run(1).await;
    let again = run.stored.calculate().unwrap();
    assert_eq!(again.digest(), run.digest);
    let result: serde_json::Value = serde_json::from_str(&again.report().to_json().unwrap()).unwrap();
    assert_eq!(result, run.result);
    assert_eq!((run.row.allocated, run.row.awarded, run.services.len()), (4_000_000, 4_000_000, 3));
    assert_eq!(Fraction::whole(run.row.awarded), again.awarded());
    // Requests 2, 3 and 1 million, all below what is missing: 4 of 6 million are divided alike.
    let awards: Vec<(&str, String)> = run
        .services
        .iter()
        .zip(&again.run.results)
        .map(|(service, result)| (service.identifikator.as_str(), result.award.shown()))
        .collect();
    assert_eq!(awards, [("1000002", "2000000".to_owned()), ("1000001", "1333000".to_owned()), ("1000003", "667000".to_owned())]);

    let page = world.get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1?sloupce=N&sloupce=V_pobyt&razeni=sluzba&smer=vzestupne").await;
    page.is(200)
        .says("Běh č. 1: návrh odboru")
        .says("Azylový dům Samaritán")
        .says("1 333 000")
        .says("Celkem 3 služby")
        .says("Zobrazeno 3 z 3");
    world.get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1?q=jurta").await.is(200).says("Zobrazeno 1 z 3").lacks("Azylový dům");
    let csv = world.get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1/csv").await;
    assert!(csv.is(200).body.starts_with("\u{feff}identifikator;sluzba;poskytovatel;druh;"), "{}", csv.body);
    assert!(csv.body.contains(";2000000;"), "{}", csv.body);

    // The table of the page: its columns, its services, its order.
    let table = world
        .get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1/tabulka.csv?sloupce=N&razeni=sluzba&smer=vzestupne")
        .await
        .is(200)
        .body
        .clone();
    let column = |at: usize| table.lines().filter_map(|line| line.split(';').nth(at).map(ToOwned::to_owned)).collect::<Vec<_>>();
    assert_eq!(column(0), ["\u{feff}Služba", "Azylový dům Samaritán", "Domov pro seniory Písečná", "Pečovatelská služba Jurta"]);
    assert!(column(4)[0].starts_with("N ("), "{table}");
    assert_eq!(column(7), ["\"Návrh, Kč\"", "667000", "1333000", "2000000"]);
    let one = world.get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1/tabulka.csv?q=jurta").await.body;
    assert_eq!(one.lines().count(), 2, "{one}");
    assert!(world.get(Some(&scene.assessor), "/dotace/2027/1/vypocet/1/tabulka.xlsx").await.is(200).body.starts_with("PK"));

    // The version is frozen: no form, and a forged post is refused; the database refuses too.
    let page = world.get(Some(&scene.officer), &editor).await;
    page.is(200).says("zmrazená").says("Druh služby (paragraf)");
    assert!(!page.has_form(EditScheme::PATH));
    let id = editor.rsplit('/').next().unwrap();
    let pairs = [("schema", id), ("cast", "kroky"), ("verze", "2"), ("pole[kroky.0.vzorec]", "1")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    world.call(Some(&scene.officer), EditScheme::PATH, &pairs).await.is(422).says("je zmrazená");
    let forged = sqlx::query("update scheme_version set document = '{}'").execute(&world.owner).await;
    assert!(forged.unwrap_err().to_string().contains("frozen"));
    let forged = sqlx::query("delete from calculation_run").execute(world.store.pool()).await;
    assert!(forged.unwrap_err().to_string().contains("permission denied"));

    // A new version beside it is open.
    let next = world.fill(&scene.officer, &editor, NewVersion::PATH, |_| {}).await.goes();
    world.get(Some(&scene.officer), &next).await.is(200).says("Základní schéma 2").says("rozepsaná");
    scene.world.end().await;
}

/// What stands in the way is told by service with the way to where it is mended, and no run is stored.
#[tokio::test]
async fn faults_stop_a_run_and_are_told() {
    let scene = scene().await;
    let editor = scene.basic().await;
    let world = &scene.world;
    // An input that the kraj fills and nobody filled; an assessment with an amount missing.
    let steps = format!("{editor}?cast=vstupy");
    let answer = world
        .fill(&scene.officer, &steps, EditScheme::PATH, |form| {
            let at = (0..30).find(|n| form.value(&format!("pole[vstupy.{n}.jmeno]")) == Some("uhrada_den")).unwrap();
            form.set(&format!("pole[vstupy.{at}.vychozi]"), "");
        })
        .await;
    answer.goes();
    let page = world.get(Some(&scene.officer), RUNS).await;
    page.is(200).says("Co brání výpočtu").says("3 chyby").says("Domov pro seniory Písečná (1000001)").says("Doplnit vstupy");
    assert!(!page.has_form(StartRun::PATH));
    // The way of a missing cell leads to its service.
    let way = "/dotace/2027/1/hodnoceni/sloupce?q=1000001";
    assert!(page.body.contains(way), "{way}");
    let id = editor.rsplit('/').next().unwrap();
    let pairs = [("rok", "2027"), ("kolo", "1"), ("schema", id), ("nazev", "x"), ("castka", "1 000")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    world.call(Some(&scene.officer), StartRun::PATH, &pairs).await.is(422).says("chybu mají 3 služby");

    // The same with a formula: the fault has its step and its place.
    let answer = world
        .fill(&scene.officer, &format!("{editor}?cast=vstupy"), EditScheme::PATH, |form| {
            let at = (0..30).find(|n| form.value(&format!("pole[vstupy.{n}.jmeno]")) == Some("uhrada_den")).unwrap();
            form.set(&format!("pole[vstupy.{at}.vychozi]"), "0");
        })
        .await;
    answer.goes();
    let answer = world
        .fill(&scene.officer, &editor, EditScheme::PATH, |form| {
            form.set("pole[kroky.0.vzorec]", "KDYŽ(J_pob > 0; cislo_skupiny(druh; \"pob\"); podíl)");
        })
        .await;
    answer.goes();
    let page = world.get(Some(&scene.officer), &editor).await;
    page.is(200).says("Krok 1 skupina_pob, znak 45").says("Jméno „podíl“ tu není známo").says("1 chyba").says("náhled až po opravě");
    let page = world.get(Some(&scene.officer), RUNS).await;
    page.is(200).says("Opravit schéma");
    assert!(page.body.contains(&format!("{editor}?cast=kroky#kroky-0")));
    assert!(store::subsidy::runs::runs(&mut world.store.begin(&scene.actor).await.unwrap(), scene.round).await.unwrap().is_empty());
    // A version with faults cannot be chosen for the round.
    let pairs = [("schema".to_owned(), id.to_owned()), ("kolo".to_owned(), scene.round.to_string())];
    world.call(Some(&scene.officer), ChooseScheme::PATH, &pairs).await.is(422).says("Schéma má chyby");
    scene.world.end().await;
}

/// The editor keeps what was typed, refuses what cannot be read, and two people do not overwrite each other.
#[tokio::test]
async fn a_scheme_is_edited_in_forms() {
    let scene = scene().await;
    let editor = scene.basic().await;
    let world = &scene.world;
    let officer = &scene.officer;
    let tables = format!("{editor}?cast=tabulky");
    let answer = world
        .fill(officer, &tables, EditScheme::PATH, |form| {
            form.set("pole[tabulky.1.radky]", "49\tpob\t530 000\n57\tpob\tmnoho");
        })
        .await;
    answer.is(422).says("Řádek 2: „mnoho“ není číslo").says("57 pob mnoho");
    let stale = world.get(Some(officer), &tables).await.form(EditScheme::PATH);
    let answer = world
        .fill(officer, &tables, EditScheme::PATH, |form| {
            form.set("pole[tabulky.1.radky]", "49\tpob\t530 000\n40;at;650000");
        })
        .await;
    answer.goes();
    world.submit(Some(officer), &tables, &stale).await.is(409).says("mezitím změnil").says("Mezitím změnil(a) Jana Nováková");
    world.get(Some(officer), &format!("{editor}?cast=vstupy")).await.is(200).says("Jména vstupů, která se plní sama").says("mesice_pob");
    let steps = world.get(Some(officer), &editor).await;
    steps.says("KDYŽ(").lacks("bez náhledu").lacks("kolo bez služeb").says("2 služby");
    let before = steps.text().matches("Posunout").count();
    assert_eq!(before, 0, "buttons are named for screen readers only");
    let mut form = steps.form(EditScheme::PATH);
    form.press("co", "pridat-statistiku");
    let added = world.submit(Some(officer), &editor, &form).await.goes();
    assert!(added.ends_with("?cast=kroky&hotovo=ulozeno#kroky-16"), "{added}");
    let answer = world
        .fill(officer, &editor, EditScheme::PATH, |form| {
            form.set("pole[kroky.16.z]", "N / MAX(1; J_pob)").set("pole[kroky.16.podle]", "druh").press("co", "vys-16");
        })
        .await;
    answer.goes();
    let toml = world.get(Some(officer), &format!("{editor}/toml")).await;
    let scheme = Scheme::from_toml(&toml.is(200).body).unwrap();
    assert_eq!((scheme.step[15].name.as_str(), scheme.table[1].rows.len()), ("krok_17", 2));
    // Out and in again.
    let answer = world
        .fill(officer, &format!("{editor}?cast=toml"), ReplaceToml::PATH, |form| {
            form.set("toml", "format = 1\nname = ");
        })
        .await;
    answer.is(422).says("na řádku 2");
    let copy = scheme.to_toml().replace("530000", "540000");
    let answer = world
        .fill(officer, &format!("{editor}?cast=toml"), ReplaceToml::PATH, |form| {
            form.set("toml", &copy);
        })
        .await;
    answer.goes();
    world.get(Some(officer), &tables).await.is(200).says("540000");
    world.get(Some(officer), &format!("{editor}?cast=zkouska")).await.is(200).says("Domov pro seniory Písečná").says("Spočítáno");
    let next = world.fill(officer, &editor, NewVersion::PATH, |_| {}).await.goes();
    let next = next.split_once('?').unwrap().0.to_owned();
    let answer = world
        .fill(officer, &format!("{next}?cast=rozdeleni"), EditScheme::PATH, |form| {
            form.set("pole[rozdeleni.nejmene]", "30 000");
        })
        .await;
    answer.goes();
    world.get(Some(officer), &format!("{next}/rozdily")).await.is(200).says("1 rozdíl").says("Nejmenší dotace").says("30000");
    let answer = world
        .fill(officer, &format!("{next}?cast=rozdeleni"), EditScheme::PATH, |form| {
            form.set("pole[rozdeleni.verze]", "1");
        })
        .await;
    answer.is(422).says("Takovou verzi už schéma má");
    world.fill(officer, &next, ChooseScheme::PATH, |_| {}).await.goes();
    world.get(Some(officer), SCHEMES).await.is(200).says("2027, Program A").says("1 schéma, 2 verze");
    scene.world.end().await;
}

/// The same file of the same form makes one scheme; what cannot be read is told with its place on the page of the form.
#[tokio::test]
async fn a_scheme_is_uploaded_once() {
    let scene = scene().await;
    let (world, officer) = (&scene.world, &scene.officer);
    let toml = domain::subsidy::calculation::BUILTIN[0].toml;
    let file = |text: &'static str| ("soubor", "schema.toml", text.as_bytes());
    let first = world.upload(Some(officer), SCHEMES, &[("klic", "nahrani-1")], file(toml)).await.goes();
    let second = world.upload(Some(officer), SCHEMES, &[("klic", "nahrani-1")], file(toml)).await.goes();
    assert_eq!(first, second);
    world.get(Some(officer), SCHEMES).await.is(200).says("1 schéma, 1 verze");
    let bad = world.upload(Some(officer), SCHEMES, &[("klic", "nahrani-2")], file("format = 1\nname = ")).await;
    bad.is(422).says("na řádku 2 ve sloupci").says("1 schéma, 1 verze");
    world.upload(Some(officer), SCHEMES, &[("klic", "nahrani-3")], file("")).await.is(422).says("Nevybrali jste žádný soubor");
    scene.world.end().await;
}

/// While a run holds its version, an edit of it waits and then finds it frozen.
#[tokio::test]
async fn an_edit_waits_for_the_run() {
    let scene = scene().await;
    let editor = scene.basic().await;
    let version: Uuid = editor.rsplit('/').next().unwrap().parse().unwrap();
    let now = scene.world.now();
    let mut run = scene.world.store.begin(&scene.actor).await.unwrap();
    let held = schemes::held_version(&mut run, version).await.unwrap();
    let edit = async {
        let mut tx = scene.world.store.begin(&scene.actor).await.unwrap();
        schemes::save(&mut tx, version, &held.document, held.row_version, ("x", now)).await
    };
    let freeze = async {
        // The edit has come to the row by now.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(schemes::freeze(&mut run, version, now).await.unwrap());
        run.commit(now).await.unwrap();
    };
    let (edited, ()) = tokio::join!(edit, freeze);
    assert!(matches!(edited, Err(store::StoreError::Stale { .. })), "{edited:?}");
    // A frozen version has a run, which `verify` asks for.
    scene.start("návrh odboru").await.goes();
    scene.world.end().await;
}

/// A what-if is saved only when the server comes to the same crown; a changed scheme becomes a new version, changed money does not.
#[tokio::test]
async fn a_what_if_is_saved_when_it_comes_out_the_same() {
    let scene = scene().await;
    scene.basic().await;
    let world = &scene.world;
    scene.start("návrh odboru").await.goes();
    world
        .get(Some(&scene.decider), "/dotace/2027/1/vypocet/co-kdyby?beh=1")
        .await
        .is(200)
        .says("proti běhu č. 1")
        .says("Porovnat běh č. 1");
    let data = scene.data().await;
    assert_eq!(data.services[0], ("Pečovatelská služba Jurta".to_owned(), "40".to_owned()));
    let changes = Changes {
        params: BTreeMap::from([("cast".to_owned(), Number::read("0,1").unwrap())]),
        rates: vec![RateChange {
            table: "sazba".to_owned(),
            keys: data.stored.scheme.table[1].rows[12].keys.clone(),
            rate: Number::whole(600_000),
        }],
        weights: BTreeMap::from([("40".to_owned(), Number::read("1,5").unwrap())]),
        minimum: Some(Number::whole(100_000)),
        ..Changes::default()
    };
    // What the browser computes.
    let tried = changes.apply(&data.stored).unwrap().calculate().unwrap();
    let digest = tried.digest();
    scene.save_what_if(&scene.officer, &changes, "0123456789abcdef").await.is(422).says("jinému výsledku");
    // Changing the scheme needs the right to schemes.
    scene.save_what_if(&scene.decider, &changes, &digest).await.is(403).says("Výpočtová schémata");
    scene.save_what_if(&scene.officer, &Changes::default(), &data.digest).await.is(422).says("nic nezměnili");
    assert_eq!(scene.save_what_if(&scene.officer, &changes, &digest).await.is(200).body, "2");
    assert_eq!(scene.save_what_if(&scene.officer, &changes, &digest).await.is(200).body, "2", "a repeated call does it once");
    let run = scene.run(2).await;
    assert_eq!((run.digest.as_str(), run.row.based_on, run.row.scheme_version.as_str()), (digest.as_str(), Some(1), "2"));
    assert_eq!(run.stored.calculate().unwrap().run.results, tried.run.results);

    let money = Changes { amount: Some(Number::whole(5_000_000)), ..Changes::default() };
    let digest = money.apply(&data.stored).unwrap().calculate().unwrap().digest();
    assert_eq!(scene.save_what_if(&scene.decider, &money, &digest).await.is(200).body, "3");
    let third = scene.run(3).await;
    assert_eq!((third.row.allocated, third.row.scheme_version.as_str()), (5_000_000, "1"));

    let page = world.get(Some(&scene.assessor), "/dotace/2027/1/porovnat?a=1&b=3").await;
    page.is(200).says("Porovnání běhů č. 1 a 3").says("+1 000 000 Kč").says("Získá 3 služby").says("Ztratí 0 služeb");
    assert!(page.body.contains("class=\"gain\"") && !page.body.contains("<script"), "bars are drawn without scripts");
    scene.world.end().await;
}

/// Another kraj sees none of it, whoever lacks the right does none of it, and nothing runs after publication.
#[tokio::test]
async fn nobody_else_sees_or_does_it() {
    let scene = scene().await;
    let editor = scene.basic().await;
    let world = &scene.world;
    scene.start("návrh odboru").await.goes();
    let stranger = Some(&scene.stranger);
    for path in [
        "/dotace/2027/1/vypocet/1",
        "/dotace/2027/1/vypocet/1/csv",
        "/dotace/2027/1/vypocet/co-kdyby?beh=1",
        "/dotace/2027/1/vypocet/1/tabulka.csv",
        "/dotace/2027/1/porovnat?a=1&b=1",
        "/dotace/2027/1/porovnat.csv?a=1&b=1",
        &editor,
        &format!("{editor}/toml"),
        &format!("{editor}/rozdily"),
    ] {
        world.get(stranger, path).await.is(404);
    }
    world.get(stranger, RUNS).await.is(200).lacks("návrh odboru");
    world.get(stranger, SCHEMES).await.is(200).says("Kraj zatím nemá žádné schéma");
    let id = editor.rsplit('/').next().unwrap();
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
    let start = owned(&[("rok", "2027"), ("kolo", "1"), ("schema", id), ("nazev", "x"), ("castka", "1 000")]);
    for (command, pairs) in [
        (EditScheme::PATH, owned(&[("schema", id), ("cast", "kroky"), ("verze", "1")])),
        (ReplaceToml::PATH, owned(&[("schema", id), ("toml", "x")])),
        (NewVersion::PATH, owned(&[("schema", id)])),
        (StartRun::PATH, start.clone()),
        (ChooseScheme::PATH, owned(&[("schema", id), ("kolo", &scene.round.to_string())])),
        (ReadWhatIf::PATH, owned(&[("rok", "2027"), ("kolo", "1"), ("beh", "1")])),
    ] {
        world.call(stranger, command, &pairs).await.is(404);
    }
    world.call(Some(&scene.assessor), StartRun::PATH, &start).await.is(403);
    world.call(Some(&scene.decider), NewVersion::PATH, &owned(&[("schema", id)])).await.is(403);
    world.get(Some(&scene.assessor), RUNS).await.is(200).says("návrh odboru").lacks("Spustit výpočet");
    world.get(None, RUNS).await.is(401);

    sqlx::query("update kraj_round set results_published_at = $1").bind(world.now()).execute(&world.owner).await.unwrap();
    world.call(Some(&scene.officer), StartRun::PATH, &start).await.is(422).says("zveřejněny");
    world.get(Some(&scene.officer), RUNS).await.is(200).lacks("Spustit výpočet");
    // Nothing was awarded, which `verify` would rightly find.
    sqlx::query("update kraj_round set results_published_at = null").execute(&world.owner).await.unwrap();
    scene.world.end().await;
}
