//! MPSV's and the kraj's way through a round up to assessment, through the router.

use crate::support::{Person, World, html::Form, register::NewService};
use app::subsidy::{
    assessment::{assign::Assign, columns_load::LoadColumns, columns_save::SaveColumns, save::SaveAssessment},
    calculation::start_run::StartRun,
    rounds::{
        create_round::CreateRound, formal_check::SaveCheck, give_term::GiveTerm, import_confirm::ConfirmImport,
        import_read::ReadApplications, open_year::OpenYear, publish_window::PublishWindow, remove_imported::RemoveImported,
        set_window::SetWindow,
    },
};
use domain::{
    accounts::Role,
    subsidy::calculation::{
        BUILTIN, Scheme,
        scheme::{Input, Number},
    },
};
use server_fn::ServerFn;
use uuid::Uuid;

const ROUND: &str = "/dotace/2027/1";

/// The MPSV, two kraje, and two providers with three services in the first one.
struct Scene {
    world: World,
    mpsv: Person,
    officer: Person,
    assessor: Person,
    foreign: Person,
    provider: Uuid,
}

async fn scene() -> Scene {
    let world = World::at("2026-11-15T10:00:00Z").await;
    // Codes of service types with their paragraphs, as the shipped lists have them.
    for (key, name) in [("49", "domovy pro seniory"), ("40", "pečovatelská služba"), ("44", "odlehčovací služby")] {
        sqlx::query(
            "insert into codelist_row (list, key, name, position, source, certainty, data)
             values ('druhy', $1, $2, 1, 'test', 'jisty', jsonb_build_object('paragraf', $1::text))",
        )
        .bind(key)
        .bind(name)
        .execute(&world.owner)
        .await
        .unwrap();
    }
    let usti = world.kraj("60").await;
    let liberec = world.kraj("78").await;
    let mpsv = world.mpsv().await;
    let mpsv = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, usti).await;
    let assessor = world.person("Marie Svobodová", Role::KrajAssessor, usti).await;
    let foreign = world.person("Ivo Malý", Role::KrajOfficer, liberec).await;
    let provider = world.provider("Senior Teplice z. s.", "63504260", usti).await;
    let other = world.provider("Charita Most", "70828920", usti).await;
    for (provider, identifier, name, kind, forms) in [
        (provider, "7907052", "Domov pro seniory Teplice", "49", &["pob"][..]),
        (provider, "7907053", "Pečovatelská služba Teplice", "40", &["ter"][..]),
        (other, "5476963", "Odlehčovací služba Most", "44", &["pob", "ter"][..]),
    ] {
        let new = NewService { identifier: Some(identifier), name, kind, forms, kraje: &["60"] };
        world.service(provider, &new).await;
    }
    Scene { world, mpsv, officer, assessor, foreign, provider }
}

const TABLE: &str = "identifikator;jednotky_pob;mesice_pob;jednotky_at;mesice_at;naklady.1.1;pozadavek.1.1;naklady.2.5;pozadavek.2.5\n\
    7907052;60;12;;;30 000 000;9 000 000;2 000 000;800 000\n\
    7907053;;;8,5;12;5000000;3400000;;\n\
    5476963;10;12;4;12;4000000;1500000;;\n";

impl Scene {
    /// The MPSV opens the year with its first round.
    async fn open(&self) {
        let w = &self.world;
        w.fill(&self.mpsv, "/dotace", OpenYear::PATH, |form| {
            form.set("rok", "2027");
        })
        .await
        .goes();
        w.fill(&self.mpsv, "/dotace", CreateRound::PATH, |_| {}).await.goes();
    }

    fn settings(form: &mut Form) {
        form.set("pole[od_den]", "1. 11. 2026").set("pole[do_den]", "30. 11. 2026").set("pole[ucel]", "Základní síť sociálních služeb");
        form.set("pole[alokace]", "10 000 000");
    }

    /// The kraj sets and publishes its window.
    async fn set(&self) {
        let terms = format!("{ROUND}/terminy");
        self.world.fill(&self.officer, &terms, SetWindow::PATH, Self::settings).await.goes();
        self.world.fill(&self.officer, &terms, PublishWindow::PATH, |_| {}).await.goes();
    }

    /// Reads a table and gives the address of its dry run.
    async fn read(&self, table: &str) -> String {
        let page = format!("{ROUND}/zadosti/import");
        self.world
            .fill(&self.officer, &page, ReadApplications::PATH, |form| {
                form.set("text", table);
            })
            .await
            .goes()
    }

    async fn load(&self, table: &str) {
        let dry = self.read(table).await;
        self.world.fill(&self.officer, &dry, ConfirmImport::PATH, |_| {}).await.goes();
    }

