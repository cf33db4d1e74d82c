//! Accounts as people meet them: first sign-in, second factor, recovery, take-over, rights, delegation, blocking; and the trail tells that story.

use crate::support::{ADMIN_PASSWORD, Answer, Browser, PASSWORD, World};
use app::accounts::{passwords::Passwords, second_factor::code_at};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};
use store::accounts::{NewAccount, create_account};
use uuid::Uuid;

impl World {
    /// A person who signs in with a password.
    pub async fn known(&self, login: &str, name: &str, role: Role, organisation: Uuid, password: &str) -> Uuid {
        let hash = Passwords::new(64, 1, 2).unwrap().hash(password.to_owned()).await.unwrap();
        let mut tx = self.store.begin(&Actor::System).await.unwrap();
        let new = NewAccount {
            login,
            name,
            email: None,
            password_hash: &hash,
            must_change: None,
            organisation,
            role,
            valid_from: store::prague::day(self.now()),
            demo: false,
        };
        let account = create_account(&mut tx, &new, self.now()).await.unwrap();
        tx.commit(self.now()).await.unwrap();
        account
    }

    pub async fn later(&self, by: TimeDelta) {
        let now = self.now() + by;
        self.set(&now.to_rfc3339());
    }

    /// The last mail to somebody, and how many there were.
    pub async fn mail(&self, to: &str) -> (i64, String) {
        sqlx::query_as("select count(*) over (), body from mail where recipient = $1 order by made_at desc, id desc limit 1")
            .bind(to)
            .fetch_optional(&self.owner)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Kinds and outcomes of the trail of an organisation, in order.
    pub async fn trail(&self, organisation: Uuid) -> Vec<String> {
        let rows: Vec<(String, String)> = sqlx::query_as("select kind, outcome from audit.event where chain = $1 order by seq")
            .bind(organisation.to_string())
            .fetch_all(&mut *self.store.begin(&Actor::System).await.unwrap())
            .await
            .unwrap();
        rows.into_iter().map(|(kind, outcome)| if outcome == "done" { kind } else { format!("{kind} {outcome}") }).collect()
    }
}

/// Bytes of a secret as the page shows it.
fn secret(page: &Answer) -> Vec<u8> {
    let text = page.text();
    let shown = text.split("opište klíč: ").nth(1).unwrap();
    let mut bits = 0_u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for c in shown.chars().filter(|c| *c != ' ').take_while(|c| c.is_ascii_uppercase() || ('2'..='7').contains(c)).take(32) {
        let value = if c.is_ascii_uppercase() { c as u64 - 'A' as u64 } else { c as u64 - '2' as u64 + 26 };
        bits = (bits << 5) | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    assert_eq!(bytes.len(), 20, "{shown}");
    bytes
}

/// Sets the second factor up at the sign-in; gives its secret and the recovery codes.
async fn set_up(world: &World, browser: &Browser<'_>) -> (Vec<u8>, Vec<String>) {
    let page = "/prihlaseni/druhy-faktor";
    assert_eq!(browser.fill(page, "/prikaz/ucet/druhy-faktor/zacit", &[]).await.goes(), page);
    let shown = browser.get(page).await;
    let secret = secret(&shown);
    let codes: Vec<String> = shown
        .body
        .split("<code>")
        .filter_map(|part| part.split("</code>").next())
        .filter(|text| text.len() == 19 && text.matches('-').count() == 3)
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(codes.len(), 10);
    let confirm = "/prikaz/ucet/druhy-faktor/potvrdit";
    browser.fill(page, confirm, &[("kod", "000000")]).await.is(422).says("Kód nesouhlasí");
    let code = code_at(&secret, world.now()).unwrap();
    assert_eq!(browser.fill(page, confirm, &[("kod", &code)]).await.goes(), "/prehled");
    browser.get("/prehled").await.is(200);
    (secret, codes)
}

/// The organisation that the pages name.
async fn works_for(browser: &Browser<'_>) -> String {
    let page = browser.get("/prehled").await;
    page.is(200);
    let after = page.body.split("topbar__org").nth(1).expect("a page names the organisation");
    after.split("</use></svg><span>").nth(1).or_else(|| after.split("<span>").nth(1)).unwrap().split('<').next().unwrap().to_owned()
}

/// The one-time password on the page of an account.
fn one_time(page: &Answer) -> String {
    page.body.split("class=\"once\">").nth(1).expect("a one-time password").split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_organisation_comes_to_life() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let kraj = world.kraj("60").await;
    world.codelists().await;
    let provider = world.provider("Domov Ryba", "00551023", kraj).await;
    world.known("spravce.mpsv", "Milan Říha", Role::Administrator, mpsv, ADMIN_PASSWORD).await;

    // MPSV: the second factor is asked for before anything else.
    let ministry = world.browser("10.0.0.1");
    assert_eq!(ministry.sign_in("spravce.mpsv", ADMIN_PASSWORD).await.goes(), "/prihlaseni/druhy-faktor");
    let before = ministry.token().unwrap();
    assert_eq!(ministry.get("/ucty").await.goes(), "/prihlaseni/druhy-faktor", "no page opens before the last gate");
    let (_, _) = set_up(&world, &ministry).await;
    ministry.get("/prehled").await.says("1 organizace nemá Správu systému");
    assert_ne!(ministry.token().unwrap(), before, "an open session has another token than one before its gates");

    // The organisation of the provider and its first account.
    let made = ministry.fill("/organizace?q=ryba", "/prikaz/organizace/zalozit", &[]).await.goes();
    assert!(made.starts_with("/ucty/novy?organizace="), "{made}");
    let fields = [("jmeno", "Alena Benešová"), ("prihlasovaci", "a.benesova"), ("sada", "administrator")];
    let account = ministry.fill(&made, "/prikaz/ucty/zalozit", &fields).await.goes();
    let shown = ministry.get(&account).await;
    shown.says("Účet je založený");
    let password = one_time(&shown);
    assert!(!ministry.get(&account).await.body.contains(&password), "it is shown once");
    // A second one is the organisation's own business.
    ministry.get(&made).await.is(403).says("Organizace už má vlastní Správu systému");

    // First sign-in: one-time password, a password of one's own, second factor.
    let boss = world.browser("10.0.0.2");
    assert_eq!(boss.sign_in("a.benesova", &password).await.goes(), "/prihlaseni/heslo");
    boss.get("/prihlaseni/heslo").await.says("jednorázovým heslem").says("Nejméně 17 znaků");
    let set = "/prikaz/prihlasit/heslo";
    for (new, again, said) in [
        ("zelená ryba vaří", "zelená ryba vaří", "Heslo má 16 znaků, musí jich mít aspoň 17"),
        ("zelená ryba vaří tu", "zelená ryba vaří", "Hesla se liší"),
        ("modrý strom alena plave", "modrý strom alena plave", "obsahuje „Alena“"),
        (&password, &password, "Toto heslo už jste měli"),
    ] {
        boss.fill("/prihlaseni/heslo", set, &[("nove", new), ("znovu", again)]).await.is(422).says(said);
    }
    let own = "kolo plave v modrém čaji";
    let done = boss.fill("/prihlaseni/heslo", set, &[("nove", own), ("znovu", own), ("email", "alena@example.cz")]).await;
    assert_eq!(done.goes(), "/prihlaseni/druhy-faktor");
    let (secret, codes) = set_up(&world, &boss).await;
    assert_eq!(works_for(&boss).await, "Domov Ryba");

    boss.get("/prehled").await.says("Správa systému").says("Teď na vás nic nečeká");

    // She makes an account for an editor, who is no administrator and needs no second factor.
    let fields = [("jmeno", "Eva Malá"), ("prihlasovaci", "e.mala"), ("sada", "provider_editor")];
    let editor_page = boss.fill("/ucty/novy", "/prikaz/ucty/zalozit", &fields).await.goes();
    let editor_password = one_time(&boss.get(&editor_page).await);
    let editor_page = editor_page.split('?').next().unwrap();
    let editor = world.browser("10.0.0.3");
    assert_eq!(editor.sign_in("e.mala", &editor_password).await.goes(), "/prihlaseni/heslo");
    assert_eq!(editor.fill("/prihlaseni/heslo", set, &[("nove", PASSWORD), ("znovu", PASSWORD)]).await.goes(), "/prehled");
    editor.get("/ucty").await.is(403);
    editor.get(editor_page).await.is(403);

    // Rights: one more, for a time; the editor's session gets a new token and can use it at once.
    let before = editor.token().unwrap();
    let right = [("pravo", "AUDIT_NAHLED"), ("do", "30. 11. 2026")];
    boss.fill(editor_page, "/prikaz/ucty/pridelit", &right).await.goes();
    boss.get("/prehled").await.says("1 účtu brzy skončí oprávnění");
    editor.get("/ucty/stopa").await.is(200);
    assert_ne!(editor.token().unwrap(), before);
    // The old token works for half a minute, for requests that were on their way.
    let old = world.browser("10.0.0.3");
    old.steal(&before);
    old.get("/ucty/stopa").await.is(200);
    world.later(TimeDelta::seconds(31)).await;
    old.get("/ucty/stopa").await.is(401);
    boss.fill(editor_page, "/prikaz/ucty/pridelit", &right).await.is(422).says("v té době už má");
    boss.fill(editor_page, "/prikaz/ucty/pridelit", &[("pravo", "VYK_PRACE"), ("od", "1. 11. 2026")]).await.is(422).says("zpětně");

    // Blocking ends the session, and the cookie is worth nothing.
    boss.fill(editor_page, "/prikaz/ucty/zablokovat", &[("duvod", "Odešla z organizace.")]).await.goes();
    editor.get("/prehled").await.is(401);
    editor.sign_in("e.mala", PASSWORD).await.is(422).says("Účet je zablokovaný");
    boss.fill(editor_page, "/prikaz/ucty/odblokovat", &[]).await.goes();
    assert_eq!(editor.sign_in("e.mala", PASSWORD).await.goes(), "/prehled");

    // The only administrator cannot be blocked, nor give rights to herself.
    let own_page = account.split('?').next().unwrap();
    boss.get(own_page).await.says("Vlastnímu účtu oprávnění měnit nejde");
    assert!(!boss.get(own_page).await.has_form("/prikaz/ucty/zablokovat"));

    // The next sign-in asks for the code; each code works once, a recovery code stands in for it, once.
    world.later(TimeDelta::minutes(10)).await;
    let elsewhere = world.browser("10.0.0.4");
    assert_eq!(elsewhere.sign_in("a.benesova", own).await.goes(), "/prihlaseni/kod");
    let ask = "/prikaz/prihlasit/kod";
    elsewhere.fill("/prihlaseni/kod", ask, &[("kod", "123456")]).await.is(422).says("Kód nesouhlasí");
    assert_eq!(elsewhere.fill("/prihlaseni/kod", ask, &[("kod", &codes[0])]).await.goes(), "/prihlaseni/prevzit");
    // She is signed in elsewhere: taking over ends that.
    elsewhere.get("/prihlaseni/prevzit").await.says("Jste přihlášeni i jinde");
    boss.get("/prehled").await.is(200);
    assert_eq!(elsewhere.fill("/prihlaseni/prevzit", "/prikaz/prihlasit/prevzit", &[]).await.goes(), "/prehled");
    boss.get("/prehled").await.is(401);
    elsewhere.get("/ucet").await.is(200).says("toto přihlášení").says("přihlášení jinde");
    let third = world.browser("10.0.0.5");
    assert_eq!(third.sign_in("a.benesova", own).await.goes(), "/prihlaseni/kod");
    third.fill("/prihlaseni/kod", ask, &[("kod", &codes[0].to_uppercase())]).await.is(422);
    let code = code_at(&secret, world.now()).unwrap();
    assert_eq!(third.fill("/prihlaseni/kod", ask, &[("kod", &code)]).await.goes(), "/prihlaseni/prevzit");
    let fourth = world.browser("10.0.0.6");
    assert_eq!(fourth.sign_in("a.benesova", own).await.goes(), "/prihlaseni/kod");
    fourth.fill("/prihlaseni/kod", ask, &[("kod", &code)]).await.is(422).says("už použili");

    // The trail tells it.
    let organisation: Uuid =
        sqlx::query_scalar("select id from organisation where provider_id = $1").bind(provider).fetch_one(&world.owner).await.unwrap();
    let trail = world.trail(organisation).await;
    let expected = [
        "accounts.create",
        "accounts.sign_in",
        "accounts.email",
        "accounts.password.change",
        "accounts.second_factor.set",
        "accounts.create",
        "accounts.sign_in",
        "accounts.password.change",
        "access.denied refused",
        "access.denied refused",
        "accounts.right.grant",
        "audit.read",
        "audit.read",
        "accounts.block",
        "accounts.unblock",
        "accounts.sign_in",
        "accounts.sign_in",
        "accounts.second_factor refused",
        "accounts.second_factor",
        "accounts.session.take_over",
        "accounts.sign_in",
        "accounts.second_factor refused",
        "accounts.second_factor",
        "accounts.sign_in",
        "accounts.second_factor refused",
    ];
    assert_eq!(trail, expected);
    elsewhere.get("/ucty/stopa").await.is(200).says("Auditní stopa");
    world.end().await;
}

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
async fn who_cannot_sign_in_is_no_administrator() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let mpsv = world.mpsv().await;
    let kraj = world.kraj("60").await;
    let ministry = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let boss = world.known("boss", "Petr Dvořák", Role::Administrator, kraj, ADMIN_PASSWORD).await;
    let made = format!("/ucty/novy?organizace={kraj}");
    world.get(Some(&ministry), &made).await.is(403);
    // Blocked, he does not stand in the way of MPSV, who steps in.
    sqlx::query("update account set blocked_at = now(), blocked_reason = 'Odešel.' where id = $1")
        .bind(boss)
        .execute(&world.owner)
        .await
        .unwrap();
    world.get(Some(&ministry), &made).await.is(200);
    world.get(Some(&ministry), &format!("/ucty/{boss}")).await.is(200).says("Odblokovat účet");
    // Invited only, neither.
    sqlx::query("update account set blocked_at = null, blocked_reason = null, confirmed_at = null where id = $1")
        .bind(boss)
        .execute(&world.owner)
        .await
        .unwrap();
    world.get(Some(&ministry), &made).await.is(200);
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
        store::prague::day(world.now()),
        None,
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
async fn one_person_works_for_several_organisations() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (first, second) = (world.kraj("60").await, world.kraj("78").await);
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, first, PASSWORD).await;
    let second_admin = world.person("Petr Dvořák", Role::Administrator, second).await;
    // Who has an account elsewhere is invited by sign-in name and name together.
    let create = "/prikaz/ucty/zalozit";
    let invite = |name: &'static str| {
        move |form: &mut crate::support::html::Form| {
            form.set("jmeno", name).set("prihlasovaci", "j.novakova").set("sada", "kraj_assessor");
        }
    };
    world.fill(&second_admin, "/ucty/novy", create, invite("Jana Novotná")).await.is(422).says("už má někdo jiný");
    let page = world.fill(&second_admin, "/ucty/novy", create, invite("Jana Nováková")).await.goes();
    let waiting = world.get(Some(&second_admin), &page).await;
    waiting.says("čeká na potvrzení").says("pozvání ještě nepřijal");
    // Whoever invites somebody has no hold on them.
    let invited = page.trim_start_matches("/ucty/").split('?').next().unwrap().to_owned();
    for command in ["/prikaz/ucty/nove-heslo", "/prikaz/ucty/naridit-zmenu", "/prikaz/ucty/zrusit-faktor", "/prikaz/ucty/osoba"] {
        assert!(!waiting.has_form(command), "{command}");
        let fields = [("ucet", invited.as_str()), ("jmeno", "Jana Nováková"), ("email", "zlodej@example.cz")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(world.call(Some(&second_admin), command, &fields).await.status, 403, "{command}");
    }
    world.fill(&second_admin, "/ucty/novy", create, invite("Jana Nováková")).await.is(422).says("už v organizaci účet má");

    let browser = world.browser("10.0.0.1");
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prehled");
    browser.get("/ucet").await.says("Přidat se");
    browser.fill("/ucet", "/prikaz/ucet/pozvani", &[("!odpoved", "ano")]).await.goes();
    // From now on the sign-in asks for whom she works, and every page says it.
    world.later(TimeDelta::minutes(31)).await;
    assert_eq!(browser.sign_in("j.novakova", PASSWORD).await.goes(), "/prihlaseni/organizace");
    let shown = browser.get("/prihlaseni/organizace").await;
    shown.says("Ústecký kraj").says("Liberecký kraj").is(200);
    browser.get("/prehled").await.goes();
    assert_eq!(browser.fill("/prihlaseni/organizace", "/prikaz/prihlasit/organizace", &[]).await.goes(), "/prehled");
    let chosen = works_for(&browser).await;
    let token = browser.token().unwrap();
    assert_eq!(browser.fill("/ucet", "/prikaz/prihlasit/organizace", &[]).await.goes(), "/prehled");
    assert_ne!(browser.token().unwrap(), token);
    let other = works_for(&browser).await;
    assert_ne!(chosen, other);
    assert!([&chosen, &other].iter().all(|name| ["Ústecký kraj", "Liberecký kraj"].contains(&name.as_str())));

    // Blocking stops the account, not the person; and only MPSV or she herself can reset the password.
    let first_admin = world.person("Marie Svobodová", Role::Administrator, first).await;
    let in_first: Uuid = sqlx::query_scalar(
        "select a.id from account a join person p on p.id = a.person_id where p.login = 'j.novakova' and a.organisation_id = $1",
    )
    .bind(first)
    .fetch_one(&world.owner)
    .await
    .unwrap();
    let page = format!("/ucty/{in_first}");
    let shown = world.get(Some(&first_admin), &page).await;
    shown.says("účty i v jiných organizacích");
    assert!(!shown.has_form("/prikaz/ucty/nove-heslo"));
    let forced = world.call(Some(&first_admin), "/prikaz/ucty/nove-heslo", &[("ucet".to_owned(), in_first.to_string())]).await;
    assert_eq!(forced.status, 403, "{}", forced.body);
    let there = format!("/organizace/{first}");
    world.get(Some(&first_admin), &there).await.is(403);
    world.known("spravce.mpsv", "Milan Říha", Role::Administrator, world.mpsv().await, ADMIN_PASSWORD).await;
    let ministry = world.browser("10.0.0.9");
    ministry.sign_in("spravce.mpsv", ADMIN_PASSWORD).await.goes();
    set_up(&world, &ministry).await;
    assert!(ministry.get("/organizace").await.body.contains(&there));
    assert!(ministry.get(&there).await.is(200).says("j.novakova").body.contains(&page));
    let helped = ministry.get(&page).await;
    assert!(helped.is(200).body.contains(&there));
    assert!(!helped.has_form("/prikaz/ucty/zablokovat") && !helped.has_form("/prikaz/ucty/pridelit"), "the organisation has its own");
    let done = ministry.fill(&page, "/prikaz/ucty/nove-heslo", &[]).await.goes();
    let given = one_time(&ministry.get(&done).await);
    assert!(world.trail(first).await.iter().any(|kind| kind == "accounts.password.reset"));
    assert_eq!(browser.sign_in("j.novakova", &given).await.goes(), "/prihlaseni/heslo");
    let own = [("nove", "voda teče po dlažbě"), ("znovu", "voda teče po dlažbě")];
    browser.fill("/prihlaseni/heslo", "/prikaz/prihlasit/heslo", &own).await.goes();
    world
        .fill(&first_admin, &page, "/prikaz/ucty/zablokovat", |form| {
            form.set("duvod", "Odešla.");
        })
        .await
        .goes();
    world.later(TimeDelta::minutes(31)).await;
    assert_eq!(browser.sign_in("j.novakova", "voda teče po dlažbě").await.goes(), "/prehled");
    assert_eq!(works_for(&browser).await, "Liberecký kraj");
    world.end().await;
}

