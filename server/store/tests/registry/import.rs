//! Importing the register, as the application and under its policies.

use crate::support::{at, day_of, member};
use domain::accounts::{Actor, OrganisationKind};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::io::Cursor;
use std::path::PathBuf;
use store::registry::{ImportError, ImportReport, ImportRequest, import};
use store::{Origin, Store, codelists};

/// The folder of real data beside the repository, where there is one.
fn shared_data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("KRAJ108_SHARED_DATA").map_or(beside, PathBuf::from);
    folder.join("rpss-sample.json").exists().then_some(folder)
}

async fn ready(owner: &PgPool) -> Store {
    let store = crate::support::store(owner).await;
    let mut tx = store.begin(&Actor::System).await.unwrap();
    codelists::load(&mut tx).await.unwrap();
    tx.commit(at("2026-01-01")).await.unwrap();
    store
}

async fn import_bytes(store: &Store, bytes: Vec<u8>, day: &str) -> Result<ImportReport, ImportError> {
    let request = ImportRequest { as_of: day_of(day), at: at(day), file_name: Some("rpss.json".to_owned()) };
    import(store, &Actor::System, Origin::default(), Cursor::new(bytes), &request).await
}

async fn import_records(store: &Store, records: Value, day: &str) -> ImportReport {
    import_bytes(store, json!({ "polozky": records }).to_string().into_bytes(), day).await.unwrap()
}