    async fn ready() -> Self {
        let scene = scene().await;
        scene.open().await;
        scene.set().await;
        scene.load(TABLE).await;
        scene
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.world.owner).await.unwrap()
    }

    async fn page_of(&self, identifikator: &str) -> String {
        let sql = "select s.id from part_service s join application_part p on p.id = s.part_id and p.withdrawn_at is null where s.identifikator = $1";
        let id: Uuid = sqlx::query_scalar(sql).bind(identifikator).fetch_one(&self.world.owner).await.unwrap();
        format!("{ROUND}/hodnoceni/{id}")
    }

    async fn part_of(&self, identifikator: &str) -> String {
        let sql = "select s.part_id from part_service s join application_part p on p.id = s.part_id and p.withdrawn_at is null where s.identifikator = $1";
        let id: Uuid = sqlx::query_scalar(sql).bind(identifikator).fetch_one(&self.world.owner).await.unwrap();
        format!("{ROUND}/formalni/{id}")
    }

    /// Gives the kraj a built-in scheme and chooses it for the round.
    async fn scheme(&self, at: usize) {
        self.choose(Scheme::from_toml(BUILTIN[at].toml).unwrap()).await;
    }

    /// Gives the kraj a scheme and chooses it for the round.
    async fn choose(&self, document: Scheme) {
        let (scheme, version) = (Uuid::now_v7(), Uuid::now_v7());
        sqlx::query("insert into scheme (id, kraj_code, name, created_at) values ($1, '60', $2, $3)")
            .bind(scheme)
            .bind(&document.name)
            .bind(self.world.now())
            .execute(&self.world.owner)
            .await
            .unwrap();
        sqlx::query(
            "insert into scheme_version (id, scheme_id, kraj_code, version, document, created_at, updated_at, updated_by)
             values ($1, $2, '60', $3, $4, $5, $5, 'test')",
        )
        .bind(version)
        .bind(scheme)
        .bind(&document.version)
        .bind(serde_json::to_value(&document).unwrap())
        .bind(self.world.now())
        .execute(&self.world.owner)
        .await
        .unwrap();
        self.world
            .fill(&self.officer, &format!("{ROUND}/terminy"), SetWindow::PATH, |form| {
                form.set("pole[schema]", &version.to_string());
            })
            .await
            .goes();
    }

    async fn run(&self) {
        let page = format!("{ROUND}/vypocet");
        self.world.fill(&self.officer, &page, StartRun::PATH, |_| {}).await.goes();
    }

    async fn assess(&self, who: &Person, page: &str, change: impl FnOnce(&mut Form)) -> crate::support::Answer {
        self.world.fill(who, page, SaveAssessment::PATH, change).await
    }
}

fn conclusion(form: &mut Form) {
    form.tick("pole[sprss]", "ano").tick("pole[podpora]", "ano").set("pole[podpora.komentar]", "Služba je v základní síti.");
    form.set("pole[efektivita]", "Náklady na lůžko pod mediánem.");
}

