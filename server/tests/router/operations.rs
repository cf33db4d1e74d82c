//! News, outages with the read-only mode, the state of the system.

use crate::support::World;
use domain::accounts::{Actor, Role};
use domain::operations::Module;

const SAVE: &str = "/prikaz/provoz/odstavka";

#[tokio::test]
async fn an_outage_is_told_refuses_writing_and_ends() {
    let world = World::at("2026-11-23T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    world.get(Some(&officer), "/provoz/odstavky").await.is(403);

    // What is missing is said at its field, and what was typed stays.
    let refused = world.fill(&operator, "/provoz/odstavky", SAVE, |form| {
        form.set("pole[od_den]", "28. 11. 2026").set("pole[od_cas]", "26").set("pole[do_den]", "27. 11. 2026").set("pole[do_cas]", "24.00");
    });
    refused.await.is(422).says("Napište čas jako 16.00").says("Napište důvod");
    let planned = world.fill(&operator, "/provoz/odstavky", SAVE, |form| {
        form.set("pole[od_den]", "28. 11. 2026")
            .set("pole[od_cas]", "16.00")
            .set("pole[do_den]", "28. 11. 2026")
            .set("pole[do_cas]", "24.00");
        form.set("pole[duvod]", "Výměna úložiště databáze");
    });
    assert_eq!(planned.await.goes(), "/provoz/odstavky?hotovo=ulozeno");
    // Every page tells it, the public's, too.
    let told = "Plánovaná odstávka: sobota 28. 11. 2026 16.00–24.00. Výměna úložiště databáze.";
    for page in ["/registr", "/provoz", "/prihlaseni"] {
        world.get(None, page).await.is(200).says(told);
    }
    let edit = "/dotace/schemata";
    world.get(Some(&officer), edit).await.is(200).says(told);

    // It runs: reading works, writing is refused with the sentence, and nothing is lost.
    world.set("2026-11-28T15:00:00Z");
    world.forget_notices();
    let (operator, officer) = (world.again(&operator).await, world.again(&officer).await);
    world.get(Some(&officer), "/registr").await.is(200).says("Probíhá odstávka");
    let email = world.fill(&officer, "/ucet", "/prikaz/ucet/email", |form| {
        form.set("email", "jana@example.cz").set("soucasne", "cokoli");
    });
    let email = email.await;
    email.is(503).says("Probíhá odstávka a ukládat teď nejde: Výměna úložiště databáze. Skončí 29. 11. 2026 0.00");
    assert!(email.body.contains("jana@example.cz"), "what was typed stays");
    let called = world.call(Some(&officer), "/prikaz/dotace/nastavit-termin", &[]).await;
    called.is(503);
    // What only reads is answered.
    let reading = world.call(Some(&officer), "/prikaz/dotace/cist-beh", &[]).await;
    assert_ne!(reading.status, 503, "{}", reading.body);
    // Signing in works meanwhile, and MPSV ends it.
    let signing = world.browser("10.0.0.1").sign_in("nikdo", "nic takového").await;
    signing.is(422).says("Jméno nebo heslo nesouhlasí");
    for way in ["klic", "klic/ukazat", "jinde", "jinde/zpet"] {
        world.call(None, &format!("/prikaz/prihlasit/{way}"), &[]).await.is(422);
    }
    let ended = world.fill(&operator, "/provoz/odstavky", "/prikaz/provoz/konec-odstavky", |_| {}).await;
    assert_eq!(ended.goes(), "/provoz/odstavky?hotovo=odstavka-konec");
    world.get(Some(&officer), "/registr").await.is(200).lacks("Probíhá odstávka");
    world.call(Some(&officer), "/prikaz/dotace/nastavit-termin", &[]).await.is(404);
    world.get(None, "/provoz").await.says("Výměna úložiště databáze");
    world.end().await;
}

#[tokio::test]
async fn an_outage_of_one_module_leaves_the_other_alone() {
    let world = World::at("2026-11-28T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    let planned = world.fill(&operator, "/provoz/odstavky", SAVE, |form| {
        form.set("pole[od_den]", "28. 11. 2026")
            .set("pole[od_cas]", "8.00")
            .set("pole[do_den]", "28. 11. 2026")
            .set("pole[do_cas]", "20.00");
        form.set("pole[duvod]", "Import registru.").untick("pole[poskytovatel]").tick("pole[priblizne]", "1");
    });
    planned.await.goes();
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    world.call(Some(&officer), "/prikaz/dotace/nastavit-termin", &[]).await.is(404);
    let refused = world.call(Some(&officer), "/prikaz/registr/zapsat-cislo", &[]).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    // The end is a guess, so it lasts until somebody ends it.
    world.set("2026-11-28T21:00:00Z");
    world.forget_notices();
    world.get(None, "/registr").await.says("Probíhá odstávka").says("(přibližně)").says("Týká se části „Registr“.");
    world.end().await;
}

