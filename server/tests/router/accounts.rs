//! Accounts as people meet them: organisations, rights, delegation, several accounts, blocking; and the trail tells that story.

use crate::support::{ADMIN_PASSWORD, Answer, Browser, PASSWORD, World, signing_in::set_up};
use app::accounts::{passwords::Passwords, second_factor::code_at};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};
use uuid::Uuid;

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
async fn the_matrix_is_for_administrators() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let assessor = world.person("Marie Svobodová", Role::KrajAssessor, kraj).await;
    world.get(Some(&assessor), "/ucty/opravneni").await.is(403);
    world.get(Some(&admin), "/ucty/opravneni").await.is(200).says("/prikaz/ucty/zablokovat").says("Hodnocení žádostí");
    world.end().await;
}