#[tokio::test]
async fn from_the_year_to_a_published_window() {
    let scene = scene().await;
    let w = &scene.world;
    w.get(Some(&scene.officer), "/dotace").await.is(200).says("Žádný dotační rok není otevřený");
    assert!(!w.get(Some(&scene.officer), "/dotace").await.has_form(OpenYear::PATH));
    w.get(None, "/dotace").await.is(401);
    scene.open().await;
    // The same year and the same number are refused in words.
    let again = w
        .fill(&scene.mpsv, "/dotace", OpenYear::PATH, |form| {
            form.set("rok", "2027");
        })
        .await;
    again.is(422).says("Dotační rok 2027 už je otevřený");
    let twice = w
        .fill(&scene.mpsv, "/dotace", CreateRound::PATH, |form| {
            form.set("cislo", "1");
        })
        .await;
    twice.is(422).says("Kolo 1 roku 2027 už je");
    w.get(Some(&scene.officer), ROUND).await.is(200).says("Váš kraj pro toto kolo ještě nic nenastavil");
    // What is wrong is said at its field, and what was typed stays.
    let terms = format!("{ROUND}/terminy");
    let wrong = w
        .fill(&scene.officer, &terms, SetWindow::PATH, |form| {
            Scene::settings(form);
            form.set("pole[do_den]", "31. 10. 2026").set("pole[alokace]", "-5");
        })
        .await;
    wrong.is(422).says("Termín musí končit později, než začíná").says("Částka nemůže být záporná");
    assert_eq!(wrong.form(SetWindow::PATH).value("pole[alokace]"), Some("-5"));
    scene.set().await;
    w.get(Some(&scene.officer), &terms).await.is(200).says("neděle 1. 11. 2026, 0.00 – pondělí 30. 11. 2026, 23.59").says("zbývá 15 dní");
    let (opens, closes): (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) =
        sqlx::query_as("select opens_at, closes_at from kraj_round").fetch_one(&w.owner).await.unwrap();
    assert_eq!((opens.to_rfc3339(), closes.to_rfc3339()), ("2026-10-31T23:00:00+00:00".to_owned(), "2026-11-30T23:00:00+00:00".to_owned()));
    // The MPSV and another kraj read the published window; the other kraj changes only its own.
    w.get(Some(&scene.mpsv), ROUND).await.is(200).says("termín zveřejnilo 1 ze 14 krajů").says("pondělí 30. 11. 2026, 23.59");
    w.get(Some(&scene.foreign), ROUND).await.is(200).says("termín zveřejnilo 1 ze 14 krajů").says("ještě nic nenastavil");
    w.get(Some(&scene.foreign), &format!("{ROUND}/zadosti")).await.is(404);
    // The assessor reads the terms and cannot set them.
    assert!(!w.get(Some(&scene.assessor), &terms).await.has_form(SetWindow::PATH));
    // Two people change the settings: the second one is told.
    let stale = w.get(Some(&scene.officer), &terms).await.form(SetWindow::PATH);
    w.fill(&scene.officer, &terms, SetWindow::PATH, |form| {
        form.set("pole[alokace]", "11 000 000");
    })
    .await
    .goes();
    w.submit(Some(&scene.officer), &terms, &stale).await.is(409).says("Záznam mezitím změnil někdo jiný").says("U vás");
    // A renamed item of the formal check keeps its key, an emptied one goes, a new one gets a key.
    w.fill(&scene.officer, &terms, SetWindow::PATH, |form| {
        form.set("pole[polozka.sit]", "Služba je v síti kraje")
            .set("pole[polozka.prilohy]", "")
            .set("pole[nova.1]", "Čestné prohlášení je podepsané");
    })
    .await
    .goes();
    let items: serde_json::Value = sqlx::query_scalar("select formal_items from kraj_round").fetch_one(&w.owner).await.unwrap();
    let keys: Vec<&str> = items.as_array().unwrap().iter().map(|i| i["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["opravneni", "registrace", "sit", "povereni", "bezdluznost", "cestne_prohlaseni_je_podepsane"]);
    assert_eq!(items[2]["label"], "Služba je v síti kraje");
    scene.world.end().await;
}

#[tokio::test]
async fn one_applicant_gets_an_extraordinary_term() {
    let scene = scene().await;
    let w = &scene.world;
    scene.open().await;
    scene.set().await;
    let page = format!("{ROUND}/terminy?hledat=senior+tep");
    w.get(Some(&scene.officer), &format!("{ROUND}/terminy?hledat=xyz")).await.is(200).says("Takového poskytovatele registr nemá");
    let without = w
        .fill(&scene.officer, &page, GiveTerm::PATH, |form| {
            form.tick("zadatel", &scene.provider.to_string());
        })
        .await;
    without.is(422).says("Napište, proč žadatel dostává mimořádný termín");
    w.fill(&scene.officer, &page, GiveTerm::PATH, |form| {
        form.tick("zadatel", &scene.provider.to_string()).set("od_den", "1.12.2026").set("do_den", "4.12.2026").set("do_cas", "12.00");
        form.set("duvod", "Výpadek datové schránky <b>");
    })
    .await
    .goes();
    w.get(Some(&scene.officer), &format!("{ROUND}/terminy"))
        .await
        .is(200)
        .says("1 povolený termín")
        .says("1. 12. 2026 0.00 – 4. 12. 2026 12.00")
        .says("Výpadek datové schránky <b>");
    assert_eq!(scene.count("select count(*) from audit.event where kind = 'subsidy.term.give'").await, 1);
    w.get(Some(&scene.officer), &format!("{ROUND}/terminy?hledat=635042")).await.says("Senior Teplice z. s., IČO 63504260");
    scene.world.end().await;
}

#[tokio::test]
async fn a_file_is_loaded_whole_or_not_at_all() {
    let scene = scene().await;
    let w = &scene.world;
    scene.open().await;
    scene.set().await;
    // A dry run tells every fault by line and column, and writes nothing.
    let broken = TABLE.replace("8,5;12", "osm;13").replace("5476963", "1234567");
    let dry = scene.read(&broken).await;
    let report = w.get(Some(&scene.officer), &dry).await;
    report.is(200).says("Soubor má 3 chyby").says("3 jednotky_at").says("3 mesice_at").says("4 identifikator Službu 1234567 registr nemá");
    assert!(!report.has_form(ConfirmImport::PATH));
    assert_eq!(scene.count("select count(*) from application_part").await, 0);
    // Who sends the confirmation anyway is refused.
    let id = dry.split("davka=").nth(1).unwrap().to_owned();
    let pairs = [("rok", "2027"), ("kolo", "1"), ("davka", &id)].map(|(a, b)| (a.to_owned(), b.to_owned()));
    w.call(Some(&scene.officer), ConfirmImport::PATH, &pairs).await.is(422);
    assert_eq!(scene.count("select count(*) from application_part").await, 0);
    // A good file is previewed and loaded.
    let dry = scene.read(TABLE).await;
    w.get(Some(&scene.officer), &dry).await.says("3 služby, 2 žadatelé, z toho nových 2, nahrazených 0, beze změny 0");
    w.fill(&scene.officer, &dry, ConfirmImport::PATH, |_| {}).await.goes();
    w.get(Some(&scene.officer), &format!("{ROUND}/zadosti")).await.is(200).says("Charita Most").says("Zobrazeno 2 z 2").says("14 700 000");
    assert_eq!(scene.count("select count(*) from part_service").await, 3);
    // The same file, also pasted from a spreadsheet, changes nothing.
    let again = scene.read(&TABLE.replace(';', "\t")).await;
    let report = w.get(Some(&scene.officer), &again).await;
    report.says("Všechno ze souboru už v kole je");
    assert!(!report.has_form(ConfirmImport::PATH));
    // A corrected file replaces what nobody worked on.
    scene.load(&TABLE.replace("3400000", "3500000")).await;
    assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 2);
    assert_eq!(scene.count("select count(*) from application_part").await, 3);
    // Once somebody works on it, it is kept and the file is refused.
    scene.assess(&scene.assessor, &scene.page_of("7907053").await, conclusion).await.goes();
    let late = scene.read(TABLE).await;
    w.get(Some(&scene.officer), &late).await.says("se kontroluje nebo hodnotí");
    // Another kraj neither sees the file nor loads it; an assessor has no right to.
    w.get(Some(&scene.foreign), &late).await.is(404);
    w.get(Some(&scene.assessor), &late).await.is(403);
    let pairs = [("rok", "2027"), ("kolo", "1"), ("davka", &id)].map(|(a, b)| (a.to_owned(), b.to_owned()));
    w.call(Some(&scene.foreign), ConfirmImport::PATH, &pairs).await.is(404);
    // A loaded application is taken out with a reason, so that its applicant can submit one.
    let part = scene.part_of("7907052").await;
    assert!(!w.get(Some(&scene.assessor), &part).await.has_form(RemoveImported::PATH));
    w.fill(&scene.officer, &part, RemoveImported::PATH, |_| {}).await.is(422).says("Napište, proč žádost odebíráte");
    let removed = w.fill(&scene.officer, &part, RemoveImported::PATH, |form| {
        form.set("duvod", "žadatel podá formulářem");
    });
    assert_eq!(removed.await.goes(), "/dotace/2027/1/zadosti?hotovo=odebrano");
    assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 1);
    w.get(Some(&scene.officer), &format!("{ROUND}/zadosti/sablona")).await.is(200).says("identifikator;kapacita_pob;jednotky_pob");
    scene.world.end().await;
}