#[tokio::test]
async fn submission_is_delegated_by_the_representative() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.codelists().await;
    let provider = world.provider("Domov Ryba", "00551023", kraj).await;
    let organisation = world.organisation_of(provider, "Domov Ryba").await;
    let representative = world.person("Alena Benešová", Role::ProviderSubmitter, organisation).await;
    let editor = world.person("Eva Malá", Role::ProviderEditor, organisation).await;
    let admin = world.person("Petr Dvořák", Role::Administrator, organisation).await;
    let page = format!("/ucty/{}", editor.account);
    let grant = "/prikaz/ucty/pridelit";
    let delegate = |form: &mut crate::support::html::Form| {
        form.set("pravo", "ZAD_DELEG");
    };
    // The administrator cannot, the editor cannot, the representative can.
    assert!(!world.get(Some(&admin), &page).await.body.contains("ZAD_DELEG"));
    let pairs = [("ucet", editor.account.to_string()), ("pravo", "ZAD_DELEG".to_owned())].map(|(name, value)| (name.to_owned(), value));
    let refused = world.call(Some(&admin), grant, &pairs).await;
    assert!(refused.status == 403 && refused.body.contains("jen statutární zástupce"), "{}", refused.body);
    world.get(Some(&representative), "/ucty/podani").await.says("podává žádosti").says("Eva Malá");
    world.fill(&representative, &page, grant, delegate).await.goes();
    world.get(Some(&representative), "/ucty/podani").await.says("pověřený podáním žádostí");
    // A delegate delegates no further, and does not reach the page.
    let on = [("ucet", admin.account.to_string()), ("pravo", "ZAD_DELEG".to_owned())].map(|(name, value)| (name.to_owned(), value));
    assert_eq!(world.call(Some(&editor), grant, &on).await.status, 403);
    world.get(Some(&editor), "/ucty/podani").await.is(403);
    world.fill(&representative, &page, "/prikaz/ucty/odebrat", |_| {}).await.goes();
    world.get(Some(&representative), "/ucty/podani").await.lacks("pověřený podáním žádostí");
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
async fn two_administrators_editing_one_account_see_each_other() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let one = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let two = world.person("Marie Svobodová", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let page = format!("/ucty/{account}");
    let edit = "/prikaz/ucty/osoba";
    let mut late = world.get(Some(&two), &page).await.form(edit);
    world
        .fill(&one, &page, edit, |form| {
            form.set("jmeno", "Jana Veselá").set("klient", "KL-108");
        })
        .await
        .goes();
    late.set("email", "jana@example.cz");
    world.submit(Some(&two), &page, &late).await.is(409).says("Jana Veselá").says("Zkontrolujte");
    // Both take the other's last Správa systému at once: one stays.
    let revoke = "/prikaz/ucty/odebrat";
    let grant_of = async |account: Uuid| -> String {
        sqlx::query_scalar::<_, Uuid>("select id from account_right where account_id = $1 and right_code = 'SYS_SPRAVA'")
            .bind(account)
            .fetch_one(&world.owner)
            .await
            .unwrap()
            .to_string()
    };
    let pairs = async |account: Uuid| vec![("ucet".to_owned(), account.to_string()), ("pridel".to_owned(), grant_of(account).await)];
    let (of_one, of_two) = (pairs(one.account).await, pairs(two.account).await);
    let (a, b) = tokio::join!(world.call(Some(&one), revoke, &of_two), world.call(Some(&two), revoke, &of_one));
    let taken = [a.status, b.status].iter().filter(|status| **status < 400).count();
    assert_eq!(taken, 1, "{} {}\n{} {}", a.status, a.body, b.status, b.body);
    world.end().await;
}

