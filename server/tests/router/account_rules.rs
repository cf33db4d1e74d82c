//! Rules of accounts at their edges: rights with a last day, people without an account that can be used, recovery that others ask for.

use crate::support::{ADMIN_PASSWORD, PASSWORD, World};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};
use uuid::Uuid;

async fn account_in(world: &World, login: &str, organisation: Uuid) -> Uuid {
    sqlx::query_scalar("select a.id from account a join person p on p.id = a.person_id where p.login = $1 and a.organisation_id = $2")
        .bind(login)
        .bind(organisation)
        .fetch_one(&world.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_administrator_until_tomorrow_is_not_enough() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let one = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let two = world.person("Eva Malá", Role::KrajAssessor, kraj).await;
    let page = |account: Uuid| format!("/ucty/{account}");
    let grant = "/prikaz/ucty/pridelit";
    let place = page(two.account);
    let fill = world.fill(&one, &place, grant, |form| {
        form.set("pravo", "SYS_SPRAVA").set("do", "3. 11. 2026");
    });
    fill.await.goes();
    let two = world.again(&two).await;
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    let held = store::accounts::grants(&mut tx, one.account).await.unwrap();
    drop(tx);
    let held = held.iter().find(|grant| grant.right_code == "SYS_SPRAVA").unwrap().id;
    let pairs = [("ucet", one.account.to_string()), ("pridel", held.to_string())].map(|(name, value)| (name.to_owned(), value));
    world.call(Some(&two), "/prikaz/ucty/odebrat", &pairs).await.is(403).says("bez omezené platnosti");
    let block = [("ucet", one.account.to_string()), ("duvod", "Odešel.".to_owned())].map(|(name, value)| (name.to_owned(), value));
    world.call(Some(&two), "/prikaz/ucty/zablokovat", &block).await.is(403);
    world.end().await;
}

#[tokio::test]
async fn a_right_that_begins_at_midnight_asks_for_the_second_factor() {
    let world = World::at("2026-11-02T22:50:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, ADMIN_PASSWORD).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", ADMIN_PASSWORD).await.goes();
    let page = format!("/ucty/{account}");
    let fill = world.fill(&boss, &page, "/prikaz/ucty/pridelit", |form| {
        form.set("pravo", "SYS_SPRAVA").set("od", "3. 11. 2026");
    });
    fill.await.goes();
    jana.get("/prehled").await.is(200);
    let before = jana.token().unwrap();
    world.later(TimeDelta::minutes(20)).await;
    assert_eq!(jana.get("/ucty").await.goes(), "/prihlaseni/druhy-faktor", "it is the third of November in Prague");
    assert_ne!(jana.token().unwrap(), before);
    world.end().await;
}

#[tokio::test]
async fn a_set_of_rights_has_a_first_and_a_last_day() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let page = format!("/ucty/{account}");
    let give = async |from: &str, to: &str| {
        let fill = world.fill(&boss, &page, "/prikaz/ucty/pridelit-sadu", |form| {
            form.set("sada", "kraj_decision_maker").set("sada_od", from).set("sada_do", to);
        });
        fill.await
    };
    give("1. 11. 2026", "").await.is(422).says("zpětně");
    give("5. 11. 2026", "4. 11. 2026").await.is(422).says("Konec je před začátkem");
    give("5. 11. 2026", "31. 12. 2026").await.goes();
    let days: Vec<(String, Option<chrono::NaiveDate>)> =
        sqlx::query_as("select valid_from::text, valid_to from account_right where account_id = $1 and right_code = 'VYH_ZADOSTI'")
            .bind(account)
            .fetch_all(&world.owner)
            .await
            .unwrap();
    assert_eq!(days, [("2026-11-05".to_owned(), "2026-12-31".parse().ok())]);
    give("6. 11. 2026", "7. 11. 2026").await.is(422).says("v té době má");
    give("6. 11. 2026", "").await.is(422).says("jen v části té doby");
    world.end().await;
}