#[tokio::test]
async fn what_fails_the_formal_check_is_not_assessed() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let (part, page) = (scene.part_of("7907052").await, scene.page_of("7907052").await);
    let bare = w
        .fill(&scene.assessor, &part, SaveCheck::PATH, |form| {
            form.tick("pole[sit]", "ne");
        })
        .await;
    bare.is(422).says("K odpovědi ne napište komentář");
    let stale = w.get(Some(&scene.assessor), &part).await.form(SaveCheck::PATH);
    w.fill(&scene.assessor, &part, SaveCheck::PATH, |form| {
        for key in ["opravneni", "registrace", "povereni", "bezdluznost", "prilohy"] {
            form.tick(&format!("pole[{key}]"), "ano");
        }
        form.tick("pole[sit]", "ne").set("pole[sit.komentar]", "Od roku 2026 v síti není.");
    })
    .await
    .goes();
    w.get(Some(&scene.assessor), &format!("{ROUND}/formalni")).await.says("1 žádost formální kontrolou neprošla").says("Služba je v síti");
    let failed = w.get(Some(&scene.assessor), &format!("{ROUND}/formalni.csv?stav=failed")).await.body;
    assert_eq!(failed.lines().count(), 2, "{failed}");
    assert!(failed.contains(";neprošla;Služba je v síti"), "{failed}");
    assert!(w.get(Some(&scene.assessor), &format!("{ROUND}/formalni.xlsx")).await.is(200).body.starts_with("PK"));
    let shown = w.submit(Some(&scene.officer), &part, &stale).await;
    shown.is(409).says("Uloženo je mezitím: ne, „Od roku 2026 v síti není.“");
    // The page of the service says so, has no form to save, and the command refuses.
    let closed = w.get(Some(&scene.assessor), &page).await;
    closed.is(200).says("Žádost neprošla formální kontrolou");
    let id = page.rsplit('/').next().unwrap();
    let pairs = [("rok", "2027"), ("kolo", "1"), ("sluzba", id), ("pole[sprss]", "ano")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let refused = w.call(Some(&scene.assessor), SaveAssessment::PATH, &pairs).await;
    refused.is(422);
    assert!(refused.body.contains("formální kontrol"), "{}", refused.body);
    assert_eq!(scene.count("select count(*) from assessment").await, 0);
    w.get(Some(&scene.assessor), &format!("{ROUND}/hodnoceni?stav=neproslo")).await.says("Zobrazeno 1–2 z 2");
    scene.world.end().await;
}

