//! Signing in: passwords and their rules, recovery, the second factor, guessing, and how long a session lasts.

use crate::support::{ADMIN_PASSWORD, PASSWORD, World, signing_in::set_up};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};

#[tokio::test]
async fn who_becomes_an_administrator_sets_the_second_factor_up_at_once() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("officer", "Jana Nováková", Role::KrajOfficer, kraj, PASSWORD).await;
    let officer = world.browser("10.0.0.1");
    assert_eq!(officer.sign_in("officer", PASSWORD).await.goes(), "/prehled");
    officer.get("/ucty").await.is(403);

    world.fill(&boss, &format!("/ucty/{account}"), "/prikaz/ucty/pridelit", |form| _ = form.set("pravo", "SYS_SPRAVA")).await.goes();
    assert_eq!(officer.get("/ucty").await.goes(), "/prihlaseni/druhy-faktor", "the right is of no use before the factor");
    assert_eq!(officer.get("/prehled").await.goes(), "/prihlaseni/druhy-faktor", "and stays so");
    set_up(&world, &officer).await;
    officer.get("/ucty").await.is(200);
    world.end().await;
}

#[tokio::test]
async fn a_forgotten_password_is_recovered_once_within_an_hour() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    let ask = "/prikaz/prihlasit/obnova";
    // Whether somebody is known is told to nobody.
    for who in ["nikdo", "j.novakova", "nikdo@example.cz"] {
        assert_eq!(browser.fill("/prihlaseni/obnova", ask, &[("kdo", who)]).await.goes(), "/prihlaseni/obnova?odeslano=1");
    }
    assert_eq!(world.mail("jana@example.cz").await.0, 0);
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    browser
        .fill("/ucet", "/prikaz/ucet/email", &[("email", "jana@@example.cz"), ("soucasne", PASSWORD)])
        .await
        .is(422)
        .says("není e-mailová adresa");
    browser
        .fill("/ucet", "/prikaz/ucet/email", &[("email", "jana@example.cz"), ("soucasne", "jiné")])
        .await
        .is(422)
        .says("heslo nesouhlasí");
    browser.fill("/ucet", "/prikaz/ucet/email", &[("email", "jana@example.cz"), ("soucasne", PASSWORD)]).await.goes();

    let other = world.browser("10.0.0.2");
    let link = async || {
        other.fill("/prihlaseni/obnova", ask, &[("kdo", "Jana@Example.cz")]).await.goes();
        let (_, body) = world.mail("jana@example.cz").await;
        let at = body.find("http://localhost").unwrap();
        body[at..].split_whitespace().next().unwrap().trim_start_matches("http://localhost").to_owned()
    };
    let first = link().await;
    let second = link().await;
    let recover = "/prikaz/prihlasit/obnovit";
    assert!(other.get(&first).await.has_form(recover), "whoever asks once more takes nothing away");
    other.get(&format!("{}x", &second[..second.len() - 1])).await.says("Odkaz už neplatí");
    let new = [("nove", "kolo plave v čaji"), ("znovu", "kolo plave v čaji")];
    other.fill(&second, recover, &[("nove", "krátké"), ("znovu", "krátké")]).await.is(422).says("musí jich mít aspoň 12");
    assert_eq!(other.fill(&second, recover, &new).await.goes(), "/prihlaseni?hotovo=heslo");
    other.get(&second).await.says("Odkaz už neplatí");
    other.get(&first).await.says("Odkaz už neplatí");
    browser.get("/prehled").await.is(401);
    browser.sign_in("j.novakova", PASSWORD).await.is(422);
    assert_eq!(browser.sign_in("j.novakova", "kolo plave v čaji").await.goes(), "/prehled");
    assert!(world.mail("jana@example.cz").await.1.contains("změněno"));

    // An hour later a link is dead, a second before it is not; and a clock that went back does not revive one from the future.
    let third = link().await;
    world.later(TimeDelta::minutes(60) - TimeDelta::seconds(1)).await;
    other.get(&third).await.says("Uložit heslo");
    world.later(TimeDelta::seconds(1)).await;
    other.get(&third).await.says("Odkaz už neplatí");
    let fourth = link().await;
    world.later(TimeDelta::minutes(-5)).await;
    other.get(&fourth).await.says("Odkaz už neplatí");
    assert!(world.trail(kraj).await.contains(&"accounts.recovery.done".to_owned()));
    world.end().await;
}