/// One service of one provider with one facility in Aš.
fn record(portal_id: i64) -> Value {
    json!({
        "portalId": portal_id, "identifikator": format!("{:07}", 1_000_000 + portal_id), "datumPoskytovaniOd": "2014-03-01",
        "datumPoskytovaniDo": null, "druhSocialniSluzby": {"id": "DruhSocialniSluzby/13"},
        "poskytovatel": {"portalId": 100, "nazev": "Domov Pohoda", "ico": "63504260", "statutarniOrgany": [{"jmeno": "Petr"}]},
        "zarizeni": [{"nazev": "Domov", "adresa": {"obec": {"id": "Obec/554499"}, "kodAdresnihoMista": 11867906, "ulice": {"nazev": "Nemocniční"}}}],
        "ciloveSkupiny": [{"cilovaSkupina": {"id": "CilovaSkupinaOsoby/24"}}],
        "formy": [{"forma": {"id": "FormaSocialniSluzby/pob"}, "kapacity": [{"pocet": 32, "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}]}]
    })
}

fn with(mut record: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        *record.pointer_mut(pointer).unwrap() = value.clone();
    }
    record
}

async fn texts(owner: &PgPool, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(owner).await.unwrap()
}

fn said(report: &ImportReport, kind: &str) -> Vec<String> {
    report.problems.iter().filter(|p| p.kind.code() == kind).map(|p| p.text.replace('\u{a0}', " ")).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_real_sample_imports_and_a_second_run_changes_nothing(owner: PgPool) {
    let Some(folder) = shared_data() else {
        println!("skipped: no real sample beside the repository");
        return;
    };
    let store = ready(&owner).await;
    let bytes = std::fs::read(folder.join("rpss-sample.json")).unwrap();
    let first = import_bytes(&store, bytes.clone(), "2026-11-20").await.unwrap();
    insta::assert_json_snapshot!((
        first.records,
        first.services,
        first.providers,
        first.facilities,
        first.without_authority,
        &first.problem_counts
    ));
    const STATE: &str = "select md5(string_agg(t::text, '|' order by t::text)) from (
        select to_jsonb(v) t from service_version v union all select to_jsonb(v) from facility_version v union all
        select to_jsonb(v) from provider_version v union all select to_jsonb(p) from provider p union all select to_jsonb(s) from service_source s) x";
    let before = texts(&owner, STATE).await;
    let second = import_bytes(&store, bytes, "2026-11-25").await.unwrap();
    assert_eq!((second.services.unchanged, second.services.new, second.services.changed, second.services.missing), (144, 0, 0, 0));
    assert_eq!((second.providers.changed, second.facilities.changed), (0, 0));
    assert_eq!(texts(&owner, STATE).await, before);
    let audited = texts(&owner, "select kind from audit.event order by seq").await;
    assert_eq!(audited, ["registry.import", "registry.import"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_newer_file_closes_and_opens_versions(owner: PgPool) {
    let store = ready(&owner).await;
    let first = import_records(&store, json!([record(1), record(2), record(3)]), "2026-01-10").await;
    assert_eq!((first.services.new, first.providers.new, first.facilities.new), (3, 1, 3));
    let newer = json!([
        with(record(1), &[("/formy/0/kapacity/0/pocet", json!(40))]),
        with(record(2), &[("/datumPoskytovaniDo", json!("2026-12-31"))]),
        record(4)
    ]);
    let second = import_records(&store, newer.clone(), "2026-02-01").await;
    let s = second.services;
    assert_eq!((s.new, s.changed, s.ended, s.unchanged, s.missing, s.refused), (1, 1, 1, 0, 1, 0));
    assert_eq!(said(&second, "missing"), ["Služba s portalId 3 v souboru chybí, zůstává beze změny."]);
    const VERSIONS: &str = "select s.portal_id || ' ' || v.valid || ' ' || coalesce(v.provided_to::text, '–') || case when superseded_at is null then '' else ' superseded' end
        from service_version v join service s on s.id = v.service_id order by s.portal_id, lower(v.valid), v.recorded_at";
    assert_eq!(
        texts(&owner, VERSIONS).await,
        [
            "1 [2014-03-01,2026-02-01) –",
            "1 [2026-02-01,) –",
            "2 [2014-03-01,2026-02-01) –",
            "2 [2026-02-01,) 2026-12-31",
            "3 [2014-03-01,) –",
            "4 [2014-03-01,) –"
        ]
    );
    let changes = texts(&owner, "select c ->> 'field' || ': ' || (c ->> 'before') || ' → ' || (c ->> 'after') from service_document d, jsonb_array_elements(d.changes) c where c ->> 'before' is not null").await;
    assert_eq!(changes, ["formy a kapacity: pobytová: počet lůžek 32 → pobytová: počet lůžek 40"]);

    // The same day once more with other facts: what would not have held a day is superseded.
    let same_day = import_records(&store, json!([with(record(1), &[("/formy/0/kapacity/0/pocet", json!(41))])]), "2026-02-01").await;
    assert_eq!((same_day.services.changed, same_day.services.missing), (1, 3));
    assert_eq!(
        texts(&owner, VERSIONS).await[..3],
        ["1 [2014-03-01,2026-02-01) –", "1 [2026-02-01,) – superseded", "1 [2026-02-01,) –"].map(str::to_owned)
    );
    // Another layout of the same facts is no change.
    let pretty = serde_json::to_vec_pretty(&json!({ "polozky": newer })).unwrap();
    let again = import_bytes(&store, pretty, "2026-02-02").await.unwrap();
    assert_eq!((again.services.unchanged, again.services.changed), (2, 1), "1 goes back to 40 beds, 2 and 4 are as they were");
    let too_early = import_bytes(&store, br#"{"polozky":[]}"#.to_vec(), "2026-02-01").await.unwrap_err();
    assert_eq!(
        too_early.to_string().replace('\u{a0}', " "),
        "Poslední import platí k 2. 2. 2026, ke dni 1. 2. 2026 už importovat nejde. Zvolte den 2. 2. 2026 nebo pozdější."
    );
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_service_that_begins_later_opens_on_its_first_day(owner: PgPool) {
    let store = ready(&owner).await;
    import_records(&store, json!([with(record(1), &[("/datumPoskytovaniOd", json!("2027-01-01"))])]), "2026-01-10").await;
    import_records(&store, json!([with(record(1), &[("/datumPoskytovaniOd", json!("2026-12-01"))])]), "2026-02-01").await;
    let versions = texts(
        &owner,
        "select valid::text || coalesce(' superseded'::text || left(superseded_at::text, 0), '') from service_version order by recorded_at",
    )
    .await;
    assert_eq!(versions, ["[2027-01-01,) superseded", "[2026-12-01,)"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_broken_file_changes_nothing(owner: PgPool) {
    let store = ready(&owner).await;
    let mut cut = json!({ "polozky": (1..=600).map(record).collect::<Vec<_>>() }).to_string().into_bytes();
    cut.truncate(cut.len() - 10);
    let error = import_bytes(&store, cut, "2026-01-10").await.unwrap_err();
    assert_eq!(error.to_string(), "Soubor je uříznutý: končí u 600. záznamu. Stáhněte ho, prosím, znovu.");
    assert_eq!(
        texts(&owner, "select 'x' from service union all select 'x' from import_run union all select 'x' from provider").await.len(),
        0
    );
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn records_are_refused_with_their_place(owner: PgPool) {
    let store = ready(&owner).await;
    let records = json!([
        record(1),
        with(record(2), &[("/poskytovatel", json!({"nazev": "Bez čísel"}))]),
        with(record(3), &[("/datumPoskytovaniOd", json!("jaro"))]),
        record(1),
        7
    ]);
    let report = import_records(&store, records, "2026-01-10").await;
    assert_eq!((report.records, report.services.new, report.services.refused), (5, 1, 4));
    let lines: Vec<String> = report
        .problems
        .iter()
        .filter(|p| p.kind.code() == "refused")
        .map(|p| format!("{} | {} | {}", p.place.as_ref().unwrap(), p.field, p.text))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    2. záznam (portalId 2) | poskytovatel.ico | Poskytovatel nemá portalId ani IČO, nejde ho rozpoznat.
    3. záznam (portalId 3) | datumPoskytovaniOd | Datum začátku poskytování "jaro" není datum (čeká se např. 2014-03-01).
    4. záznam (portalId 1) | portalId | Služba už v souboru je jako 1. záznam.
    5. záznam | (celý záznam) | Záznam není objekt s údaji služby.
    "#);
    assert_eq!(texts(&owner, "select kind || ordinal from import_problem where kind = 'refused' order by ordinal").await.len(), 4);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn providers_are_recognised_by_portal_id_then_ico(owner: PgPool) {
    let store = ready(&owner).await;
    let provider = |portal_id: Value, ico: &str, name: &str| json!({"portalId": portal_id, "ico": ico, "nazev": name});
    let one = |id, provider: Value| with(record(id), &[("/poskytovatel", provider)]);
    let first = json!([one(1, provider(Value::Null, "63504260", "A")), one(2, provider(json!(20), "00551023", "B"))]);
    import_records(&store, first, "2026-01-10").await;
    let second = json!([
        one(1, provider(json!(10), "63504260", "A")),
        one(2, provider(json!(20), "00551023", "B")),
        one(3, provider(json!(21), "00551023", "B druhé")),
        one(4, provider(Value::Null, "63504260", "A"))
    ]);
    let report = import_records(&store, second.clone(), "2026-01-11").await;
    assert_eq!((report.providers.new, report.providers.changed, report.services.new, report.services.unchanged), (1, 0, 2, 2));
    assert_eq!(
        texts(&owner, "select name || ' ' || portal_id || ' ' || (select count(*) from service s where s.provider_id = p.id) from provider p order by portal_id").await,
        ["A 10 2", "B 20 1", "B druhé 21 1"]
    );
    assert_eq!(said(&report, "shared_ico").len(), 2);
    let third = import_records(&store, second, "2026-01-12").await;
    assert_eq!((third.services.unchanged, third.providers.new, third.providers.changed), (4, 0, 0));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_changed_provider_gets_a_version_and_its_services_are_found_by_the_new_name(owner: PgPool) {
    let store = ready(&owner).await;
    import_records(&store, json!([record(1), record(2)]), "2026-01-10").await;
    let renamed = |id| with(record(id), &[("/poskytovatel/nazev", json!("Domov Radost"))]);
    // Only one of the records knows of it yet; the other, unchanged one doesn't turn it back.
    let report = import_records(&store, json!([renamed(1), record(2)]), "2026-02-01").await;
    assert_eq!((report.providers.changed, report.services.unchanged), (1, 2));
    import_records(&store, json!([renamed(1), record(2)]), "2026-02-02").await;
    let report = import_records(&store, json!([renamed(1), renamed(2)]), "2026-02-03").await;
    assert_eq!((report.providers.changed, report.services.unchanged), (0, 2));
    assert_eq!(
        texts(&owner, "select valid || ' ' || (facts ->> 'nazev') from provider_version order by lower(valid) nulls first").await,
        ["(,2026-02-01) Domov Pohoda", "[2026-02-01,) Domov Radost"]
    );
    assert_eq!(texts(&owner, "select provider_name from service_version where search_text like '%radost%'").await.len(), 2);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_authority_is_estimated_once_and_a_set_one_stays(owner: PgPool) {
    let store = ready(&owner).await;
    let homeless =
        with(record(2), &[("/poskytovatel", json!({"portalId": 200, "nazev": "Bez adresy", "ico": "00551023"})), ("/zarizeni", json!([]))]);
    let report = import_records(&store, json!([record(1), homeless]), "2026-01-10").await;
    const AUTHORITY: &str = "select p.name || ': ' || coalesce(o.name || ' ' || p.registrar_source, 'není znám') from provider p left join organisation o on o.id = p.registrar_id order by p.name";
    assert_eq!(texts(&owner, AUTHORITY).await, ["Bez adresy: není znám", "Domov Pohoda: Karlovarský kraj estimated"]);
    assert_eq!((report.without_authority, said(&report, "authority").len()), (1, 1));
    sqlx::query("update provider set registrar_id = (select id from organisation where kraj_code = '19'), registrar_source = 'set'")
        .execute(&owner)
        .await
        .unwrap();
    import_records(&store, json!([with(record(1), &[("/zarizeni/0/nazev", json!("Jiný"))])]), "2026-02-01").await;
    assert_eq!(texts(&owner, AUTHORITY).await, ["Bez adresy: Hlavní město Praha set", "Domov Pohoda: Hlavní město Praha set"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_corrected_record_is_not_overwritten(owner: PgPool) {
    let store = ready(&owner).await;
    import_records(&store, json!([record(1)]), "2026-01-10").await;
    sqlx::query("update service_version set source = 'registrar', identifikator = '7654321'").execute(&owner).await.unwrap();
    sqlx::query(r#"update service_document set facts = facts || '{"identifikator": "7654321"}'"#).execute(&owner).await.unwrap();
    for day in ["2026-01-11", "2026-01-12"] {
        let report = import_records(&store, json!([record(1)]), day).await;
        assert_eq!((report.services.unchanged, report.services.changed), (1, 0));
        assert_eq!(
            said(&report, "difference"),
            ["Služba je opravená zde, soubor se liší: identifikátor zde „7654321“, v souboru „1000001“."]
        );
    }
    assert_eq!(texts(&owner, "select identifikator from service_version").await, ["7654321"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_secret_address_stays_with_its_kraj_and_its_provider(owner: PgPool) {
    let store = ready(&owner).await;
    let open = record(1);
    let secret =
        with(record(1), &[("/zarizeni/0", json!({"nazev": "Domov", "utajenaAdresa": true, "adresa": open["zarizeni"][0]["adresa"]}))]);
    // It was public, becomes secret, and a later file that opens it again doesn't.
    import_records(&store, json!([open]), "2026-01-10").await;
    let report = import_records(&store, json!([secret]), "2026-01-11").await;
    assert_eq!(report.services.changed, 1);
    let report = import_records(&store, json!([open]), "2026-01-12").await;
    assert_eq!(said(&report, "secret_address").len(), 1);
    assert_eq!(report.services.changed, 0);
    let public: Vec<String> = texts(
        &owner,
        "select t::text from (select to_jsonb(v) t from service_version v union all select to_jsonb(d) from service_document d union all
           select to_jsonb(v) from facility_version v union all select to_jsonb(p) from import_problem p) x",
    )
    .await;
    for row in &public {
        for hidden in ["Nemocniční", "11867906", "554499", "Aš\"", "as\""] {
            assert!(!row.contains(hidden), "{hidden} in {row}");
        }
    }
    // And a file that lacks the facility closes it, but keeps the address.
    import_records(&store, json!([with(record(1), &[("/zarizeni", json!([]))])]), "2026-01-13").await;

    let organisation = |sql: &'static str| sqlx::query_scalar::<_, uuid::Uuid>(sql).fetch_one(&owner);
    let registrar = organisation("select registrar_id from provider").await.unwrap();
    let other = organisation("select id from organisation where kraj_code = '19'").await.unwrap();
    let provider = organisation("select id from provider").await.unwrap();
    for (who, actor, sees) in [
        ("public", Actor::Public, 0),
        ("mpsv", member(OrganisationKind::Mpsv, store::new_id(), None, None), 0),
        ("registering kraj", member(OrganisationKind::Kraj, registrar, Some("51"), None), 1),
        ("other kraj", member(OrganisationKind::Kraj, other, Some("19"), None), 0),
        ("provider", member(OrganisationKind::Provider, store::new_id(), None, Some(provider)), 1),
        ("other provider", member(OrganisationKind::Provider, store::new_id(), None, Some(store::new_id())), 0),
    ] {
        let mut tx = store.begin(&actor).await.unwrap();
        let count: i64 = sqlx::query_scalar("select count(*) from facility_secret").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(count, sees, "{who}");
        let members: i64 = sqlx::query_scalar("select count(*) from provider_private").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(members, if who == "mpsv" { 1 } else { sees }, "{who}");
        let written =
            sqlx::query("insert into service (id, portal_id, provider_id, created_at) values (gen_random_uuid(), 99, $1, '2026-01-01')")
                .bind(provider)
                .execute(&mut *tx)
                .await;
        assert_eq!(written.is_ok(), ["mpsv", "registering kraj"].contains(&who), "{who}");
    }
}

/// A service whose facility and contact address are one, beside another contact address.
fn with_contacts(record: Value) -> Value {
    let address = record["zarizeni"][0]["adresa"].clone();
    let mut record = record;
    record["kontaktniAdresy"] = json!([address, {"obec": {"id": "Obec/500011"}, "kodAdresnihoMista": 42, "ulice": {"nazev": "Veřejná"}}]);
    record
}

/// Everything public that is stored, as texts.
async fn public_texts(owner: &PgPool) -> Vec<String> {
    texts(
        owner,
        "select t::text from (select to_jsonb(v) t from service_version v union all select to_jsonb(d) from service_document d union all
           select to_jsonb(v) from facility_version v union all select to_jsonb(p) from import_problem p) x",
    )
    .await
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_contact_address_of_a_secret_facility_is_private_in_all_versions(owner: PgPool) {
    let store = ready(&owner).await;
    let open = with_contacts(record(1));
    import_records(&store, json!([open]), "2026-01-10").await;
    let other = with(open.clone(), &[("/kontaktniAdresy/1/ulice/nazev", json!("Jiná"))]);
    import_records(&store, json!([other]), "2026-01-11").await;
    let secret =
        with(other.clone(), &[("/zarizeni/0", json!({"nazev": "Domov", "utajenaAdresa": true, "adresa": open["zarizeni"][0]["adresa"]}))]);
    import_records(&store, json!([secret]), "2026-01-12").await;
    // A file that opens everything again changes nothing.
    let report = import_records(&store, json!([other]), "2026-01-13").await;
    assert_eq!((report.services.changed, said(&report, "secret_address").len()), (0, 2));
    for row in public_texts(&owner).await {
        for hidden in ["Nemocniční", "11867906", "554499"] {
            assert!(!row.contains(hidden), "{hidden} in {row}");
        }
    }
    let public = texts(
        &owner,
        "select facts -> 'kontaktniAdresy' #>> '{0,ulice,nazev}' from service_document d join service_version v on v.id = d.version_id
                                order by recorded_at",
    )
    .await;
    assert_eq!(public, ["Veřejná", "Jiná", "Jiná"]);
    let kept = texts(&owner, "select data -> 'kontaktniAdresy (utajené)' #>> '{0,ulice,nazev}' from service_private").await;
    assert_eq!(kept, ["Nemocniční", "Nemocniční", "Nemocniční"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_secret_address_stays_secret_under_another_name(owner: PgPool) {
    let store = ready(&owner).await;
    let address = record(1)["zarizeni"][0]["adresa"].clone();
    let secret = with(record(1), &[("/zarizeni", json!([{"nazev": "Domov", "utajenaAdresa": true, "adresa": address}]))]);
    import_records(&store, json!([secret]), "2026-01-10").await;
    let renamed =
        with(record(1), &[("/zarizeni", json!([{"nazev": "Dům naděje", "adresa": address}, {"nazev": "Sklad", "adresa": address}]))]);
    let report = import_records(&store, json!([renamed]), "2026-01-11").await;
    assert_eq!(said(&report, "secret_address").len(), 2);
    // The same in one record, of a service that was not known.
    let both = with(
        record(2),
        &[("/zarizeni", json!([{"nazev": "A", "adresa": address}, {"nazev": "B", "utajenaAdresa": true, "adresa": address}]))],
    );
    import_records(&store, json!([both]), "2026-01-12").await;
    for row in public_texts(&owner).await {
        for hidden in ["Nemocniční", "11867906", "554499"] {
            assert!(!row.contains(hidden), "{hidden} in {row}");
        }
    }
    // Nobody without the right learns which addresses are secret.
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let asked = sqlx::query("select app.hidden_addresses('{}', '{}')").execute(&mut *tx).await;
    assert!(asked.is_err());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_ended_facility_leaves_the_search_even_where_the_record_stays_the_same(owner: PgPool) {
    let store = ready(&owner).await;
    let mut two = record(1);
    two["zarizeni"][0]["poskytujeDo"] = json!("2026-02-28");
    let other = json!({"nazev": "Zázemí", "adresa": {"obec": {"id": "Obec/554481"}}});
    two["zarizeni"].as_array_mut().unwrap().push(other);
    let obce = || texts(&owner, "select unnest(obce) from service_version where superseded_at is null and upper_inf(valid) order by 1");
    import_records(&store, json!([two]), "2026-01-10").await;
    assert_eq!(obce().await, ["554481", "554499"]);
    let report = import_records(&store, json!([two]), "2026-03-01").await;
    assert_eq!((report.services.unchanged, report.services.changed), (1, 0));
    assert_eq!(obce().await, ["554481"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_day_to_come_is_refused(owner: PgPool) {
    let store = ready(&owner).await;
    let request = ImportRequest { as_of: day_of("2026-01-11"), at: at("2026-01-10"), file_name: None };
    let refused = import(&store, &Actor::System, Origin::default(), Cursor::new(b"{\"polozky\":[]}".to_vec()), &request).await.unwrap_err();
    assert!(refused.to_string().contains("teprve nastane"), "{refused}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn odd_texts_are_kept_and_found(owner: PgPool) {
    let store = ready(&owner).await;
    let long = "x".repeat(300_000);
    let name = format!("</textarea><script> \u{202e}obrácený {long}");
    let odd = with(record(1), &[("/poskytovatel/nazev", json!(name)), ("/zarizeni/0/nazev", json!(long)), ("/identifikator", json!(long))]);
    let report = import_records(&store, json!([odd]), "2026-01-10").await;
    assert_eq!((report.services.new, report.services.refused), (1, 0));
    assert_eq!(texts(&owner, "select length(name)::text from provider").await, ["200"]);
}