#[tokio::test]
async fn an_assessment_is_finished_when_five_hold() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let page = scene.page_of("7907052").await;
    // Work in progress is kept with what cannot be read, and says what is missing.
    scene
        .assess(&scene.assessor, &page, |form| {
            form.tick("pole[sprss]", "ano").set("pole[chyba.2.5.druh]", "nadhodnocena").set("pole[chyba.2.5.castka]", "devadesát");
        })
        .await
        .goes();
    let shown = w.get(Some(&scene.assessor), &page).await;
    shown.is(200).says("„devadesát“ není částka").says("hodnotí se, 1 z 5").says("Doplňte komentář k efektivitě");
    assert_eq!(shown.form(SaveAssessment::PATH).value("pole[chyba.2.5.castka]"), Some("devadesát"));
    // Finishing says what is missing, keeps what was typed, and keeps nothing in the database.
    let early = scene
        .assess(&scene.assessor, &page, |form| {
            conclusion(form);
            form.set("pole[chyba.2.5.castka]", "96 000").add("dokoncit", "ano");
        })
        .await;
    early.is(422).says("Hodnocení zatím nejde dokončit").says("Nejdřív spusťte výpočet");
    assert_eq!(early.form(SaveAssessment::PATH).value("pole[efektivita]"), Some("Náklady na lůžko pod mediánem."));
    assert_eq!(scene.count("select count(*) from assessment where document->>'efficiency' <> ''").await, 0);
    scene
        .assess(&scene.assessor, &page, |form| {
            conclusion(form);
            form.set("pole[chyba.2.5.castka]", "96 000").set("pole[chyba.2.5.duvod]", "Bez zdůvodnění růstu");
        })
        .await
        .goes();
    w.get(Some(&scene.assessor), &page).await.says("9 800 000 Kč").says("9 704 000 Kč").says("hodnotí se, 4 z 5");
    // A run gives the proposal, which can be taken over; a lower one needs a reason.
    scene.scheme(0).await;
    scene.run().await;
    let shown = w.get(Some(&scene.assessor), &page).await;
    shown.says("Převzít 9 704 000 Kč");
    let lower = scene
        .assess(&scene.assessor, &page, |form| {
            form.set("pole[optimum]", "9 000 000").add("dokoncit", "ano");
        })
        .await;
    lower.is(422).says("Optimální návrh je nižší než návrh výpočtu 9 704 000 Kč. Doplňte důvod.");
    let higher = scene
        .assess(&scene.assessor, &page, |form| {
            form.set("pole[optimum]", "9 800 000").add("dokoncit", "ano");
        })
        .await;
    higher.is(422).says("vyšší než maximální 9 704 000 Kč");
    let next = scene
        .assess(&scene.assessor, &page, |form| {
            form.press("prevzit", "ano").add("dokoncit", "ano");
        })
        .await
        .goes();
    // On to the next unfinished one, the largest request first.
    assert!(next.starts_with(&scene.page_of("7907053").await), "{next}");
    assert_eq!(scene.count("select count(*) from assessment where finished").await, 1);
    w.get(Some(&scene.assessor), &format!("{ROUND}/hodnoceni?stav=dokonceno")).await.says("Zobrazeno 1–1 z 1").says("Svobodová");
    // A later change that breaks a condition opens it again.
    scene
        .assess(&scene.officer, &page, |form| {
            form.set("pole[efektivita]", "");
        })
        .await
        .goes();
    assert_eq!(scene.count("select count(*) from assessment where finished").await, 0);
    scene.world.end().await;
}