#[tokio::test]
async fn a_password_is_changed_by_its_rules() {
    let world = World::at("2026-01-31T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let admin = world.known("spravce", "Petr Dvořák", Role::Administrator, kraj, ADMIN_PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    let change = "/prikaz/ucet/heslo";
    let fields = |present: &'static str, new: &'static str| [("soucasne", present), ("nove", new), ("znovu", new)];
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    // The first change by choice waits half an hour from the last one.
    world.later(TimeDelta::minutes(30) - TimeDelta::seconds(1)).await;
    browser.get("/ucet").await.is(200);
    browser.fill("/ucet", change, &fields(PASSWORD, "kolo plave v čaji")).await.is(422).says("Znovu je změnit jde po");
    browser.fill("/ucet", change, &fields("špatné heslo", "kolo plave v čaji")).await.is(422).says("Současné heslo nesouhlasí");
    world.later(TimeDelta::seconds(1)).await;
    browser.fill("/ucet", change, &fields(PASSWORD, "12345678901")).await.is(422).says("Heslo má 11 znaků");
    browser.fill("/ucet", change, &fields(PASSWORD, "heslohesloheslo")).await.is(422).says("jen opakuje „heslo“");
    browser.fill("/ucet", change, &fields(PASSWORD, "Ministerstvo2026")).await.is(422).says("používá mnoho lidí");
    browser.fill("/ucet", change, &fields(PASSWORD, "strom ústecký vaří")).await.is(422).says("jméno organizace");
    assert_eq!(browser.fill("/ucet", change, &fields(PASSWORD, "kolo plave v čaji")).await.goes(), "/ucet?hotovo=heslo");
    browser.get("/ucet").await.is(200);

    // Twelve passwords are remembered.
    let mut present = "kolo plave v čaji".to_owned();
    for n in 0..11 {
        world.later(TimeDelta::minutes(28)).await;
        browser.get("/ucet").await.is(200);
        world.later(TimeDelta::minutes(2)).await;
        let next = format!(
            "modrá lžíce číslo {} plave",
            ["jedna", "dva", "tři", "čtyři", "pět", "šest", "sedm", "osm", "devět", "deset", "jedenáct"][n]
        );
        let fields = [("soucasne", present.as_str()), ("nove", next.as_str()), ("znovu", next.as_str())];
        browser.fill("/ucet", change, &fields).await.goes();
        present = next;
    }
    world.later(TimeDelta::minutes(28)).await;
    browser.get("/ucet").await.is(200);
    world.later(TimeDelta::minutes(2)).await;
    let back = |old: &'static str, present: &str| [("soucasne", present.to_owned()), ("nove", old.to_owned()), ("znovu", old.to_owned())];
    let try_back = async |old: &'static str| {
        let fields = back(old, &present);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.fill("/ucet", change, &fields).await
    };
    try_back("kolo plave v čaji").await.is(422).says("Toto heslo už jste měli");
    assert_eq!(try_back(PASSWORD).await.goes(), "/ucet?hotovo=heslo", "the thirteenth may come back");

    // After eighteen calendar months only the page for a new one opens.
    world.set("2027-07-31T07:59:00Z");
    let changed: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select password_changed_at from person where login = 'j.novakova'").fetch_one(&world.owner).await.unwrap();
    let expires = changed.checked_add_months(chrono::Months::new(18)).unwrap();
    world.set(&(expires - TimeDelta::seconds(1)).to_rfc3339());
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    world.set(&(expires + TimeDelta::minutes(31)).to_rfc3339());
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prihlaseni/heslo");
    browser.get("/prihlaseni/heslo").await.says("18 měsíců");
    let new = "šestnáct znaků!!";
    assert_eq!(browser.fill("/prihlaseni/heslo", "/prikaz/prihlasit/heslo", &[("nove", new), ("znovu", new)]).await.goes(), "/prehled");

    // Whoever gains Správa systému with a short one changes it at the next sign-in.
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    store::accounts::grant(
        &mut tx,
        account,
        &[domain::accounts::Right::SystemAdministration],
        domain::accounts::granting::Validity { from: store::prague::day(world.now()), to: None },
        world.now(),
    )
    .await
    .unwrap();
    tx.commit(world.now()).await.unwrap();
    world.later(TimeDelta::minutes(31)).await;
    assert_eq!(browser.sign_in("j.novakova", new).await.goes(), "/prihlaseni/heslo");
    browser.get("/prihlaseni/heslo").await.says("kratší, než pravidla").says("Nejméně 17 znaků");
    let _ = admin;
    world.end().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_before_anything_is_hashed() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let attacker = world.browser("10.0.0.66");
    for _ in 0..5 {
        attacker.sign_in("j.novakova", "není to ono").await.is(422).says("Jméno nebo heslo nesouhlasí");
    }
    attacker.sign_in("j.novakova", PASSWORD).await.is(429).says("Další je možný za 1 sekundu");
    // Its owner gets in from elsewhere meanwhile.
    assert_eq!(world.browser("10.0.0.1").sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    world.later(TimeDelta::seconds(1)).await;
    attacker.sign_in("jiny", "není to ono").await.is(422);
    attacker.sign_in("jiny", "není to ono").await.is(429).says("za 2 sekundy");
    // A password of ten megabytes is refused unread, one of a thousand characters unhashed.
    world.browser("10.0.0.2").sign_in("j.novakova", &"x".repeat(10 << 20)).await.is(422).says("8 MB");
    world.browser("10.0.0.2").sign_in("j.novakova", &"x".repeat(1_025)).await.is(422).says("1 024 znaků");
    world.browser("10.0.0.2").sign_in("j.nоvakova", PASSWORD).await.is(422).says("nesouhlasí");
    world.end().await;
}

#[tokio::test]
async fn configuration_asks_for_a_second_factor_and_for_a_consent() {
    use app::request::AccountRules;
    use domain::{accounts::OrganisationKind, operations::Module};
    let rules = AccountRules { second_factor: vec![OrganisationKind::Mpsv], consent: vec![Module::Provider], ..AccountRules::default() };
    let world = World::under("2026-11-02T08:00:00Z", server::router::Outside::default(), rules).await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    world.known("m.riha", "Milan Říha", Role::MpsvOfficer, mpsv, PASSWORD).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    assert_eq!(world.browser("10.0.0.1").sign_in("m.riha", PASSWORD).await.goes(), "/prihlaseni/druhy-faktor");
    let jana = world.browser("10.0.0.2");
    assert_eq!(jana.sign_in("j.novakova", PASSWORD).await.goes(), "/prihlaseni?chybi=souhlas");
    jana.get("/prihlaseni?chybi=souhlas").await.is(200).says("není zapsaný souhlas");
    jana.get("/prehled").await.is(401);

    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let page = format!("/ucty/{account}");
    // What is refused stays typed, on the page of the account.
    let refused =
        world.upload(Some(&admin), &page, &[("den", "1. 1. 2030"), ("zpusob", "listina"), ("zprava", "12")], ("soubor", "", b"")).await;
    refused.is(422).says("Tento den teprve přijde");
    assert!(refused.body.contains("1. 1. 2030"));
    let noted =
        world.upload(Some(&admin), &page, &[("den", "1. 11. 2026"), ("zpusob", "listina"), ("zprava", "")], ("soubor", "", b"")).await;
    assert_eq!(noted.goes(), format!("{page}?hotovo=souhlas"));
    assert_eq!(jana.sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    world.end().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_as_many_hashes_as_a_wrong_password() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    for login in ["j.novakova", "nikdo", "j.novakova", "nikdo.jiny"] {
        let before = world.passwords.hashes();
        world.browser("10.0.0.1").sign_in(login, "špatné heslo navíc").await.is(422);
        assert_eq!(world.passwords.hashes() - before, 1, "{login}");
        world.later(TimeDelta::minutes(20)).await;
    }
    world.end().await;
}

#[tokio::test]
async fn a_session_ends_unused_and_after_twelve_hours_in_any_case() {
    let world = World::at("2026-11-02T06:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    world.later(TimeDelta::minutes(29)).await;
    jana.get("/prehled").await.is(200);
    world.later(TimeDelta::minutes(31)).await;
    jana.get("/prehled").await.is(401);
    // Who works without a pause ends, too.
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    for _ in 0..(12 * 60 / 20 - 1) {
        world.later(TimeDelta::minutes(20)).await;
        jana.get("/prehled").await.is(200);
    }
    world.later(TimeDelta::minutes(20)).await;
    jana.get("/prehled").await.is(401);
    world.end().await;
}

#[tokio::test]
async fn codes_cannot_be_guessed_by_starting_over() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("p.dvorak", "Petr Dvořák", Role::Administrator, kraj, ADMIN_PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    browser.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes();
    set_up(&world, &browser).await;
    // Who knows the password guesses codes: after five the sign-in is over, and a right password does not make the address start anew.
    let thief = world.browser("10.0.0.66");
    assert_eq!(thief.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), "/prihlaseni/kod");
    for n in 0..4 {
        thief.fill("/prihlaseni/kod", "/prikaz/prihlasit/kod", &[("kod", "000000")]).await.is(422);
        world.later(TimeDelta::seconds(1 << (2 * n))).await;
    }
    world.later(TimeDelta::minutes(5)).await;
    thief.fill("/prihlaseni/kod", "/prikaz/prihlasit/kod", &[("kod", "000000")]).await.is(401).says("příliš mnoho chybných pokusů");
    thief.get("/prihlaseni/kod").await.is(401);
    thief.fill("/prihlaseni", "/prikaz/prihlasit", &[("jmeno", "p.dvorak"), ("heslo", ADMIN_PASSWORD)]).await.is(429);
    world.end().await;
}