#[tokio::test]
async fn news_reach_whom_they_are_for() {
    let world = World::at("2026-11-23T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    let write = async |title: &str, body: &str, who: &str, from: &str| {
        let answer = world.fill(&operator, "/aktuality/nova", "/prikaz/aktuality/ulozit", |form| {
            form.set("pole[nadpis]", title).set("pole[text]", body).set("pole[od]", from).tick(who, "1");
        });
        answer.await.goes().split('?').next().unwrap().to_owned()
    };
    world.get(Some(&officer), "/aktuality/nova").await.is(403);
    let empty = world.fill(&operator, "/aktuality/nova", "/prikaz/aktuality/ulozit", |form| {
        form.set("pole[nadpis]", "").set("pole[text]", "Něco").set("pole[od]", "31. 2. 2026");
    });
    empty.await.is(422).says("Napište nadpis.").says("Vyberte aspoň jednu skupinu");
    let public =
        write("Nový formulář", "<script>alert(1)</script> Platí od ledna.\n\nDruhý odstavec.", "pole[verejnost]", "23. 11. 2026").await;
    let inner = write("Pro kraje", "Termíny kol.", "pole[kraje]", "23. 11. 2026").await;
    let later = write("Až zítra", "Něco.", "pole[verejnost]", "24. 11. 2026").await;
    world.get(None, "/aktuality").await.says("Nový formulář").lacks("Pro kraje").lacks("Až zítra");
    world.get(None, &public).await.is(200).says("<script>alert(1)</script> Platí od ledna.").says("Druhý odstavec.");
    world.get(None, &inner).await.is(404);
    world.get(None, &later).await.is(404);
    world.get(Some(&officer), &inner).await.is(200).says("Termíny kol.");
    world.get(Some(&officer), "/prehled").await.says("Pro kraje").says("Nový formulář");

    // Files are known by their content; their names are labels.
    let file = |name: &'static str, content: &'static [u8]| world.upload(Some(&operator), &public, &[], ("soubor", name, content));
    file("plan.pdf", b"MZ program").await.is(422).says("Přiložte PDF, PNG, JPEG, DOCX nebo XLSX");
    file("../../plán.exe", b"%PDF-1.7 obsah").await.is(303);
    let shown = world.get(None, &public).await;
    shown.says("plán.exe.pdf");
    let link = shown.body.split("/aktuality/soubor/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let got = world.get(None, &format!("/aktuality/soubor/{link}")).await;
    assert_eq!((got.status, got.body.as_str()), (200, "%PDF-1.7 obsah"));
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));

    // Two people write the same piece: the second is told.
    let stale = world.get(Some(&operator), &format!("{public}/upravit")).await.form("/prikaz/aktuality/ulozit");
    world
        .fill(&operator, &format!("{public}/upravit"), "/prikaz/aktuality/ulozit", |form| {
            form.set("pole[nadpis]", "Nový formulář výkazu");
        })
        .await
        .goes();
    world.submit(Some(&operator), &format!("{public}/upravit"), &stale).await.is(409).says("mezitím změnil někdo jiný");
    world.fill(&operator, &public, "/prikaz/aktuality/stahnout", |_| {}).await.goes();
    world.get(None, &public).await.is(404);
    world.get(None, &format!("/aktuality/soubor/{link}")).await.is(404);
    world.get(Some(&operator), &public).await.is(200).says("Aktualita je stažená");
    world.end().await;
}