#[tokio::test]
async fn criteria_come_from_the_scheme() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    scene.scheme(1).await;
    let page = scene.page_of("7907052").await;
    let document = Scheme::from_toml(BUILTIN[1].toml).unwrap();
    let criterion = document.input.iter().find(|input| input.criterion).unwrap();
    let field = format!("pole[body.{}]", criterion.name);
    let shown = w.get(Some(&scene.assessor), &page).await;
    shown.is(200).says(&format!("Kritérium: {}", criterion.label.clone().unwrap()));
    scene
        .assess(&scene.assessor, &page, |form| {
            form.set(&field, "1000000");
        })
        .await
        .goes();
    w.get(Some(&scene.assessor), &page).await.says("napište body od");
    // Points of a criterion that the scheme does not have are refused.
    let foreign = scene
        .assess(&scene.assessor, &page, |form| {
            form.add("pole[body.vymyslene]", "5");
        })
        .await;
    foreign.is(422);
    // Fewer units need a reason, more are refused.
    scene
        .assess(&scene.assessor, &page, |form| {
            form.set(&field, "").set("pole[jednotky.pob]", "55");
        })
        .await
        .goes();
    w.get(Some(&scene.assessor), &page).await.says("uznáváte méně jednotek (55 místo 60). Napište proč.");
    scene.world.end().await;
}

#[tokio::test]
async fn the_second_of_two_sees_what_changed() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let page = scene.page_of("7907053").await;
    let mut late = w.get(Some(&scene.officer), &page).await.form(SaveAssessment::PATH);
    scene
        .assess(&scene.assessor, &page, |form| {
            form.set("pole[efektivita]", "Dobrá.").tick("pole[sprss]", "ano");
        })
        .await
        .goes();
    late.set("pole[efektivita]", "Slabá.");
    let told = w.submit(Some(&scene.officer), &page, &late).await;
    told.is(409).says("Mezitím změnil(a) Marie Svobodová").says("Efektivita Dobrá. Slabá.");
    // Saved from there, the officer's text counts and nothing else of the colleague's is lost.
    let decided = told.form(SaveAssessment::PATH);
    assert_eq!(decided.value("pole[efektivita]"), Some("Slabá."));
    assert_eq!(decided.value("pole[sprss]"), Some("ano"));
    w.submit(Some(&scene.officer), &page, &decided).await.goes();
    w.get(Some(&scene.assessor), &page).await.says("hodnotí se, 3 z 5");
    // A repeated post does the work once.
    let twice = w.get(Some(&scene.officer), &page).await.form(SaveAssessment::PATH);
    w.submit(Some(&scene.officer), &page, &twice).await.goes();
    w.submit(Some(&scene.officer), &page, &twice).await.goes();
    assert_eq!(scene.count("select row_version from assessment").await, 3);
    scene.world.end().await;
}

#[tokio::test]
async fn another_kraj_sees_and_changes_nothing() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    // The other kraj takes part in the round too.
    w.fill(&scene.foreign, &format!("{ROUND}/terminy"), SetWindow::PATH, Scene::settings).await.goes();
    let (page, part) = (scene.page_of("7907052").await, scene.part_of("7907052").await);
    w.get(Some(&scene.foreign), &page).await.is(404).lacks("Senior");
    w.get(Some(&scene.foreign), &part).await.is(404).lacks("Senior");
    w.get(Some(&scene.foreign), &format!("{ROUND}/hodnoceni")).await.is(200).says("Zatím není co hodnotit");
    let id = page.rsplit('/').next().unwrap().to_owned();
    let part_id = part.rsplit('/').next().unwrap().to_owned();
    let base = [("rok", "2027"), ("kolo", "1"), ("verze", "0")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let with = |more: &[(&str, &str)]| {
        let more = more.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        base.iter().cloned().chain(more).collect::<Vec<_>>()
    };
    let foreign = Some(&scene.foreign);
    w.call(foreign, SaveAssessment::PATH, &with(&[("sluzba", &id), ("pole[sprss]", "ne")])).await.is(404);
    w.call(foreign, SaveCheck::PATH, &with(&[("zadost", &part_id), ("pole[sit]", "ano")])).await.is(404);
    w.call(foreign, Assign::PATH, &with(&[("komu", "ja"), (&format!("pole[sluzba.{id}]"), "ano")])).await.is(404);
    w.call(foreign, Assign::PATH, &with(&[("jen", &id)])).await.is(404);
    for provider in [Some(&scene.mpsv), None] {
        assert!([401, 403].contains(&w.call(provider, SaveAssessment::PATH, &with(&[("sluzba", &id)])).await.status));
    }
    assert_eq!(scene.count("select count(*) from assessment").await + scene.count("select count(*) from formal_check").await, 0);
    for list in ["zadosti", "formalni", "hodnoceni"] {
        let csv = w.get(Some(&scene.foreign), &format!("{ROUND}/{list}.csv")).await;
        csv.is(200).lacks("Senior");
    }
    scene.world.end().await;
}