#[tokio::test]
async fn whoever_is_blocked_elsewhere_joins_by_an_invitation() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (first, second) = (world.kraj("60").await, world.kraj("51").await);
    let old = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, first, PASSWORD).await;
    let (first_admin, second_admin) =
        (world.person("Petr Dvořák", Role::Administrator, first).await, world.person("Ivana Malá", Role::Administrator, second).await);
    let page = format!("/ucty/{old}");
    let block = world.fill(&first_admin, &page, "/prikaz/ucty/zablokovat", |form| {
        form.set("duvod", "Odešla.");
    });
    block.await.goes();
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.is(422).says("zablokovaný");
    let invite = world.fill(&second_admin, "/ucty/novy", "/prikaz/ucty/zalozit", |form| {
        form.set("jmeno", "Jana Nováková").set("prihlasovaci", "j.novakova").set("sada", "kraj_assessor");
    });
    let page = invite.await.goes();
    let account = account_in(&world, "j.novakova", second).await;
    // The invitation gives the one who invites no hold on her, although she has no other account to work in.
    let reset = world.call(Some(&second_admin), "/prikaz/ucty/nove-heslo", &[("ucet".to_owned(), account.to_string())]).await;
    assert_eq!(reset.status, 403, "{page}: {}", reset.body);
    assert_eq!(jana.sign_in("j.novakova", PASSWORD).await.goes(), "/prihlaseni/organizace");
    assert_eq!(jana.get("/prehled").await.goes(), "/prihlaseni/organizace", "nothing opens before she joined");
    jana.get("/prihlaseni/organizace").await.is(200).says("Karlovarský kraj").lacks("Ústecký kraj").says("vás pozvala");
    assert!(
        jana.fill("/prihlaseni/organizace", "/prikaz/ucet/pozvani", &[("!odpoved", "ano")])
            .await
            .goes()
            .starts_with("/prihlaseni/organizace")
    );
    assert_eq!(jana.fill("/prihlaseni/organizace", "/prikaz/prihlasit/organizace", &[]).await.goes(), "/prehled");
    jana.get("/prehled").await.is(200);
    // From now on her new administrator helps her.
    let page = world.get(Some(&second_admin), &format!("/ucty/{account}")).await;
    assert!(page.has_form("/prikaz/ucty/nove-heslo"));
    world.end().await;
}

#[tokio::test]
async fn nobody_gives_rights_or_an_email_to_themselves() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let own = world.known("m.riha", "Milan Říha", Role::Administrator, mpsv, ADMIN_PASSWORD).await;
    let ministry = world.sign_in_to(own, "Milan Říha").await;
    // Into an organisation that nobody administers, MPSV could invite anybody – but not the own person.
    let page = format!("/ucty/novy?organizace={kraj}");
    let invite = world.fill(&ministry, &page, "/prikaz/ucty/zalozit", |form| {
        form.set("jmeno", "Milan Říha").set("prihlasovaci", "m.riha").set("sada", "administrator");
    });
    invite.await.is(403).says("Vlastnímu účtu oprávnění měnit nejde");
    let page = format!("/ucty/{own}");
    assert!(world.get(Some(&ministry), &page).await.says("Změnit na stránce Můj účet").has_form("/prikaz/ucty/osoba"));
    let change = world.fill(&ministry, &page, "/prikaz/ucty/osoba", |form| {
        form.set("email", "zlodej@example.cz");
    });
    change.await.is(422).says("Vlastní e-mail si změňte");
    world.end().await;
}

#[tokio::test]
async fn what_somebody_changed_themselves_is_not_overwritten() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let page = format!("/ucty/{account}");
    let mut form = world.get(Some(&boss), &page).await.form("/prikaz/ucty/osoba");
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    jana.fill("/ucet", "/prikaz/ucet/email", &[("email", "jana@example.cz"), ("soucasne", PASSWORD)]).await.goes();
    form.set("jmeno", "Jana Veselá");
    world.submit(Some(&boss), &page, &form).await.is(409).says("jana@example.cz");
    world.end().await;
}

#[tokio::test]
async fn whoever_asks_for_links_in_somebodys_name_fills_no_mailbox() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    jana.fill("/ucet", "/prikaz/ucet/email", &[("email", "jana@example.cz"), ("soucasne", PASSWORD)]).await.goes();
    for n in 0..5 {
        let attacker = world.browser(&format!("10.0.1.{n}"));
        attacker.fill("/prihlaseni/obnova", "/prikaz/prihlasit/obnova", &[("kdo", "j.novakova")]).await.goes();
    }
    assert_eq!(world.mail("jana@example.cz").await.0, 3);
    world.later(TimeDelta::minutes(61)).await;
    jana.fill("/prihlaseni/obnova", "/prikaz/prihlasit/obnova", &[("kdo", "j.novakova")]).await.goes();
    assert_eq!(world.mail("jana@example.cz").await.0, 4);
    world.end().await;
}

