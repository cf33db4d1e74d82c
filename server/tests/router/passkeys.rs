//! Passkeys, with a key of software that answers as a device does.

use crate::support::{ADMIN_PASSWORD, Answer, Browser, World};
use app::request::AccountRules;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::accounts::Role;
use serde_json::Value;
use webauthn_authenticator_rs::{WebauthnAuthenticator as _, softpasskey::SoftPasskey};
use webauthn_rs::prelude::{CreationChallengeResponse, RequestChallengeResponse, Url};

const BEGIN: &str = "/prikaz/ucet/klic/zacit";
const CONFIRM: &str = "/prikaz/ucet/klic/pridat";
const REMOVE: &str = "/prikaz/ucet/klic/zrusit";
const ASK: &str = "/prikaz/prihlasit/klic";
const SHOW: &str = "/prikaz/prihlasit/klic/ukazat";
const PAGE: &str = "/prihlaseni/klic";

fn device() -> SoftPasskey {
    SoftPasskey::new(true)
}

fn origin() -> Url {
    Url::parse("http://localhost").unwrap()
}

/// What the page asks of the browser.
fn options(page: &Answer) -> Value {
    let props = page.body.split("data-props=\"").nth(1).expect("the page has an island").split('"').next().unwrap();
    let props: Value =
        serde_json::from_str(&props.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")).unwrap();
    serde_json::from_str(props["options"].as_str().unwrap()).unwrap()
}

/// A key that the device makes; it keeps none by itself, so it is not asked to.
fn made(device: &mut SoftPasskey, mut options: Value) -> Value {
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["requireResidentKey"] = false.into();
    selection["residentKey"] = "discouraged".into();
    let options: CreationChallengeResponse = serde_json::from_value(options).unwrap();
    serde_json::to_value(device.do_registration(origin(), options).unwrap()).unwrap()
}

fn shown(device: &mut SoftPasskey, options: Value) -> Value {
    let options: RequestChallengeResponse = serde_json::from_value(options).unwrap();
    serde_json::to_value(device.do_authentication(origin(), options).unwrap()).unwrap()
}

/// Adds a key on the page of the second factor; gives where that leads, and the identifier of the key.
async fn add(browser: &Browser<'_>, page: &str, device: &mut SoftPasskey, name: &str, password: Option<&str>) -> (String, Value) {
    let mut fields = vec![("nazev", name)];
    fields.extend(password.map(|password| ("soucasne", password)));
    assert_eq!(browser.fill(page, BEGIN, &fields).await.goes(), PAGE);
    let asked = browser.get(PAGE).await;
    let answer = made(device, options(asked.is(200).says("Nový přístupový klíč")));
    let leads = browser.fill(PAGE, CONFIRM, &[("odpoved", &answer.to_string())]).await.goes();
    (leads, answer["rawId"].clone())
}

#[tokio::test]
async fn a_passkey_is_a_second_factor() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("p.dvorak", "Petr Dvořák", Role::Administrator, kraj, ADMIN_PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    let page = "/prihlaseni/druhy-faktor";
    assert_eq!(browser.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), page);
    browser.fill(page, BEGIN, &[("nazev", " ")]).await.is(422).says("podle čeho klíč poznáte");
    // Nothing is begun, so there is nothing to confirm.
    browser.get(PAGE).await.is(200).says("Začněte, prosím, znovu");
    let mut notebook = device();
    assert_eq!(add(&browser, page, &mut notebook, "služební notebook", None).await.0, "/prehled");
    browser.get("/prehled").await.is(200);

    // The next sign-in asks for it. Somebody else's key, garbage, and an answer that was used already open nothing.
    let browser = world.browser("10.0.0.2");
    assert_eq!(browser.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), "/prihlaseni/kod");
    browser.get("/prihlaseni/kod").await.is(200).says("Použít přístupový klíč").lacks("Kód z aplikace v telefonu");
    assert_eq!(browser.get("/prehled").await.goes(), "/prihlaseni/kod");
    let ask = async || assert_eq!(browser.fill("/prihlaseni/kod", ASK, &[]).await.goes(), PAGE);
    ask().await;
    browser.fill(PAGE, SHOW, &[("odpoved", "{}")]).await.is(422).says("nepodařilo ověřit");
    let asked = browser.get(PAGE).await;
    let question = options(&asked);
    let mut tampered = shown(&mut notebook, question.clone());
    let right = shown(&mut notebook, question);
    tampered["response"]["signature"] = "MEUCIQDTGOyBnHMWO9NY9VsGlfNhsCNvEPJ4UACIQDTGOyBnHMWO9NY9VsGlfNhsCNvEPJ4U".into();
    browser.fill(PAGE, SHOW, &[("odpoved", &tampered.to_string())]).await.is(422).says("nepodařilo ověřit");
    // The question is answered, wrongly: the right answer comes too late.
    let form = asked.form(SHOW);
    let mut late = form.clone();
    late.set("odpoved", &right.to_string());
    browser.submit(PAGE, &late).await.is(422).says("Začněte, prosím, znovu");
    ask().await;
    let old = shown(&mut notebook, options(&browser.get(PAGE).await));
    world.later(TimeDelta::minutes(6)).await;
    let mut late = form.clone();
    late.set("odpoved", &old.to_string());
    browser.submit(PAGE, &late).await.is(422).says("pět minut");
    ask().await;
    let asked = browser.get(PAGE).await;
    let right = shown(&mut notebook, options(&asked));
    // From another browser the right answer is none.
    let other = world.browser("10.0.0.3");
    assert_eq!(other.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), "/prihlaseni/kod");
    let mut taken = form.clone();
    taken.set("odpoved", &right.to_string());
    other.submit(PAGE, &taken).await.is(422).says("Začněte, prosím, znovu");
    assert_eq!(browser.fill(PAGE, SHOW, &[("odpoved", &right.to_string())]).await.goes(), "/prihlaseni/prevzit");
    assert_eq!(browser.fill("/prihlaseni/prevzit", "/prikaz/prihlasit/prevzit", &[]).await.goes(), "/prehled");

    // The last one of who has to have one stays; of two one can go, with the password.
    let own = "/ucet/druhy-faktor";
    browser.get(own).await.is(200).says("služební notebook").lacks("Zrušit klíč");
    let mut phone = device();
    browser.fill(own, BEGIN, &[("nazev", "telefon"), ("soucasne", "jiné heslo")]).await.is(422).says("Současné heslo");
    assert_eq!(add(&browser, own, &mut phone, "telefon", Some(ADMIN_PASSWORD)).await.0, "/ucet/druhy-faktor?hotovo=klic");
    browser.fill(own, REMOVE, &[("soucasne", "jiné heslo")]).await.is(422);
    let form = browser.get(own).await.form(REMOVE);
    assert_eq!(browser.fill(own, REMOVE, &[("soucasne", ADMIN_PASSWORD)]).await.goes(), "/ucet/druhy-faktor?hotovo=bez-klice");
    browser.get(own).await.lacks("služební notebook od").says("telefon od");
    let last: (uuid::Uuid,) = sqlx::query_as("select id from passkey").fetch_one(&world.owner).await.unwrap();
    let mut hostile = form;
    hostile.set("klic_id", &last.0.to_string()).set("soucasne", ADMIN_PASSWORD);
    browser.submit(own, &hostile).await.is(422).says("Druhý faktor mít musíte");

    // A colleague takes it away from who lost the device.
    let account: (uuid::Uuid,) =
        sqlx::query_as("select a.id from account a join person p on p.id = a.person_id where p.login = 'p.dvorak'")
            .fetch_one(&world.owner)
            .await
            .unwrap();
    let colleague = world.person("Eva Malá", Role::Administrator, kraj).await;
    let page = format!("/ucty/{}", account.0);
    let mut form = world.get(Some(&colleague), &page).await.form("/prikaz/ucty/zrusit-faktor");
    assert!(world.submit(Some(&colleague), &page, form.set("ucet", &account.0.to_string())).await.goes().contains("hotovo="));
    let left: (i64,) = sqlx::query_as("select count(*) from passkey").fetch_one(&world.owner).await.unwrap();
    assert_eq!(left.0, 0);
    assert_eq!(world.browser("10.0.0.9").sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), "/prihlaseni/druhy-faktor");
    let trail = world.trail(kraj).await;
    for kind in [
        "accounts.passkey.add",
        "accounts.second_factor",
        "accounts.second_factor refused",
        "accounts.passkey.remove",
        "accounts.password.prove refused",
    ] {
        assert!(trail.iter().any(|k| k == kind), "{kind}: {trail:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_passkey_stands_instead_of_a_password_where_it_is_configured() {
    let rules = AccountRules { passkey_first: true, ..AccountRules::default() };
    let world = World::under("2026-11-02T08:00:00Z", server::router::Outside::default(), rules).await;
    let kraj = world.kraj("60").await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, ADMIN_PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    assert_eq!(browser.sign_in("j.novakova", ADMIN_PASSWORD).await.goes(), "/prehled");
    // A session that gets a new token by the way gets it beside the cookie of what is begun.
    let mut form = browser.get("/ucet/druhy-faktor").await.form(BEGIN);
    sqlx::query("update session set renew = true").execute(&world.owner).await.unwrap();
    form.set("nazev", "notebook").set("soucasne", ADMIN_PASSWORD);
    assert_eq!(browser.submit("/ucet/druhy-faktor", &form).await.goes(), PAGE);
    world.later(TimeDelta::seconds(40)).await;
    browser.get("/ucet").await.is(200);
    let mut notebook = device();
    let (_, key) = add(&browser, "/ucet/druhy-faktor", &mut notebook, "notebook", Some(ADMIN_PASSWORD)).await;
    let person: (uuid::Uuid,) = sqlx::query_as("select person_id from passkey").fetch_one(&world.owner).await.unwrap();

    // A device that finds its key by itself is given it, and says whose it is.
    let mut answer = async |browser: &Browser<'_>, whose: uuid::Uuid| {
        assert_eq!(browser.fill("/prihlaseni?zpet=/registr", ASK, &[]).await.goes(), PAGE);
        let mut asked = options(&browser.get(PAGE).await);
        asked["publicKey"]["allowCredentials"] = serde_json::json!([{ "type": "public-key", "id": key }]);
        let mut answer = shown(&mut notebook, asked);
        answer["response"]["userHandle"] = URL_SAFE_NO_PAD.encode(whose.as_bytes()).into();
        answer.to_string()
    };
    let elsewhere = world.browser("10.0.0.2");
    elsewhere.get("/prihlaseni").await.is(200).says("Přihlásit se přístupovým klíčem");
    let text = answer(&elsewhere, uuid::Uuid::now_v7()).await;
    elsewhere.fill(PAGE, SHOW, &[("odpoved", &text)]).await.is(422).says("nepodařilo ověřit");
    let text = answer(&elsewhere, person.0).await;
    // Neither a code nor a password is asked for: the person is signed in elsewhere, that is all.
    assert_eq!(elsewhere.fill(PAGE, SHOW, &[("odpoved", &text)]).await.goes(), "/prihlaseni/prevzit");
    assert_eq!(elsewhere.fill("/prihlaseni/prevzit", "/prikaz/prihlasit/prevzit", &[]).await.goes(), "/registr");

    sqlx::query("update account set blocked_at = $2 where id = $1").bind(account).bind(world.now()).execute(&world.owner).await.unwrap();
    let blocked = world.browser("10.0.0.3");
    let text = answer(&blocked, person.0).await;
    blocked.fill(PAGE, SHOW, &[("odpoved", &text)]).await.is(422).says("zablokovaný");
    world.end().await;

    // Where it is not configured, nobody is offered it.
    let world = World::at("2026-11-02T08:00:00Z").await;
    let browser = world.browser("10.0.0.1");
    let page = browser.get("/prihlaseni").await;
    assert!(!page.has_form(ASK));
    let mut form = page.form("/prikaz/prihlasit");
    form.set("_akce", ASK);
    browser.submit("/prihlaseni", &form).await.is(422).says("jen přístupovým klíčem tu nejde");
    world.end().await;
}

