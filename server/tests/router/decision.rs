//! From a finished run to published awards, through the router: the chain of decision, its bounds and reasons, who sees what, and what `verify`
//! finds.

use crate::support::{Answer, Person, World, register::NewService};
use app::subsidy::{
    assessment::save::SaveAssessment,
    awards::publish::PublishResults,
    decision::{change_amount::ChangeAmount, close_step::CloseStep, make_proposal::MakeProposal},
};
use domain::{
    accounts::{Account, Actor, OrganisationKind, Role},
    codelists::Kraj,
    subsidy::{
        amount::Crowns,
        application::{Applicant, BudgetLine, Part, Person as Contact, ServiceFacts, ServicePart},
        assessment::{Assessment, Verdict, WrongItem},
        calculation::{Amounts, Scheme, Sheet, StoredRun},
    },
};
use server_fn::ServerFn;
use std::collections::BTreeMap;
use store::subsidy::{assessments, imports, runs, schemes};
use uuid::Uuid;

const SCHEME: &str = r#"
format = 1
name = "Základní"
version = "2027.1"
input = [{ name = "N", label = "Obvyklé náklady", unit = "Kč" }, { name = "V", label = "Obvyklé výnosy", unit = "Kč" },
  { name = "P", label = "Požadavek", unit = "Kč" }, { name = "E", label = "Chybné položky", unit = "Kč" }]
[[step]]
name = "VP"
label = "Chybí na provoz"
unit = "Kč"
formula = "MAX(0; N-V)"
why = "rozdíl, který by bez dotace nebylo čím zaplatit"
[[step]]
name = "NEJVYSE"
label = "Nejvýše lze dát"
unit = "Kč"
formula = "P-E"
[[step]]
name = "OPT"
label = "Optimální návrh"
unit = "Kč"
formula = "MIN(VP; NEJVYSE)"
[allocation]
base = "OPT"
cap = "NEJVYSE"
round_to = 1000
minimum = 30000
"#;
const PAGE: &str = "/dotace/2027/1/navrhy";
const PUBLICATION: &str = "/dotace/2027/1/zverejneni";

/// A kraj with three assessed services of two providers and a run over them.
struct Scene {
    world: World,
    decider: Person,
    officer: Person,
    assessor: Person,
    stranger: Person,
    senior: Person,
    other: Person,
    round: Uuid,
    /// Keys of the services in their parts, by identifikátor.
    services: BTreeMap<&'static str, Uuid>,
    actor: Actor,
}

fn part(provider: &str, service: Uuid, identifier: &str, name: &str, request: u64) -> Part {
    let budget = BTreeMap::from([(
        "2.5".to_owned(),
        BudgetLine { costs: Some(Crowns::new(request * 2)), request: Some(Crowns::new(request)), ..BudgetLine::default() },
    )]);
    let facts = ServiceFacts {
        service: service.to_string(),
        identifier: Some(identifier.to_owned()),
        name: name.to_owned(),
        paragraph: "49".to_owned(),
        ..ServiceFacts::default()
    };
    Part {
        kraj: Kraj::of_code(60).unwrap(),
        year: 2027,
        applicant: Applicant { name: provider.to_owned(), ..Applicant::default() },
        account: None,
        representative: Contact::default(),
        contact: Contact::default(),
        services: vec![ServicePart {
            facts,
            name: name.to_owned(),
            target_group: String::new(),
            capacity: BTreeMap::new(),
            capacity_note: String::new(),
            budget,
            sources: BTreeMap::new(),
            public_money: None,
            public_money_note: String::new(),
            share: domain::subsidy::amount::Share::WHOLE,
            request: Crowns::new(request),
            others: Crowns::ZERO,
        }],
    }
}

fn kraj_actor(organisation: Uuid, account: Uuid, person: Uuid) -> Actor {
    Actor::Account(Box::new(Account {
        id: account,
        person,
        person_name: "Jana Nováková".to_owned(),
        role: Role::KrajOfficer,
        organisation,
        organisation_name: "Ústecký kraj".to_owned(),
        kind: OrganisationKind::Kraj,
        kraj: Some("60".to_owned()),
        provider: None,
        rights: Role::KrajOfficer.rights().iter().copied().collect(),
        session: None,
    }))
}