#[tokio::test]
async fn nothing_changes_after_publication() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let (page, part) = (scene.page_of("7907052").await, scene.part_of("7907052").await);
    let form = w.get(Some(&scene.assessor), &page).await.form(SaveAssessment::PATH);
    let check = w.get(Some(&scene.assessor), &part).await.form(SaveCheck::PATH);
    sqlx::query("update kraj_round set results_published_at = $1").bind(w.now()).execute(&w.owner).await.unwrap();
    w.submit(Some(&scene.assessor), &page, &form).await.is(422).says("Výsledky kola byly zveřejněny 15. 11. 2026 11.00");
    w.submit(Some(&scene.assessor), &part, &check).await.is(422).says("Výsledky kola byly zveřejněny");
    w.get(Some(&scene.officer), &format!("{ROUND}/zadosti/import")).await.is(422);
    assert!(!w.get(Some(&scene.officer), &format!("{ROUND}/terminy")).await.has_form(SetWindow::PATH));
    assert_eq!(scene.count("select count(*) from assessment").await, 0);
    // Published without awards is what this test made up, and what `verify` would tell.
    sqlx::query("update kraj_round set results_published_at = null").execute(&w.owner).await.unwrap();
    scene.world.end().await;
}

#[tokio::test]
async fn services_are_shared_out_and_filtered() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let grid = format!("{ROUND}/hodnoceni");
    let id = |page: String| page.rsplit('/').next().unwrap().to_owned();
    let (home, care) = (id(scene.page_of("7907052").await), id(scene.page_of("7907053").await));
    let none = w
        .fill(&scene.officer, &grid, Assign::PATH, |form| {
            form.set("komu", "ja");
        })
        .await;
    none.is(422).says("Nevybrali jste žádnou službu");
    let assessor: Uuid =
        sqlx::query_scalar("select person_id from account where id = $1").bind(scene.assessor.account).fetch_one(&w.owner).await.unwrap();
    w.fill(&scene.officer, &grid, Assign::PATH, |form| {
        form.set("komu", &assessor.to_string()).tick(&format!("pole[sluzba.{home}]"), "ano");
    })
    .await
    .goes();
    w.fill(&scene.officer, &grid, Assign::PATH, |form| {
        form.press("jen", &care);
    })
    .await
    .goes();
    w.get(Some(&scene.assessor), &format!("{grid}?hodnoti=ja"))
        .await
        .says("Zobrazeno 1–1 z 1")
        .says("Domov pro seniory Teplice")
        .lacks("Charita");
    w.get(Some(&scene.officer), &format!("{grid}?hodnoti=nikdo")).await.says("Odlehčovací služba Most").lacks("Domov pro seniory Teplice");
    w.get(Some(&scene.officer), &format!("{grid}?druh=40&q=pecovatelska")).await.says("Celkem za 1 službu filtru").says("3 400 000");
    w.get(Some(&scene.officer), &format!("{grid}?q=nikde")).await.says("Filtru neodpovídá žádná služba").says("Bez filtru jich je 3");
    // An assignment is no change of the text: who was writing is not told that something changed.
    w.get(Some(&scene.assessor), "/prehled").await.is(200).says("1 nedokončená služba čeká na vás");
    // The exports are what the page shows: the same columns, services, order.
    let export = w.get(Some(&scene.officer), &format!("{grid}.csv?razeni=sluzba")).await;
    let names: Vec<&str> = export.body.lines().skip(1).filter_map(|line| line.split(';').nth(1)).collect();
    assert_eq!(names, ["Domov pro seniory Teplice", "Odlehčovací služba Most", "Pečovatelská služba Teplice"]);
    let one = w.get(Some(&scene.officer), &format!("{grid}.csv?druh=40&q=pecovatelska")).await.body;
    let lines: Vec<&str> = one.lines().collect();
    assert_eq!(lines.len(), 2, "{one}");
    assert!(lines[0].contains("Splněno podmínek z 5;Hodnotí;\"Požadavek, Kč\";"), "{one}");
    assert!(lines[1].contains(";nezahájeno;0;") && lines[1].contains(";3400000;"), "{one}");
    assert!(w.get(Some(&scene.officer), &format!("{grid}.xlsx")).await.is(200).body.starts_with("PK"));
    let applications = w.get(Some(&scene.officer), &format!("{ROUND}/zadosti.csv?q=charita")).await.body;
    assert_eq!(applications.lines().count(), 2, "{applications}");
    assert!(applications.contains(";soubor kraje;podaná;1;1500000"), "{applications}");
    assert!(w.get(Some(&scene.officer), &format!("{ROUND}/zadosti.xlsx")).await.is(200).body.starts_with("PK"));
    w.get(None, &format!("{ROUND}/zadosti.csv")).await.is(401);
    scene.world.end().await;
}