#[tokio::test]
async fn whoever_only_knows_the_password_adds_no_factor_once_there_is_one() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("p.dvorak", "Petr Dvořák", Role::Administrator, kraj, ADMIN_PASSWORD).await;
    let page = "/prihlaseni/druhy-faktor";
    let (codes, codes_confirm) = ("/prikaz/ucet/druhy-faktor/zacit", "/prikaz/ucet/druhy-faktor/potvrdit");
    // Somebody who stole the password waits before the gate, with every form in hand, a key and a secret begun.
    let thieves: Vec<Browser<'_>> = (1..=4).map(|n| world.browser(&format!("10.0.6.{n}"))).collect();
    let mut theirs = device();
    let mut forms = Vec::new();
    for (n, thief) in thieves.iter().enumerate() {
        assert_eq!(thief.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), page);
        match n {
            0 => forms.push((page, thief.get(page).await.form(codes))),
            1 => {
                thief.fill(page, codes, &[]).await.goes();
                let mut form = thief.get(page).await.form(codes_confirm);
                form.set("kod", "000000");
                forms.push((page, form));
            }
            2 => {
                let mut form = thief.get(page).await.form(BEGIN);
                form.set("nazev", "cizí");
                forms.push((page, form));
            }
            _ => {
                thief.fill(page, BEGIN, &[("nazev", "cizí")]).await.goes();
                let asked = thief.get(PAGE).await;
                let answer = made(&mut theirs, options(&asked));
                let mut form = asked.form(CONFIRM);
                form.set("odpoved", &answer.to_string());
                forms.push((PAGE, form));
            }
        }
    }
    let owner = world.browser("10.0.0.1");
    assert_eq!(owner.sign_in("p.dvorak", ADMIN_PASSWORD).await.goes(), page);
    let mut notebook = device();
    add(&owner, page, &mut notebook, "notebook", None).await;
    for (thief, (page, form)) in thieves.iter().zip(&forms) {
        assert_eq!(thief.submit(page, form).await.goes(), "/prihlaseni/kod");
        assert_eq!(thief.get("/prehled").await.goes(), "/prihlaseni/kod");
    }
    let keys: Vec<(String,)> = sqlx::query_as("select name from passkey").fetch_all(&world.owner).await.unwrap();
    assert_eq!(keys, [("notebook".to_owned(),)]);
    let codes: (bool,) =
        sqlx::query_as("select totp_since is null from person where login = 'p.dvorak'").fetch_one(&world.owner).await.unwrap();
    assert!(codes.0);
    world.end().await;
}