#[tokio::test]
async fn the_first_administrator_is_made_on_the_command_line() {
    use server::commands::create_admin::{CreateAdminArgs, make};
    struct Fixed(chrono::DateTime<chrono::Utc>);
    impl domain::time::Clock for Fixed {
        fn now(&self) -> chrono::DateTime<chrono::Utc> {
            self.0
        }
    }
    let world = World::at("2026-11-02T08:00:00Z").await;
    let passwords = Passwords::new(64, 1, 2).unwrap();
    let args = |login: &str, name: &str| CreateAdminArgs { login: login.to_owned(), name: name.to_owned(), email: None, consent: None };
    let clock = Fixed(world.now());
    assert!(make(&world.store, &passwords, &args("Milan Říha", "Milan Říha"), &clock).await.is_err());
    assert!(make(&world.store, &passwords, &args("m.riha", "Milan"), &clock).await.is_err());
    let (login, password) = make(&world.store, &passwords, &args("M.Riha", "Milan Říha"), &clock).await.unwrap();
    assert!(
        make(&world.store, &passwords, &args("m.riha", "Milan Říha"), &clock).await.unwrap_err().to_string().contains("už má někdo jiný")
    );
    let browser = world.browser("10.0.0.1");
    assert_eq!(browser.sign_in(&login, &password).await.goes(), "/prihlaseni/heslo");
    let set = [("nove", ADMIN_PASSWORD), ("znovu", ADMIN_PASSWORD)];
    assert_eq!(browser.fill("/prihlaseni/heslo", "/prikaz/prihlasit/heslo", &set).await.goes(), "/prihlaseni/druhy-faktor");
    set_up(&world, &browser).await;
    browser.get("/organizace").await.is(200).says("Ústecký kraj").says("15 organizací");
    world.end().await;
}

#[tokio::test]
async fn mail_is_read_by_the_ministry_only() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let foreign = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let own = world.person("Eva Dvořáková", Role::Administrator, world.mpsv().await).await;
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    store::mail::post(&mut tx, "jana@example.cz", "Kraj108: zkouška", "Text zprávy", world.now()).await.unwrap();
    tx.commit(world.now()).await.unwrap();
    world.get(Some(&own), "/provoz/posta").await.is(200).says("jana@example.cz").says("Text zprávy").says("čeká");
    world.get(Some(&foreign), "/provoz/posta").await.is(403);
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
async fn the_matrix_is_for_administrators() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let assessor = world.person("Marie Svobodová", Role::KrajAssessor, kraj).await;
    world.get(Some(&assessor), "/ucty/opravneni").await.is(403);
    world.get(Some(&admin), "/ucty/opravneni").await.is(200).says("/prikaz/ucty/zablokovat").says("Hodnocení žádostí");
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