#[tokio::test]
async fn points_of_a_criterion_with_a_czech_name_are_kept() {
    let scene = Scene::ready().await;
    let mut scheme = Scheme::from_toml(BUILTIN[0].toml).unwrap();
    scheme.input.push(Input {
        name: "kvalita_péče".to_owned(),
        label: Some("kvalita péče".to_owned()),
        criterion: true,
        min: Some(Number::whole(0)),
        max: Some(Number::whole(10)),
        ..Input::default()
    });
    scene.choose(scheme).await;
    let page = scene.page_of("7907052").await;
    scene
        .assess(&scene.assessor, &page, |form| {
            form.set("pole[body.kvalita_péče]", "7,5");
        })
        .await
        .goes();
    assert_eq!(scene.count("select count(*) from assessment where (document->'points'->>'kvalita_péče')::numeric = 7.5").await, 1);
    scene.world.end().await;
}

#[tokio::test]
async fn the_kraj_fills_its_columns() {
    let scene = Scene::ready().await;
    let w = &scene.world;
    let page = format!("{ROUND}/hodnoceni/sloupce");
    w.get(Some(&scene.officer), &page).await.is(200).says("Kolo zatím nemá výpočetní schéma");
    scene.scheme(0).await;
    let id = scene.page_of("7907052").await.rsplit('/').next().unwrap().to_owned();
    let wrong = w
        .fill(&scene.assessor, &page, SaveColumns::PATH, |form| {
            form.set(&format!("pole[sluzba.{id}.obloznost]"), "1,5").set(&format!("pole[sluzba.{id}.uhrada_den]"), "abc");
        })
        .await;
    wrong.is(422).says("Napište nejvýše 1.").says("„abc“ není číslo");
    w.get(Some(&scene.officer), &format!("{page}?q=7907052")).await.is(200).says("7907052").says("Strana 1 z 1, 1 služba").lacks("5476963");
    w.get(Some(&scene.officer), &format!("{page}?q=nikde")).await.is(200).says("neodpovídá žádná služba");
    let stale = w.get(Some(&scene.officer), &page).await.form(SaveColumns::PATH);
    w.fill(&scene.assessor, &page, SaveColumns::PATH, |form| {
        form.set(&format!("pole[sluzba.{id}.obloznost]"), "0,95").set(&format!("pole[sluzba.{id}.uhrada_den]"), "455");
    })
    .await
    .goes();
    assert_eq!(
        scene.count("select count(*) from service_input where cells = '{\"obloznost\": \"0,95\", \"uhrada_den\": \"455\"}'").await,
        1
    );
    let mut late = stale;
    late.set(&format!("pole[sluzba.{id}.obloznost]"), "0,5");
    w.submit(Some(&scene.officer), &page, &late).await.is(409).says("Uloženo").says("U vás").says("0,95");
    // A pasted table is taken whole or not at all.
    let bad = w
        .fill(&scene.assessor, &page, LoadColumns::PATH, |form| {
            form.set("text", "identifikator\tobloznost\tbarva\n7907052\t0,9\tx\n1\t1\tx");
        })
        .await;
    bad.is(422).says("Nenačetlo se nic").says("sloupec „barva“").says("řádek 3: služba „1“ v tomto kole není");
    w.fill(&scene.assessor, &page, LoadColumns::PATH, |form| {
        form.set("text", "identifikator;obloznost\n7907052;0,9\n5476963;1");
    })
    .await
    .goes();
    assert_eq!(scene.count("select count(*) from service_input where cells->>'obloznost' in ('0,9', '1')").await, 2);
    assert_eq!(scene.count("select count(*) from service_input where cells->>'uhrada_den' = '455'").await, 1);
    // So is a file, once for the key of its form.
    let send =
        async |who, key, text: &'static str| w.upload(who, &page, &[("klic", key)], ("soubor", "sloupce.csv", text.as_bytes())).await;
    let assessor = Some(&scene.assessor);
    send(assessor, "klic-spatny-1", "identifikator;obloznost\n7907052;2\n").await.is(422).says("Nenačetlo se nic").says("nejvýše 1");
    send(assessor, "klic-prazdny-1", "").await.is(422).says("Nevybrali jste žádný soubor");
    assert!(send(assessor, "klic-dobry-1", "identifikator;obloznost\n7907052;0,8\n").await.goes().ends_with("?hotovo=ulozeno"));
    send(assessor, "klic-dobry-2", "\u{feff}identifikator;obloznost\r\n7907052;0,7\r\n").await.goes();
    send(assessor, "klic-dobry-1", "identifikator;obloznost\n7907052;0,8\n").await.goes();
    assert_eq!(scene.count("select count(*) from service_input where cells->>'obloznost' in ('0,7', '1')").await, 2);
    send(Some(&scene.mpsv), "klic-cizi-1", "identifikator;obloznost\n7907052;0,8\n").await.is(403);
    send(Some(&scene.foreign), "klic-cizi-2", "identifikator;obloznost\n7907052;0,8\n").await.is(404);
    scene.world.end().await;
}
