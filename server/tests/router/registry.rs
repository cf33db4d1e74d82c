//! The register as people see it: searching, looking at a service of any day, keeping it in order, importing it. On the small sample of the
//! repository.

use crate::support::{Answer, Person, World};
use app::registry::{end_service::EndService, enter_number::EnterNumber, hide_facility::HideFacility, set_authority::SetAuthority};
use domain::accounts::{Actor, Role};
use flate2::{Compression, write::GzEncoder};
use server_fn::ServerFn;
use std::io::{Cursor, Write};
use store::registry::{ImportReport, ImportRequest, import};
use store::{Origin, codelists};

const SAMPLE: &[u8] = include_bytes!("../../store/samples/rpss-small.json");
/// The street of every secret address of the sample.
const CANARY: &str = "Skrytá";

async fn load(world: &World, content: &[u8], as_of: &str) -> ImportReport {
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    codelists::load(&mut tx).await.unwrap();
    tx.commit(world.now()).await.unwrap();
    let request = ImportRequest { as_of: as_of.parse().unwrap(), at: world.now(), file_name: None };
    import(&world.store, &Actor::System, Origin::default(), Cursor::new(content.to_vec()), &request).await.unwrap()
}

async fn sample() -> World {
    let world = World::at("2026-11-23T10:00:00Z").await;
    load(&world, SAMPLE, "2026-09-01").await;
    world
}

async fn officer(world: &World, kraj: &str) -> Person {
    let organisation = world.kraj(kraj).await;
    world.person("Jana Nováková", Role::KrajOfficer, organisation).await
}

/// How many services a search says it found.
#[track_caller]
fn total(answer: &Answer) -> i64 {
    answer.is(200);
    let text = answer.body.split("aria-label=\"Výsledky\"").nth(1).and_then(|rest| rest.split("<h2>").nth(1)).unwrap();
    let number: String = text.split("</h2>").next().unwrap().chars().filter(char::is_ascii_digit).collect();
    number.parse().unwrap()
}