async fn scene() -> Scene {
    let world = World::at("2027-01-20T10:00:00Z").await;
    world.codelists().await;
    let usti = world.kraj("60").await;
    let liberec = world.kraj("78").await;
    let round = world.round(2027).await;
    let kraj_round = world.window(round, "60", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z").await;
    sqlx::query(r#"update kraj_round set chain = '["odbor", "rada"]', allocation = 3000000 where id = $1"#)
        .bind(kraj_round)
        .execute(&world.owner)
        .await
        .unwrap();
    let officer = world.person("Jana Nováková", Role::KrajOfficer, usti).await;
    let person: Uuid =
        sqlx::query_scalar("select person_id from account where id = $1").bind(officer.account).fetch_one(&world.owner).await.unwrap();
    let actor = kraj_actor(usti, officer.account, person);
    let senior = world.provider("Senior Teplice z. s.", "63504260", usti).await;
    let other = world.provider("Jurta o.p.s.", "27010511", usti).await;
    let mut services = BTreeMap::new();
    for (provider, provider_name, identifier, name, request, wrong, optimum) in [
        (senior, "Senior Teplice z. s.", "1000001", "Domov pro seniory", 2_000_000, 100_000, 1_800_000),
        (senior, "Senior Teplice z. s.", "1000002", "Odlehčovací služba", 1_500_000, 0, 1_500_000),
        (other, "Jurta o.p.s.", "1000003", "Sociální rehabilitace", 900_000, 0, 900_000),
    ] {
        let new = NewService { identifier: Some(identifier), name, kind: "49", forms: &["pob"], kraje: &["60"] };
        let service = world.service(provider, &new).await;
        let mut tx = world.store.begin(&actor).await.unwrap();
        // A provider has one part in a round; the second service joins it.
        let document = part(provider_name, service, identifier, name, request);
        let existing: Option<Uuid> = sqlx::query_scalar("select id from application_part where provider_id = $1")
            .bind(provider)
            .fetch_optional(&mut *tx)
            .await
            .unwrap();
        if existing.is_none() {
            imports::insert(&mut tx, kraj_round, provider, identifier, &document, ("Jana Nováková", world.now())).await.unwrap();
        }
        tx.commit(world.now()).await.unwrap();
        if let Some(existing) = existing {
            sqlx::query(
                "insert into part_service (id, part_id, kraj_round_id, kraj_code, provider_id, service_id, identifikator, name, paragraph, request, document)
                 values ($1, $2, $3, '60', $4, $5, $6, $7, '49', $8, $9)",
            )
            .bind(Uuid::now_v7())
            .bind(existing)
            .bind(kraj_round)
            .bind(provider)
            .bind(service)
            .bind(identifier)
            .bind(name)
            .bind(i64::try_from(request).unwrap())
            .bind(serde_json::to_value(&document.services[0]).unwrap())
            .execute(&world.owner)
            .await
            .unwrap();
            sqlx::query("update application_part set request = request + $2, document = jsonb_insert(document, '{services,-1}', $3, true) where id = $1")
                .bind(existing)
                .bind(i64::try_from(request).unwrap())
                .bind(serde_json::to_value(&document.services[0]).unwrap())
                .execute(&world.owner)
                .await
                .unwrap();
        }
        let key: Uuid =
            sqlx::query_scalar("select id from part_service where service_id = $1").bind(service).fetch_one(&world.owner).await.unwrap();
        services.insert(identifier, key);
        let wrong = (wrong > 0).then(|| {
            let item =
                WrongItem { kind: Verdict::Overvalued, amount: Some(Crowns::new(wrong)), reason: "dražší než obvykle".to_owned() };
            ("2.5".to_owned(), item)
        });
        let assessment = Assessment {
            sprss: Some(true),
            support: Some(true),
            support_comment: "služba je v síti".to_owned(),
            efficiency: "obvyklá".to_owned(),
            optimum: Some(Crowns::new(optimum)),
            wrong: wrong.into_iter().collect(),
            ..Assessment::default()
        };
        let mut tx = world.store.begin(&actor).await.unwrap();
        let finished = identifier != "1000003";
        assessments::save(&mut tx, (key, kraj_round), &assessment, finished, 0, ("Marie Svobodová", world.now())).await.unwrap();
        tx.commit(world.now()).await.unwrap();
    }
    let scene = Scene {
        decider: world.person("Tomáš Černý", Role::KrajDecisionMaker, usti).await,
        officer,
        assessor: world.person("Marie Svobodová", Role::KrajAssessor, usti).await,
        stranger: world.person("Petr Liberecký", Role::KrajDecisionMaker, liberec).await,
        senior: {
            let organisation = world.organisation_of(senior, "Senior Teplice z. s.").await;
            world.person("Eva Malá", Role::ProviderEditor, organisation).await
        },
        other: {
            let organisation = world.organisation_of(other, "Jurta o.p.s.").await;
            world.person("Jan Jurta", Role::ProviderEditor, organisation).await
        },
        world,
        round: kraj_round,
        services,
        actor,
    };
    scene.run("návrh odboru").await;
    scene
}

impl Scene {
    /// A run over the three services, kept as the pages keep it.
    async fn run(&self, name: &str) -> Uuid {
        let world = &self.world;
        let scheme = Scheme::from_toml(SCHEME).unwrap();
        let mut inputs = Sheet::new(["identifikator", "N", "V", "P", "E"]);
        inputs.push(["1000001", "5 000 000", "3 200 000", "2 000 000", "100 000"]);
        inputs.push(["1000002", "4 000 000", "2 500 000", "1 500 000", "0"]);
        inputs.push(["1000003", "900 000", "0", "900 000", "0"]);
        let stored = StoredRun { scheme, inputs, amounts: Amounts::one("3000000").unwrap() };
        let calculation = stored.calculate().unwrap();
        let result = serde_json::from_str(&calculation.report().to_json().unwrap()).unwrap();
        let list: Vec<runs::RunService> = ["1000001", "1000002", "1000003"]
            .iter()
            .map(|identifier| runs::RunService {
                part_service: self.services[identifier],
                identifikator: (*identifier).to_owned(),
                name: (*identifier).to_owned(),
                provider: "x".to_owned(),
                paragraph: "49".to_owned(),
            })
            .collect();
        let mut tx = world.store.begin(&self.actor).await.unwrap();
        let by = ("Jana Nováková", world.now());
        let (_, version) = schemes::create(&mut tx, &stored.scheme, by).await.unwrap();
        schemes::freeze(&mut tx, version, world.now()).await.unwrap();
        let new = runs::NewRun {
            name,
            scheme_version: version,
            stored: &stored,
            result: &result,
            services: &list,
            allocated: 3_000_000,
            awarded: calculation.awarded().to_i64().unwrap(),
            digest: &calculation.digest(),
            based_on: None,
        };
        let (id, _) = runs::insert(&mut tx, self.round, &new, by).await.unwrap();
        tx.commit(world.now()).await.unwrap();
        id
    }

    fn why(&self, identifier: &str) -> String {
        format!("/dotace/2027/1/vysledek/{}/proc-tolik", self.services[identifier])
    }

    async fn change(&self, identifier: &str, amount: &str, reason: &str) -> Answer {
        let page = format!("{PAGE}?upravit={}", self.services[identifier]);
        self.world
            .fill(&self.decider, &page, ChangeAmount::PATH, |form| {
                form.set("castka", amount).set("duvod", reason);
            })
            .await
    }

    async fn close(&self, day: &str, resolution: &str) -> Answer {
        self.world
            .fill(&self.decider, PAGE, CloseStep::PATH, |form| {
                form.set("datum", day).set("usneseni", resolution);
            })
            .await
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.world.owner).await.unwrap()
    }

    async fn finish_assessments(&self) {
        sqlx::query("update assessment set finished = true").execute(&self.world.owner).await.unwrap();
    }

    /// The proposal, both steps closed.
    async fn decided(&self) {
        self.finish_assessments().await;
        self.world.fill(&self.decider, PAGE, MakeProposal::PATH, |_| {}).await.goes();
        self.close("15. 1. 2027", "1/2027").await.goes();
        self.close("18. 1. 2027", "2/2027").await.goes();
    }

    async fn faults(&self) -> Vec<String> {
        server::commands::verify::faults(&self.world.store).await.unwrap()
    }
}

#[tokio::test]
async fn a_run_becomes_the_proposal_and_the_chain_awards() {
    let scene = scene().await;
    let world = &scene.world;
    // Nobody but the kraj sees anything of it.
    world.get(Some(&scene.stranger), PAGE).await.is(404);
    world.get(Some(&scene.stranger), &scene.why("1000001")).await.is(404);
    world.get(Some(&scene.senior), &scene.why("1000001")).await.is(404);
    world.get(Some(&scene.senior), PAGE).await.is(403);
    world.get(None, PAGE).await.is(401);
    world.get(None, "/dotace/2027/1/vysledky/60").await.is(404).says("zatím nezveřejnil");
    world.get(Some(&scene.senior), "/dotace/vysledky").await.is(200).says("Zatím nemáte žádný výsledek");
    // An assessment is not finished.
    let refused = world.fill(&scene.decider, PAGE, MakeProposal::PATH, |_| {}).await;
    refused.is(422).says("Hodnocení není dokončené u 1 služby: 1000003");
    scene.finish_assessments().await;
    let shown = world.get(Some(&scene.assessor), PAGE).await;
    shown.is(200).says("Žádný běh se ještě nestal návrhem");
    assert!(!shown.has_form(MakeProposal::PATH));
    assert_eq!(world.fill(&scene.decider, PAGE, MakeProposal::PATH, |_| {}).await.goes(), "/dotace/2027/1/navrhy?hotovo=navrh");
    let shown = world.get(Some(&scene.decider), PAGE).await;
    // OPT is 1 800 000, 1 500 000, 900 000; k = 3 000/4 200.
    shown.is(200).says("1 286 000").says("1 071 000").says("643 000").says("zbývá 0 Kč").says("odbor rozhoduje se").says("rada čeká");
    world
        .get(Some(&scene.officer), &scene.why("1000001"))
        .await
        .is(200)
        .says("Proč 1 286 000 Kč?")
        .says("71,43 haléře")
        .says("nezveřejněno");
    world.get(Some(&scene.senior), &scene.why("1000001")).await.is(404);

    // Bounds and reasons; what was typed stays.
    for (amount, reason, says) in [
        ("29 000", "x", "pod minimem 30 000 Kč"),
        ("1 901 000", "x", "vyšší než maximální návrh 1 900 000 Kč"),
        ("1 000 500", "x", "není násobkem 1 000 Kč"),
        ("1 000 000", " ", "napište důvod"),
        ("-1", "x", "nemůže být záporná"),
        ("1e400", "x", "není částka"),
        ("900 000", "a\u{202e}b", "řídicí znak"),
    ] {
        let refused = scene.change("1000001", amount, reason).await;
        refused.is(422);
        assert!(refused.text().contains(says), "{amount}: {}", refused.text());
        assert_eq!(refused.form(ChangeAmount::PATH).value("castka"), Some(amount));
    }
    scene.change("1000001", "1 900 000", "kapacita se rozšiřuje").await.goes();
    let shown = world.get(Some(&scene.decider), PAGE).await;
    shown.says("odbor: 1 900 000 Kč, kapacita se rozšiřuje").says("chybí 614 000 Kč");
    // A step closes only within the allocation.
    scene.close("15. 1. 2027", "1/2027").await.is(422).says("Snižte částky celkem o 614 000 Kč");
    scene.change("1000003", "0", "není v síti").await.goes();
    scene.close("15. 1. 2027", " ").await.is(422).says("Doplňte číslo usnesení");
    scene.close("21. 1. 2027", "1").await.is(422).says("v budoucnosti");
    let stale = world.get(Some(&scene.decider), PAGE).await.form(CloseStep::PATH);
    scene.close("15. 1. 2027", "1/2027").await.goes();
    let mut late = stale.clone();
    late.set("datum", "16. 1. 2027").set("usneseni", "9/2027");
    assert_eq!(world.submit(Some(&scene.decider), PAGE, &late).await.status, 409);
    assert_eq!(scene.count("select count(*) from award").await, 0);
    // The first step is closed: the run stays.
    assert!(!world.get(Some(&scene.decider), PAGE).await.has_form(MakeProposal::PATH));
    scene.close("14. 1. 2027", "2/2027").await.is(422).says("dřívější než předchozí krok");
    scene.change("1000002", "1 000 000", "do alokace").await.goes();
    // The amount of the step before takes the change back, without a reason.
    scene.change("1000002", "1 071 000", "").await.goes();
    scene.change("1000002", "1 000 000", "do alokace").await.goes();
    assert_eq!(scene.close("18. 1. 2027", "2/2027").await.goes(), "/dotace/2027/1/navrhy?hotovo=priznano");
    assert_eq!(scene.count("select sum(amount)::bigint from award").await, 2_900_000);
    assert_eq!(scene.count("select count(*) from award_detail where published_at is null").await, 3);
    world
        .get(Some(&scene.officer), &scene.why("1000001"))
        .await
        .is(200)
        .says("Proč 1 900 000 Kč?")
        .says("Z 1 286 000 Kč na 1 900 000 Kč. Důvod: kapacita se rozšiřuje")
        .says("usnesení 2/2027");
    // Awards are not published yet.
    world.get(Some(&scene.senior), &scene.why("1000001")).await.is(404);
    world.get(None, "/dotace/2027/1/vysledky/60").await.is(404);
    scene.world.end().await;
}

#[tokio::test]
async fn a_step_closes_over_what_is_so_now_and_freezes_it() {
    let scene = scene().await;
    let world = &scene.world;
    scene.finish_assessments().await;
    world.fill(&scene.decider, PAGE, MakeProposal::PATH, |_| {}).await.goes();
    // A wrong item found after the proposal was made lowers the maximum.
    let wrong = |amount: u64| {
        sqlx::query(
            "update assessment set document = jsonb_set(document, '{wrong,2.5,amount}', to_jsonb($1::bigint)) where part_service_id = $2",
        )
        .bind(i64::try_from(amount).unwrap())
        .bind(scene.services["1000001"])
        .execute(&world.owner)
    };
    wrong(150_000).await.unwrap();
    scene.close("15. 1. 2027", "1/2027").await.is(422).says("Maximální návrh 1 služby se od návrhu změnil");
    wrong(100_000).await.unwrap();
    // An assessment that a later run opened again is not finished, whatever is stored.
    sqlx::query("update assessment set document = document - 'optimum' where part_service_id = $1")
        .bind(scene.services["1000003"])
        .execute(&world.owner)
        .await
        .unwrap();
    scene.close("15. 1. 2027", "1/2027").await.is(422).says("Hodnocení není dokončené u 1 služby: 1000003");
    sqlx::query("update assessment set document = jsonb_set(document, '{optimum}', '900000') where part_service_id = $1")
        .bind(scene.services["1000003"])
        .execute(&world.owner)
        .await
        .unwrap();
    // What counts is the allocation of today.
    let allocation = |amount: i64| sqlx::query("update kraj_round set allocation = $1").bind(amount).execute(&world.owner);
    allocation(2_900_000).await.unwrap();
    scene.close("15. 1. 2027", "1/2027").await.is(422).says("Snižte částky celkem o 100 000 Kč");
    allocation(3_000_000).await.unwrap();
    scene.close("15. 1. 2027", "1/2027").await.goes();
    // From now on no application comes or goes, and no assessment changes.
    let part: Uuid = sqlx::query_scalar("select id from application_part limit 1").fetch_one(&world.owner).await.unwrap();
    let mut tx = world.store.begin(&scene.actor).await.unwrap();
    let refused = imports::withdraw(&mut tx, part, world.now()).await.unwrap_err();
    assert_eq!(refused.constraint(), Some("round_decided"), "{refused}");
    drop(tx);
    let page = format!("/dotace/2027/1/hodnoceni/{}", scene.services["1000001"]);
    let refused = world.fill(&scene.assessor, &page, SaveAssessment::PATH, |form| {
        form.set("pole[efektivita]", "vysoká");
    });
    refused.await.is(422).says("V tomto kole se už rozhoduje");
    allocation(2_900_000).await.unwrap();
    scene.close("18. 1. 2027", "2/2027").await.is(422).says("Snižte částky celkem o 100 000 Kč");
    allocation(3_000_000).await.unwrap();
    scene.close("18. 1. 2027", "2/2027").await.goes();
    assert_eq!(scene.faults().await, Vec::<String>::new());
    scene.world.end().await;
}

#[tokio::test]
async fn publication_opens_the_results_and_freezes_the_round() {
    let scene = scene().await;
    let world = &scene.world;
    world.get(Some(&scene.officer), PUBLICATION).await.is(200).says("Není co zveřejnit");
    scene.decided().await;
    let shown = world.get(Some(&scene.assessor), PUBLICATION).await;
    shown.is(200).says("Zveřejnění nejde vzít zpět").says("3 000 000 Kč");
    assert!(!shown.has_form(PublishResults::PATH));
    let shown = world.get(Some(&scene.officer), PUBLICATION).await;
    let form = shown.form(PublishResults::PATH);
    world.submit(Some(&scene.assessor), PUBLICATION, &form).await.is(403);
    world.submit(Some(&scene.stranger), PUBLICATION, &form).await.is(404);
    assert_eq!(scene.count("select count(*) from award where published_at is not null").await, 0);
    assert_eq!(world.submit(Some(&scene.officer), PUBLICATION, &form).await.goes(), "/dotace/2027/1/zverejneni?hotovo=zverejneno");
    // The same form once more does nothing and says the same.
    world.submit(Some(&scene.officer), PUBLICATION, &form).await.goes();
    assert_eq!(scene.count("select count(*) from audit.event where kind = 'subsidy.results.publish'").await, 1);
    world.get(Some(&scene.officer), PUBLICATION).await.is(200).says("Výsledky jsou zveřejněné od 20. 1. 2027");

    // Everybody sees the table, and gets exactly what is shown.
    let table = world.get(None, "/dotace/2027/1/vysledky/60").await;
    table.is(200).says("Senior Teplice z. s.").says("Sociální rehabilitace").says("1 286 000").says("Zobrazeno 3 z 3");
    world.get(None, "/dotace/2027/1/vysledky/60?q=JURTA").await.is(200).lacks("Domov pro seniory").says("Zobrazeno 1 z 3");
    let csv = world.get(None, "/dotace/2027/1/vysledky/60/tabulka.csv?q=jurta").await;
    csv.is(200);
    assert_eq!(
        csv.body,
        "\u{feff}Poskytovatel;IČO;Služba;Identifikátor;§;Požadavek, Kč;Přiznáno, Kč\r\nJurta o.p.s.;27010511;Sociální rehabilitace;1000003;49;900000;643000\r\n"
            .replace("Požadavek, Kč;Přiznáno, Kč", "\"Požadavek, Kč\";\"Přiznáno, Kč\"")
    );
    assert!(world.get(None, "/dotace/2027/1/vysledky/60/tabulka.xlsx").await.is(200).body.starts_with("PK"));
    world.get(None, "/dotace/2027/1/vysledky/78").await.is(404);

    // A provider sees its own awards with assessment and explanation, and nobody else's.
    let own = world.get(Some(&scene.senior), "/dotace/vysledky").await;
    own.is(200).says("Domov pro seniory").says("služba je v síti").lacks("Sociální rehabilitace");
    assert!(world.get(Some(&scene.senior), "/dotace/vysledky.csv").await.is(200).body.contains("Odlehčovací služba"));
    let why = world.get(Some(&scene.senior), &scene.why("1000001")).await;
    why.is(200).says("Proč 1 286 000 Kč?").says("zveřejněno 20. 1. 2027").says("dražší než obvykle").says("5 000 000 − 3 200 000");
    why.says("Obvyklé náklady").says("Rozhodnutí: rada").says("Maximální návrh 1 900 000 Kč").lacks("Výpočet v Excelu");
    // The decimals of a share are for a pointer, the page shows two at most.
    let shares = why.body.split("<data ").skip(1).filter_map(|rest| rest.split('>').nth(1)?.split('<').next());
    let decimals = |share: &str| share.split_once(',').map_or(0, |(_, rest)| rest.chars().take_while(char::is_ascii_digit).count());
    assert!(shares.map(decimals).all(|count| count <= 2));
    world.get(Some(&scene.senior), "/dotace/vysledky").await.is(200).says("Maximální návrh 1 900 000 Kč");
    world.get(Some(&scene.other), &scene.why("1000001")).await.is(404);
    world.get(Some(&scene.stranger), &scene.why("1000001")).await.is(404);
    world.get(None, &scene.why("1000001")).await.is(401);

    // The run leaves as a workbook for the kraj alone.
    assert!(world.get(Some(&scene.officer), "/dotace/2027/1/vypocet/1/sesit.xlsx").await.is(200).body.starts_with("PK"));
    world.get(Some(&scene.senior), "/dotace/2027/1/vypocet/1/sesit.xlsx").await.is(403);
    world.get(Some(&scene.stranger), "/dotace/2027/1/vypocet/1/sesit.xlsx").await.is(404);

    // Nothing changes any more.
    let shown = world.get(Some(&scene.decider), PAGE).await;
    assert!(!shown.has_form(ChangeAmount::PATH) && !shown.has_form(CloseStep::PATH) && !shown.has_form(MakeProposal::PATH));
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
    let key = scene.services["1000001"].to_string();
    let round = [("verze", "3"), ("rok", "2027"), ("kolo", "1")];
    let change = pairs(&[&round[..], &[("sluzba", key.as_str()), ("castka", "0"), ("duvod", "x")]].concat());
    assert_eq!(world.call(Some(&scene.decider), ChangeAmount::PATH, &change).await.status, 422);
    assert_eq!(world.call(Some(&scene.officer), PublishResults::PATH, &pairs(&round)).await.status, 422);
    let export = world.get(Some(&scene.decider), "/dotace/2027/1/navrhy.csv?zmeny=ano").await;
    assert_eq!(export.is(200).body.lines().count(), 1);
    assert_eq!(world.get(Some(&scene.decider), "/dotace/2027/1/navrhy.csv").await.body.lines().count(), 4);
    scene.world.end().await;
}

#[tokio::test]
async fn verify_finds_what_was_planted() {
    let scene = scene().await;
    scene.decided().await;
    assert_eq!(scene.faults().await, Vec::<String>::new());
    let owner = &scene.world.owner;
    for (plant, undo, says) in [
        (
            "update award set amount = amount + 1000 where identifikator = '1000001'",
            "update award set amount = amount - 1000 where identifikator = '1000001'",
            "podle rozhodnutí 1286000 Kč",
        ),
        ("update kraj_round set allocation = 1000", "update kraj_round set allocation = 3000000", "alokace je 1000 Kč"),
        (
            "update award set published_at = '2027-01-01Z' where identifikator = '1000002'",
            "update award set published_at = null",
            "zveřejněno 1 přiznaných dotací místo 0",
        ),
        (
            "update kraj_round set results_published_at = '2027-01-01Z'",
            "update kraj_round set results_published_at = null",
            "zveřejněno 0 přiznaných dotací místo 3",
        ),
        (
            r#"update decision set document = jsonb_set(document, '{steps,1,closed}', 'null')"#,
            r#"update decision set document = jsonb_set(document, '{steps,1,closed}', '{"date": "2027-01-18", "resolution": "2/2027"}')"#,
            "před uzavřením posledního kroku",
        ),
        (
            "update part_service set request = request + 1 where identifikator = '1000003'",
            "update part_service set request = request - 1 where identifikator = '1000003'",
            "součet služeb 900001 Kč",
        ),
        (
            r#"update part_service set document = jsonb_set(document, '{name}', '"jiný"') where identifikator = '1000003'"#,
            r#"update part_service set document = jsonb_set(document, '{name}', '"Sociální rehabilitace"') where identifikator = '1000003'"#,
            "není taková, jaká byla podána",
        ),
        (
            r#"update calculation_run set result = jsonb_set(result, '{services,0,award}', '"1"')"#,
            r#"update calculation_run set result = jsonb_set(result, '{services,0,award}', '"1286000"')"#,
            "dává jiný výsledek",
        ),
        ("update calculation_run set awarded = 5", "update calculation_run set awarded = 3000000", "není součtem návrhů"),
    ] {
        sqlx::raw_sql(plant).execute(owner).await.unwrap();
        let faults = scene.faults().await;
        assert!(faults.iter().any(|fault| fault.contains(says)), "{plant}: {faults:?}");
        sqlx::raw_sql(undo).execute(owner).await.unwrap();
        assert_eq!(scene.faults().await, Vec::<String>::new(), "{undo}");
    }
    // A frozen version that no run uses.
    let mut tx = scene.world.store.begin(&scene.actor).await.unwrap();
    let scheme = Scheme::from_toml(&SCHEME.replace("2027.1", "2027.2")).unwrap();
    let (_, version) = schemes::create(&mut tx, &scheme, ("x", scene.world.now())).await.unwrap();
    schemes::freeze(&mut tx, version, scene.world.now()).await.unwrap();
    tx.commit(scene.world.now()).await.unwrap();
    assert!(scene.faults().await.iter().any(|fault| fault.contains("2027.2 (kraj 60) je zmrazené")));
    sqlx::query("delete from scheme_version where id = $1").bind(version).execute(owner).await.unwrap();
    scene.world.end().await;
}