#[tokio::test]
async fn where_a_consent_is_asked_for_mpsv_notes_the_first_one() {
    use app::request::AccountRules;
    use domain::operations::Module;
    let rules = AccountRules { consent: vec![Module::Register, Module::Provider], ..AccountRules::default() };
    let world = World::under("2026-11-02T08:00:00Z", server::router::Outside::default(), rules).await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let ministry = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let first = world.known("j.novakova", "Jana Nováková", Role::KrajOfficer, kraj, ADMIN_PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    assert_eq!(browser.sign_in("j.novakova", ADMIN_PASSWORD).await.goes(), "/prihlaseni?chybi=souhlas");
    let page = format!("/ucty/{first}");
    let fields = [("den", "1. 11. 2026"), ("zpusob", "listina"), ("zprava", "")];
    let noted = world.upload(Some(&ministry), &page, &fields, ("soubor", "", b"")).await;
    assert_eq!(noted.goes(), format!("{page}?hotovo=souhlas"));
    assert!(world.trail(kraj).await.iter().any(|kind| kind == "accounts.consent.note"));
    assert_eq!(browser.sign_in("j.novakova", ADMIN_PASSWORD).await.goes(), "/prehled");
    // Other organisations note none for people who are not theirs.
    let foreign = world.person("Ivana Malá", Role::Administrator, world.kraj("51").await).await;
    world.upload(Some(&foreign), &page, &fields, ("soubor", "", b"")).await.is(404);
    world.end().await;
}

#[tokio::test]
async fn an_ordered_change_comes_at_once_and_a_hash_of_old_settings_is_renewed() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    world.later(TimeDelta::minutes(31)).await;
    let boss = world.again(&boss).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    let own = "/prikaz/ucet/heslo";
    let change = |old: &'static str, new: &'static str| [("soucasne", old), ("nove", new), ("znovu", new)];
    jana.fill("/ucet", own, &change(PASSWORD, "voda teče po dlažbě")).await.goes();
    jana.fill("/ucet", own, &change("voda teče po dlažbě", "kolo plave v čaji"))
        .await
        .is(422)
        .says("Znovu je změnit jde po 2. 11. 2026 10.01");
    // The same minute it may be changed when it was ordered.
    world.fill(&boss, &format!("/ucty/{account}"), "/prikaz/ucty/naridit-zmenu", |_| {}).await.goes();
    jana.get("/prehled").await.is(401);
    assert_eq!(jana.sign_in("j.novakova", "voda teče po dlažbě").await.goes(), "/prihlaseni/heslo");
    let new = [("nove", "kolo plave v čaji"), ("znovu", "kolo plave v čaji")];
    assert_eq!(jana.fill("/prihlaseni/heslo", "/prikaz/prihlasit/heslo", &new).await.goes(), "/prehled");

    let hash = async || -> String {
        sqlx::query_scalar("select password_hash from person where login = 'j.novakova'").fetch_one(&world.owner).await.unwrap()
    };
    let weaker = app::accounts::passwords::Passwords::new(32, 1, 2).unwrap().hash("kolo plave v čaji".to_owned()).await.unwrap();
    sqlx::query("update person set password_hash = $1 where login = 'j.novakova'").bind(&weaker).execute(&world.owner).await.unwrap();
    world.later(TimeDelta::minutes(31)).await;
    assert_eq!(jana.sign_in("j.novakova", "kolo plave v čaji").await.goes(), "/prehled");
    assert!(weaker.contains("m=32,") && !hash().await.contains("m=32,"), "{}", hash().await);
    world.end().await;
}
#[tokio::test]
async fn a_consent_has_a_file_that_only_its_administrators_read() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let foreign = world.person("Ivana Malá", Role::Administrator, world.kraj("51").await).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let page = format!("/ucty/{account}");
    let fields = [("den", "1. 11. 2026"), ("zpusob", "datova_schranka"), ("zprava", "1234567890")];
    world.upload(Some(&boss), &page, &fields, ("soubor", "souhlas.exe", b"MZ nic")).await.is(422).says("Přiložte PDF, PNG nebo JPEG");
    world.upload(Some(&boss), &page, &fields, ("soubor", "souhlas.pdf", b"%PDF-1.7 obsah")).await.goes();
    let shown = world.get(Some(&boss), &page).await;
    shown.says("datovou schránkou").says("zpráva 1234567890").says("souhlas.pdf");
    let file = shown.body.split('"').find(|part| part.starts_with("/ucty/souhlas/")).unwrap().to_owned();
    let read = world.get(Some(&boss), &file).await;
    assert_eq!((read.is(200).body.as_str(), read.headers["content-type"].to_str().unwrap()), ("%PDF-1.7 obsah", "application/pdf"));
    world.get(Some(&foreign), &file).await.is(404);
    world.get(None, &file).await.is(401);
    assert!(world.trail(kraj).await.iter().any(|kind| kind == "accounts.consent.read"));
    world.end().await;
}