#[tokio::test]
async fn an_ended_piece_is_for_who_writes_news() {
    let world = World::at("2026-11-23T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    let made = world.fill(&operator, "/aktuality/nova", "/prikaz/aktuality/ulozit", |form| {
        form.set("pole[nadpis]", "Do úterý").set("pole[text]", "Něco.").set("pole[od]", "23. 11. 2026").set("pole[do]", "24. 11. 2026");
        form.tick("pole[verejnost]", "1");
    });
    let piece = made.await.goes().split('?').next().unwrap().to_owned();
    world.upload(Some(&operator), &piece, &[], ("soubor", "plan.pdf", b"%PDF-1.7 obsah".as_slice())).await.is(303);
    // Its last day is by the clock of Prague.
    world.set("2026-11-24T22:59:59Z");
    let shown = world.get(None, &piece).await;
    shown.is(200).says("Do úterý");
    let file = shown.body.split("/aktuality/soubor/").nth(1).unwrap().split('"').next().unwrap();
    let file = format!("/aktuality/soubor/{file}");
    world.get(None, &file).await.is(200);
    world.set("2026-11-24T23:00:00Z");
    for page in [&piece, &file] {
        world.get(None, page).await.is(404);
    }
    let operator = world.again(&operator).await;
    for page in [&piece, &file] {
        world.get(Some(&operator), page).await.is(200);
    }
    world.end().await;
}

#[tokio::test]
async fn the_state_is_measured_and_shown_to_whom_it_is_for() {
    let world = World::at("2026-11-23T08:00:30Z").await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    world.get(Some(&operator), "/provoz").await.says("Práce na pozadí zatím neběžela");
    server::housekeeping::look(&world.store, world.now(), true).await.unwrap();
    // The same minute counts once; then the server was away for nine minutes.
    server::housekeeping::look(&world.store, world.now(), true).await.unwrap();
    world.set("2026-11-23T08:10:10Z");
    server::housekeeping::look(&world.store, world.now(), true).await.unwrap();
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    for module in Module::ALL {
        let days = store::operations::measured(&mut tx, module, "2026-11-01".parse().unwrap()).await.unwrap();
        let numbers: Vec<_> = days.iter().map(|d| (d.answered, d.failed)).collect();
        assert_eq!(numbers, [(2, 9)], "{module:?}");
    }
    drop(tx);
    world
        .get(None, "/provoz")
        .await
        .is(200)
        .says("23. 11. 2026, 9 minut")
        .says("18,18 %")
        .lacks("Registr: výpadky")
        .lacks("Práce na pozadí")
        .says("Stav části „Registr“ vidíte po přihlášení.");
    let operator = world.again(&operator).await;
    let now = world.get(Some(&operator), "/provoz").await;
    now.says("Registr: výpadky").says("zatím žádná").says("Práce na pozadí běží naposledy 23. 11. 2026 9.10");
    world.set("2026-11-23T08:13:01Z");
    world
        .get(Some(&operator), "/provoz")
        .await
        .says("Práce na pozadí stojí naposledy 23. 11. 2026 9.10")
        .says("běží, práce na pozadí stojí");
    let set = world.fill(&operator, "/provoz/nastaveni", "/prikaz/provoz/nastavit", |form| {
        form.set("telefon", "950 000 109").set("email", "pomoc@").tick("verejne", "1");
    });
    set.await.is(422).says("nemá tvar jmeno@domena.cz");
    let set = world.fill(&operator, "/provoz/nastaveni", "/prikaz/provoz/nastavit", |form| {
        form.set("telefon", "950 000 109").set("hodiny", "po–pá 8.00–16.00");
    });
    set.await.goes();
    // The contacts are for whom the state is for.
    world.get(None, "/provoz").await.lacks("950 000 109").says("Kontakty uvidíte po přihlášení.");
    world.get(Some(&operator), "/provoz").await.says("950 000 109");
    let set = world.fill(&operator, "/provoz/nastaveni", "/prikaz/provoz/nastavit", |form| {
        form.tick("verejne", "1");
    });
    set.await.goes();
    world.get(None, "/provoz").await.says("Registr: výpadky").says("950 000 109").says("po–pá 8.00–16.00");
    world.end().await;
}