/// The services on a page by their keys.
fn found(answer: &Answer) -> Vec<i64> {
    let mut keys: Vec<i64> =
        answer.body.split("href=\"/registr/sluzba/").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Keys and counts of a filter.
fn counts(answer: &Answer, filter: &str) -> Vec<(String, i64)> {
    let start = format!("name=\"{filter}\" value=\"");
    let one = |rest: &str| {
        let key = rest.split('"').next()?.to_owned();
        let count: String =
            rest.split("<span class=\"count\">").nth(1)?.split("</span>").next()?.chars().filter(char::is_ascii_digit).collect();
        Some((key, count.parse().ok()?))
    };
    answer.body.split(start.as_str()).skip(1).filter_map(one).collect()
}

async fn search(world: &World, query: &str) -> Answer {
    world.get(None, &format!("/registr?{query}")).await
}

#[tokio::test]
async fn words_are_found_without_diacritics() {
    let world = sample().await;
    for (query, expected) in [
        ("q=DOMOV++usti", vec![26, 27]),
        ("q=%C3%BAst%C3%AD+JASAN", vec![26, 27]),
        ("q=9172420", vec![26]),
        ("q=84555335", vec![26, 27]),
        ("q=kompas+kontaktni", vec![42]),
        ("q=100%25", vec![]),
        ("q=skryta", vec![]),
        ("q=&poskytovatel=00982407", vec![65, 66, 70, 71]),
    ] {
        assert_eq!(found(&search(&world, query).await), expected, "{query}");
    }
    // A word with a slip finds what is similar, and says so.
    search(&world, "q=odlehcovcai").await.says("nejpodobnější").says("Odlehčovací služba Tis");
    search(&world, "q=xyzxyzxyz").await.says("Takovou službu v registru nemáme");
    // Nearest first.
    let near = search(&world, "kde=usti+nad+labem").await;
    near.says("v obci").says("Vzdálenost");
    let first = near.body.split("href=\"/registr/sluzba/").nth(1).unwrap();
    assert!(first.starts_with("26\"") || first.starts_with("27\""), "{}", &first[..20]);
    search(&world, "kde=Nikdehory").await.says("Obec „Nikdehory“ neznáme");
    world.end().await;
}

#[tokio::test]
async fn every_count_is_what_its_choice_gives() {
    let world = sample().await;
    for chosen in ["", "&kraj=60", "&forma=ter&forma=amb", "&druh=49&kraj=60", "&q=vlastovka", "&ukoncene=1", "&skupina=cs25"] {
        let page = search(&world, chosen).await;
        let all = total(&page);
        for filter in ["kraj", "druh", "forma", "skupina"] {
            if chosen.contains(filter) {
                continue;
            }
            let counts = counts(&page, filter);
            // The sample names no target group for the services with this name.
            assert!(!counts.is_empty() || all == 0 || (chosen, filter) == ("&q=vlastovka", "skupina"), "{chosen} {filter}");
            for (key, count) in counts {
                let query = format!("{chosen}&{filter}={key}");
                assert_eq!(total(&search(&world, &query).await), count, "{query}");
            }
        }
    }
    let districts = counts(&search(&world, "kraj=60").await, "okres");
    assert!(districts.len() > 2);
    for (key, count) in districts {
        assert_eq!(total(&search(&world, &format!("kraj=60&okres={key}")).await), count, "{key}");
    }
    // Counted directly in the database.
    let active = "superseded_at is null and valid @> date '2026-11-23' and (provided_from is null or provided_from <= date '2026-11-23')
        and (provided_to is null or provided_to >= date '2026-11-23')";
    for (query, condition) in [
        ("", "true"),
        ("kraj=60", "'60' = any (kraje)"),
        ("druh=49", "kind = '49'"),
        ("forma=pob&kraj=60", "'pob' = any (forms) and '60' = any (kraje)"),
        ("skupina=cs25", "'cs25' = any (groups)"),
        ("obec=554782&okres=9999&kraj=19", "'554782' = any (obce)"),
    ] {
        let sql = format!("select count(*) from service_version where {active} and {condition}");
        let direct: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.owner).await.unwrap();
        assert!(direct > 0, "{query}");
        assert_eq!(total(&search(&world, query).await), direct, "{query}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_day_shows_what_was_provided_then() {
    let world = sample().await;
    let now = found(&search(&world, "q=vlastovka").await);
    assert!(!now.contains(&64) && !now.contains(&67), "{now:?}");
    let all = found(&search(&world, "q=vlastovka&ukoncene=1").await);
    assert!(all.contains(&64) && all.contains(&67), "{all:?}");
    let past = search(&world, "q=vlastovka&ke=15.+1.+2012").await;
    past.says("stav ke dni 15. 1. 2012");
    assert!(found(&past).contains(&64));
    assert!(!found(&search(&world, "q=vlastovka&ke=2012-04-01").await).contains(&64));
    assert!(found(&search(&world, "q=vlastovka&ke=2027-01-01").await).contains(&67));
    search(&world, "ke=pozitri").await.says("není datum");
    world.get(None, "/registr/sluzba/67").await.is(200).says("služba v registru ještě není");
    // A newer file changes a capacity; both days are still there.
    let newer = String::from_utf8(SAMPLE.to_vec()).unwrap().replacen("\"pocet\":88", "\"pocet\":91", 1);
    load(&world, newer.as_bytes(), "2026-11-01").await;
    world.get(None, "/registr/sluzba/112").await.says("91 lůžek").says("Změna: formy a kapacity");
    world.get(None, "/registr/sluzba/112?ke=15.10.2026").await.says("88 lůžek").says("Zobrazit dnešní stav");
    world.end().await;
}

#[tokio::test]
async fn one_address_shows_a_service_and_others_lead_there() {
    let world = sample().await;
    assert_eq!(
        world.get(None, "/registr/sluzba/9172420?ke=2020-01-01").await.location.as_deref(),
        Some("/registr/sluzba/26?ke=2020-01-01")
    );
    let id: uuid::Uuid = sqlx::query_scalar("select id from service where portal_id = 26").fetch_one(&world.owner).await.unwrap();
    assert_eq!(world.get(None, &format!("/registr/sluzba/{id}")).await.location.as_deref(), Some("/registr/sluzba/26"));
    world.get(None, "/registr/sluzba/26").await.is(200).says("Domov pro seniory Jasan Bukov").says("domovy pro seniory, § 49 zákona");
    world.get(None, "/registr/sluzba/40").await.says("v registru 2krát");
    world.get(None, "/registr/sluzba/999999").await.is(404);
    world.get(None, "/registr/sluzba/nic").await.is(404);
    world.get(None, "/registr/poskytovatel/94100284").await.is(200).says("2 poskytovatelé").says("pobočka Opava");
    world.get(None, "/registr/poskytovatel/00000000").await.is(404);
    for path in ["/registr", "/registr/sluzba/26", "/registr/poskytovatel/84555335", "/provoz", "/pristupnost"] {
        let page = world.get(None, path).await;
        page.is(200);
        assert!(!page.body.contains("<script") && !page.body.contains("style="), "{path}");
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_people_type_is_text() {
    let world = sample().await;
    for query in [
        "q=%00",
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%25%5F%5C",
        "strana=99999999999",
        "strana=-1",
        "druh=%27",
        "odkud=x&kde=%00",
        "ke=%00",
    ] {
        let page = search(&world, query).await;
        page.is(200);
        assert!(!page.body.contains("<script"), "{query}");
    }
    let long = "a".repeat(20_000);
    search(&world, &format!("q={long}&kraj={long}")).await.is(200);
    assert_eq!(search(&world, "strana=7&q=jasan").await.location.as_deref(), Some("/registr?q=jasan"));
    world.end().await;
}

#[tokio::test]
async fn a_secret_address_is_seen_by_its_registrar_alone() {
    let world = sample().await;
    let usti = officer(&world, "60").await;
    let praha = officer(&world, "19").await;
    let portals: Vec<i64> = sqlx::query_scalar("select portal_id from service").fetch_all(&world.owner).await.unwrap();
    let icos: Vec<String> =
        sqlx::query_scalar("select distinct ico from provider where ico is not null").fetch_all(&world.owner).await.unwrap();
    let mut paths: Vec<String> = portals.iter().map(|id| format!("/registr/sluzba/{id}")).collect();
    paths.extend(icos.iter().map(|ico| format!("/registr/poskytovatel/{ico}")));
    for path in ["/registr", "/registr?ukoncene=1&kde=litomerice", "/registr?q=vlastovka", "/registr.csv?ukoncene=1", "/registr?q=skryta"] {
        paths.push(path.to_owned());
    }
    for path in &paths {
        for person in [None, Some(&praha)] {
            let page = world.get(person, path).await;
            page.is(200);
            assert!(!page.body.contains(CANARY), "{path}");
        }
    }
    world.get(None, "/registr/sluzba/70").await.says("adresa je utajená");
    world.get(Some(&usti), "/registr/sluzba/70").await.says(CANARY).says("vidíte ji jen vy");
    let provider: uuid::Uuid =
        sqlx::query_scalar("select provider_id from service where portal_id = 70").fetch_one(&world.owner).await.unwrap();
    let organisation = world.organisation_of(provider, "Charitní dům Vlaštovka").await;
    let own = world.person("Eva Malá", Role::ProviderEditor, organisation).await;
    world.get(Some(&own), "/registr/sluzba/70").await.says(CANARY);
    world.get(Some(&own), "/registr/nase").await.is(200).says("Naše služby v registru").says("Kontaktní místo azylového domu");
    world.end().await;
}

#[tokio::test]
async fn the_registrar_hides_an_address_everywhere() {
    let world = sample().await;
    let usti = officer(&world, "60").await;
    // 52 is Maják Kadaň, Palackého 21; a second version moves it before it becomes secret.
    let moved = String::from_utf8(SAMPLE.to_vec()).unwrap().replacen("Palackého", "Poděbradova", 1);
    load(&world, moved.as_bytes(), "2026-10-01").await;
    let before = world.get(None, "/registr/sluzba/52").await;
    before.says("Poděbradova").says("Palackého");
    world.get(None, "/registr/sluzba/52/oprava").await.is(401);
    let page = "/registr/sluzba/52/oprava";
    world
        .fill(&usti, page, HideFacility::PATH, |f| {
            f.set("zarizeni", "");
        })
        .await
        .is(422)
        .says("Vyberte zařízení");
    let facility: uuid::Uuid =
        sqlx::query_scalar("select f.id from facility f join service s on s.id = f.service_id where s.portal_id = 52")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    let done = world
        .fill(&usti, page, HideFacility::PATH, |f| {
            f.set("zarizeni", &facility.to_string());
        })
        .await;
    assert_eq!(done.goes(), "/registr/sluzba/52?hotovo=utajeno");
    for path in [
        "/registr/sluzba/52",
        "/registr/sluzba/52?ke=2020-01-01",
        "/registr/sluzba/52?ke=2026-10-05",
        "/registr?q=majak+kadan",
        "/registr.csv?q=majak+kadan",
        "/registr.csv?q=majak+kadan&ke=2026-10-05",
    ] {
        let page = world.get(None, path).await;
        page.is(200);
        for hidden in ["Poděbradova", "Palackého", "Kadaň,", "43201", "432 01"] {
            assert!(!page.body.contains(hidden), "{hidden} in {path}");
        }
    }
    assert!(found(&search(&world, "q=kadan+majak&obec=563102").await).is_empty());
    world.get(Some(&usti), "/registr/sluzba/52").await.says("Poděbradova").says("vidíte ji jen vy");
    // The next file still has it in the open; it stays secret.
    let report = load(&world, moved.as_bytes(), "2026-11-23").await;
    assert_eq!(report.problem_counts.get("secret_address"), Some(&1));
    assert!(!world.get(None, "/registr/sluzba/52").await.body.contains("Poděbradova"));
    world.end().await;
}

#[tokio::test]
async fn the_registering_kraj_enters_a_number() {
    let world = sample().await;
    let usti = officer(&world, "60").await;
    let praha = officer(&world, "19").await;
    let list = "/registr/kvalita";
    world.get(None, list).await.is(401);
    world.get(Some(&usti), list).await.is(200).says("Služby bez čísla").says("Maják Chomutov");
    world.get(Some(&praha), list).await.is(200).lacks("Maják Chomutov");
    let page = "/registr/sluzba/51/oprava";
    world.get(Some(&praha), page).await.is(403);
    let form = world.get(Some(&usti), page).await.form(EnterNumber::PATH);
    let number = |text: &str| {
        let mut form = form.clone();
        form.set("cislo", text);
        form
    };
    world.submit(Some(&usti), page, &number("123")).await.is(422).says("Číslo služby má 7 číslic, napsáno je „123“");
    world.submit(Some(&usti), page, &number("9172420")).await.is(422).says("už má jiná služba (portalId 26)");
    world.submit(Some(&praha), page, &number("7654321")).await.is(403);
    let done = world.submit(Some(&usti), page, &number("765 43 21")).await;
    assert_eq!(done.goes(), "/registr/sluzba/51?hotovo=cislo");
    // The same form again does nothing more; another one from before is stale.
    assert_eq!(world.submit(Some(&usti), page, &number("765 43 21")).await.goes(), "/registr/sluzba/51?hotovo=cislo");
    let mut stale = number("7654322");
    stale.set("klic", "another-key-of-a-form");
    world.submit(Some(&usti), page, &stale).await.is(409).says("mezitím změnil někdo jiný");
    world.get(None, "/registr/sluzba/51").await.says("7654321").says("Oprava registrujícího orgánu");
    assert_eq!(found(&search(&world, "q=7654321").await), [51]);
    world.get(Some(&usti), list).await.lacks("Maják Chomutov");
    let audited: i64 =
        sqlx::query_scalar("select count(*) from audit.event where kind = 'registry.identifikator.enter' and outcome = 'done'")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    assert_eq!(audited, 1);
    // An import lists the difference and leaves the number.
    let report = load(&world, SAMPLE, "2026-11-23").await;
    assert_eq!(report.problem_counts.get("difference"), Some(&1));
    world.get(None, "/registr/sluzba/51").await.says("7654321");
    world.get(Some(&usti), list).await.says("Záznamy opravené zde").says("7654321");
    world.end().await;
}

#[tokio::test]
async fn the_registering_kraj_ends_a_service() {
    let world = sample().await;
    let usti = officer(&world, "60").await;
    let page = "/registr/sluzba/65/oprava";
    world
        .fill(&usti, page, EndService::PATH, |f| {
            f.set("konec", "1. 1. 2001");
        })
        .await
        .is(422)
        .says("je před začátkem poskytování");
    world
        .fill(&usti, page, EndService::PATH, |f| {
            f.set("konec", "31.2.2026");
        })
        .await
        .is(422)
        .says("není datum");
    world
        .fill(&usti, page, EndService::PATH, |f| {
            f.set("konec", "30. 6. 2026");
        })
        .await
        .goes();
    world.get(None, "/registr/sluzba/65").await.says("ukončena 30. 6. 2026");
    assert!(!found(&search(&world, "q=vlastovka").await).contains(&65));
    assert!(found(&search(&world, "q=vlastovka&ukoncene=1").await).contains(&65));
    world.end().await;
}

#[tokio::test]
async fn the_ministry_imports_and_sets_authorities() {
    let world = World::at("2026-11-23T10:00:00Z").await;
    let organisation = world.mpsv().await;
    let mpsv = world.person("Milan Říha", Role::MpsvOfficer, organisation).await;
    let usti = officer(&world, "60").await;
    let page = "/registr/import";
    world.get(Some(&usti), page).await.is(403);
    world.upload(Some(&usti), page, &[], ("soubor", "rpss.json", SAMPLE)).await.is(403);
    world.get(Some(&mpsv), page).await.is(200).says("Zatím nic importováno nebylo");
    for (content, sentence) in
        [(&SAMPLE[..SAMPLE.len() / 2], "Nic se nezměnilo"), (b"nic".as_slice(), "Nic se nezměnilo"), (b"", "Vyberte soubor")]
    {
        world.upload(Some(&mpsv), page, &[("ke", "1. 9. 2026")], ("soubor", "rpss.json", content)).await.is(422).says(sentence);
        let services: i64 = sqlx::query_scalar("select count(*) from service").fetch_one(&world.owner).await.unwrap();
        assert_eq!(services, 0);
    }
    world.upload(Some(&mpsv), page, &[("ke", "zítra")], ("soubor", "rpss.json", SAMPLE)).await.is(422).says("není datum");
    let ahead = world.upload(Some(&mpsv), page, &[("ke", "1. 9. 2030")], ("soubor", "rpss.json", SAMPLE)).await;
    ahead.is(422).says("teprve nastane");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(SAMPLE).unwrap();
    let packed = packed.finish().unwrap();
    let cut = &packed[..packed.len() / 2];
    world.upload(Some(&mpsv), page, &[("ke", "1. 9. 2026")], ("soubor", "rpss.json.gz", cut)).await.is(422).says("Soubor je uříznutý");
    let done = world.upload(Some(&mpsv), page, &[("ke", "1. 9. 2026")], ("soubor", "rpss.json.gz", &packed)).await.goes();
    let result = world.get(Some(&mpsv), &done).await;
    result.is(200).says("Import proběhl celý").says("rpss.json.gz").says("služby bez identifikátoru");
    assert_eq!(total(&search(&world, "").await), total(&search(&world, "ke=2026-11-23").await));
    // The same file again changes nothing; a day before it is refused.
    let again = world.upload(Some(&mpsv), page, &[("ke", "2. 9. 2026")], ("soubor", "rpss.json", SAMPLE)).await.goes();
    world.get(Some(&mpsv), &again).await.says("nové 0").says("změněné 0");
    world.upload(Some(&mpsv), page, &[("ke", "1. 9. 2026")], ("soubor", "rpss.json", SAMPLE)).await.is(422).says("Poslední import platí k");
    world.get(Some(&mpsv), page).await.says("Dřívější importy");

    let unknown: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from provider where registrar_id is null").fetch_all(&world.owner).await.unwrap();
    assert!(!unknown.is_empty());
    let list = "/registr/kvalita";
    world.get(Some(&mpsv), list).await.says("Neznámý registrující orgán").says("Poskytovatelé se společným IČO");
    world
        .fill(&mpsv, list, SetAuthority::PATH, |f| {
            f.set("organ", "");
        })
        .await
        .is(422)
        .says("Vyberte orgán");
    let kraj = world.kraj("60").await;
    assert_eq!(
        world
            .fill(&mpsv, list, SetAuthority::PATH, |f| {
                f.set("organ", &kraj.to_string());
            })
            .await
            .goes(),
        "/registr/kvalita?hotovo=organ"
    );
    let set: i64 = sqlx::query_scalar("select count(*) from provider where registrar_source = 'set' and registrar_id = $1")
        .bind(kraj)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(set, 1);
    world.end().await;
}

#[tokio::test]
async fn the_file_has_what_the_page_shows() {
    let world = sample().await;
    for query in ["", "kraj=60&forma=pob", "q=vlastovka&ukoncene=1", "q=odlehcovcai", "q=nicneninenini"] {
        let page = search(&world, query).await;
        let file = world.get(None, &format!("/registr.csv?{query}")).await;
        file.is(200);
        assert_eq!(file.body.lines().count() as i64 - 1, total(&page), "{query}");
        for key in found(&page) {
            assert!(file.body.contains(&format!(";{key};")), "{query} {key}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn the_services_of_a_provider_are_found_and_the_filter_can_be_dropped() {
    let world = sample().await;
    // The words of the chip are those of its link for who hears the page.
    let chip = |page: &crate::support::Answer, name: &str| {
        assert!(page.body.contains(&format!("Zrušit filtr poskytovatel {name}")), "{}", page.body);
    };
    let page = world.get(None, "/registr/poskytovatel/00982407").await;
    assert!(page.body.contains("\"/registr?poskytovatel=00982407"), "{}", page.body);
    let page = search(&world, "poskytovatel=00982407").await;
    chip(&page, "Charitní dům Vlaštovka Litoměřice");
    assert!(page.body.contains("poskytovatel=00982407&amp;razeni=kapacita"), "{}", page.body);
    assert_eq!(found(&page), [65, 66, 70, 71]);
    // By its id, where it has no usable IČO, and by words of its name.
    let id: uuid::Uuid = sqlx::query_scalar("select id from provider where ico = '00982407'").fetch_one(&world.owner).await.unwrap();
    let by_id = search(&world, &format!("poskytovatel={id}&razeni=kapacita&forma=pob")).await;
    chip(&by_id, "Charitní dům Vlaštovka Litoměřice");
    assert!(by_id.body.contains(&format!("/registr?forma=pob&amp;poskytovatel={id}")), "{}", by_id.body);
    let by_name = search(&world, "poskytovatel=vlastovka+litomerice").await;
    by_name.says("Poskytovatel (název nebo IČO)");
    chip(&by_name, "„vlastovka litomerice“");
    assert_eq!(found(&by_name), found(&page));
    // The name stands on the chip even where nothing is found.
    chip(&search(&world, "poskytovatel=00982407&q=xyzxyzxyz").await, "Charitní dům Vlaštovka Litoměřice");
    world.end().await;
}

#[tokio::test]
async fn every_refused_record_is_in_the_file_of_the_import() {
    let world = sample().await;
    let organisation = world.mpsv().await;
    let mpsv = world.person("Milan Říha", Role::MpsvOfficer, organisation).await;
    let usti = officer(&world, "60").await;
    let records: Vec<String> = (1..=250).map(|n| format!(r#"{{"portalId":{}}}"#, 900_000 + n)).collect();
    let report = load(&world, format!(r#"{{"polozky":[{}]}}"#, records.join(",")).as_bytes(), "2026-09-02").await;
    assert_eq!(report.services.refused, 250);
    let page = format!("/registr/import/{}", report.id);
    world.get(Some(&mpsv), &page).await.is(200).says("Zobrazeno prvních 200").says("v souboru CSV jsou všechny");
    let file = format!("{page}/problemy.csv");
    world.get(Some(&usti), &file).await.is(403);
    world.get(None, &file).await.is(401);
    let file = world.get(Some(&mpsv), &file).await;
    file.is(200);
    assert_eq!(file.body.lines().filter(|line| line.starts_with("odmítnuté záznamy;")).count(), 250);
    assert!(file.body.contains(";900250;"));
    world.get(Some(&mpsv), "/registr/import/x/problemy.csv").await.is(404);
    world.end().await;
}

#[tokio::test]
async fn a_contact_address_and_a_neighbour_go_with_a_hidden_facility() {
    let world = World::at("2026-11-23T10:00:00Z").await;
    let mut file: serde_json::Value = serde_json::from_slice(SAMPLE).unwrap();
    let records = file["polozky"].as_array_mut().unwrap();
    let service = records.iter_mut().find(|r| r["portalId"] == 52).unwrap();
    let address = service["zarizeni"][0]["adresa"].clone();
    service["kontaktniAdresy"] = serde_json::json!([address]);
    service["zarizeni"].as_array_mut().unwrap().push(serde_json::json!({"nazev": "Sklad", "adresa": address}));
    let content = file.to_string();
    load(&world, content.as_bytes(), "2026-09-01").await;
    let usti = officer(&world, "60").await;
    world.get(None, "/registr/sluzba/52").await.says("Palackého");
    let facility: uuid::Uuid = sqlx::query_scalar(
        "select v.facility_id from facility_version v join service s on s.id = v.service_id where s.portal_id = 52 and v.facts ->> 'nazev' <> 'Sklad'",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    let page = "/registr/sluzba/52/oprava";
    let done = world
        .fill(&usti, page, HideFacility::PATH, |f| {
            f.set("zarizeni", &facility.to_string());
        })
        .await;
    assert_eq!(done.goes(), "/registr/sluzba/52?hotovo=utajeno");
    for after in ["the command", "an import"] {
        for path in ["/registr/sluzba/52", "/registr/sluzba/52?ke=2026-10-05", "/registr?q=majak+kadan", "/registr.csv?q=majak+kadan"] {
            let page = world.get(None, path).await;
            page.is(200);
            assert!(!page.body.contains("Palackého"), "{path} after {after}");
        }
        world.get(Some(&usti), "/registr/sluzba/52").await.says("Palackého");
        load(&world, content.as_bytes(), "2026-11-23").await;
    }
    world.end().await;
}

#[tokio::test]
async fn an_ended_facility_stands_folded_and_is_not_searched_by_place() {
    let world = sample().await;
    world.get(None, "/registr/sluzba/65").await.says("Ukončená zařízení (1)").says("Dům na půl cesty Vlaštovka");
    world.get(None, "/registr/sluzba/65?ke=2024-06-30").await.lacks("Ukončená zařízení");
    assert!(found(&search(&world, "q=vlastovka").await).contains(&65));
    assert!(!found(&search(&world, "q=vlastovka&obec=564567").await).contains(&65));
    world.end().await;
}