#[tokio::test]
async fn the_identifier_of_a_client_is_of_one_person() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let boss = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let one = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let two = world.known("m.svobodova", "Marie Svobodová", Role::KrajAssessor, kraj, PASSWORD).await;
    let give = async |account: Uuid| {
        let page = format!("/ucty/{account}");
        let fill = world.fill(&boss, &page, "/prikaz/ucty/osoba", |form| {
            form.set("klient", "1234567890");
        });
        fill.await
    };
    give(one).await.goes();
    give(two).await.is(422).says("má jiný člověk");
    world.end().await;
}

#[tokio::test]
async fn a_session_is_ended_from_the_list_of_the_own_ones() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", PASSWORD).await.goes();
    let other = world.person("Marie Svobodová", Role::KrajAssessor, kraj).await;
    let of = async |login: &'static str| -> Uuid {
        let sql = "select s.id from session s join person p on p.id = s.person_id where p.login like $1 and s.ended_at is null";
        sqlx::query_scalar(sql).bind(login).fetch_one(&world.owner).await.unwrap()
    };
    let end = async |id: Uuid| world.call(Some(&other), "/prikaz/ucet/relace", &[("relace".to_owned(), id.to_string())]).await;
    // Nobody ends the session of somebody else.
    end(of("j.novakova").await).await;
    jana.get("/prehled").await.is(200);
    assert!(world.get(Some(&other), "/prehled").await.status == 200 && end(of("kraj-assessor-%").await).await.status < 400);
    world.get(Some(&other), "/prehled").await.is(401);
    assert_eq!(world.trail(kraj).await.iter().filter(|kind| *kind == "accounts.session.end").count(), 1);
    world.end().await;
}

#[tokio::test]
async fn where_signing_in_cannot_work_the_page_says_why() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    world.get(None, "/prihlaseni").await.is(200).lacks("spojení není šifrované");
    let request = axum::http::Request::builder().uri("/prihlaseni").header("host", "kraj108.example").header("accept", "text/html");
    let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
    answer.is(200).says("spojení není šifrované (https)");
    world.end().await;
}

#[tokio::test]
async fn who_refuses_the_only_invitation_is_signed_out() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (first, second, third) = (world.kraj("60").await, world.kraj("51").await, world.kraj("78").await);
    let old = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, first, PASSWORD).await;
    sqlx::query("update account set blocked_at = now(), blocked_reason = 'Odešla.' where id = $1")
        .bind(old)
        .execute(&world.owner)
        .await
        .unwrap();
    for organisation in [second, third] {
        let admin = world.person("Ivana Malá", Role::Administrator, organisation).await;
        let invite = world.fill(&admin, "/ucty/novy", "/prikaz/ucty/zalozit", |form| {
            form.set("jmeno", "Jana Nováková").set("prihlasovaci", "j.novakova").set("sada", "kraj_assessor");
        });
        invite.await.goes();
    }
    let jana = world.browser("10.0.0.1");
    assert_eq!(jana.sign_in("j.novakova", PASSWORD).await.goes(), "/prihlaseni/organizace");
    let answer = async || jana.fill("/prihlaseni/organizace", "/prikaz/ucet/pozvani", &[("!odpoved", "ne")]).await;
    assert_eq!(answer().await.goes(), "/prihlaseni/organizace", "another one waits");
    assert_eq!(answer().await.goes(), "/prihlaseni");
    jana.get("/prihlaseni/organizace").await.is(401);
    jana.sign_in("j.novakova", PASSWORD).await.is(422).says("zablokovaný");
    world.end().await;
}
