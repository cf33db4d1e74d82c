//! Sign-in by an identity provider, with one that runs in the test: it answers discovery, keys and codes over HTTP as a real one does.

use crate::support::{ADMIN_PASSWORD, Browser, Person, World};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::Role;
use openidconnect::{
    Audience, EmptyAdditionalClaims, IssuerUrl, JsonWebKeyId, JsonWebKeySet, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
    core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm},
};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

const CLIENT: &str = "kraj108";
const SECRET: &str = "sdílené-tajemství";
const START: &str = "/prikaz/prihlasit/jinde";
const RETURN: &str = "/prikaz/prihlasit/jinde/zpet";
const LINK: &str = "/prikaz/ucet/identita/pripojit";
const WAY: &str = "/prihlaseni/jinde";

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    Nonce,
    Audience,
    Issuer,
    Expired,
    Key,
    SharedSecret,
    Missing,
    Code,
}

struct Stub {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    other: CoreEdDsaPrivateSigningKey,
    codes: Mutex<HashMap<String, Asked>>,
    now: Mutex<DateTime<Utc>>,
}

#[derive(Clone)]
struct Asked {
    subject: String,
    nonce: String,
    challenge: String,
    wrong: Wrong,
}

fn key() -> CoreEdDsaPrivateSigningKey {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pair.serialize_pem(), Some(JsonWebKeyId::new("1".to_owned()))).unwrap()
}

impl Stub {
    /// Starts one on a free port.
    async fn start(world: &World) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let stub = Arc::new(Self { issuer, key: key(), other: key(), codes: Mutex::default(), now: Mutex::new(world.now()) });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(Self::discovery))
            .route("/keys", get(Self::keys))
            .route("/token", post(Self::token))
            .with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        stub
    }

    async fn discovery(State(stub): State<Arc<Self>>) -> Json<serde_json::Value> {
        let at = |path: &str| format!("{}{path}", stub.issuer);
        Json(json!({
            "issuer": stub.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        }))
    }

    async fn keys(State(stub): State<Arc<Self>>) -> Json<JsonWebKeySet<CoreJsonWebKey>> {
        Json(JsonWebKeySet::new(vec![stub.key.as_verification_key()]))
    }

    async fn token(State(stub): State<Arc<Self>>, headers: HeaderMap, Form(form): Form<HashMap<String, String>>) -> Response {
        let refused = || (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
        let asked = stub.codes.lock().unwrap().remove(&form["code"]);
        let Some(asked) = asked.filter(|asked| asked.wrong != Wrong::Code) else { return refused() };
        let proved = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(form["code_verifier"].clone()));
        if proved.as_str() != asked.challenge
            || form["redirect_uri"] != "http://localhost/prihlaseni/jinde/zpet"
            || !headers.contains_key("authorization")
        {
            return refused();
        }
        let now = *stub.now.lock().unwrap();
        let of = |is: Wrong, wrong: &str, right: &str| if asked.wrong == is { wrong.to_owned() } else { right.to_owned() };
        let expired = asked.wrong == Wrong::Expired;
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new(of(Wrong::Issuer, "https://jiny.cz", &stub.issuer)).unwrap(),
            vec![Audience::new(of(Wrong::Audience, "jina-aplikace", CLIENT))],
            if expired { now - TimeDelta::minutes(1) } else { now + TimeDelta::minutes(5) },
            now - TimeDelta::minutes(2),
            StandardClaims::new(SubjectIdentifier::new(asked.subject.clone())),
            EmptyAdditionalClaims {},
        )
        .set_nonce(Some(Nonce::new(of(Wrong::Nonce, "jiny", &asked.nonce))));
        let token = match asked.wrong {
            Wrong::Key => CoreIdToken::new(claims, &stub.other, Algorithm::EdDsa, None, None),
            Wrong::SharedSecret => CoreIdToken::new(claims, &CoreHmacKey::new(SECRET), Algorithm::HmacSha256, None, None),
            _ => CoreIdToken::new(claims, &stub.key, Algorithm::EdDsa, None, None),
        };
        let mut answer = json!({ "access_token": "a", "token_type": "Bearer" });
        if asked.wrong != Wrong::Missing {
            answer["id_token"] = json!(token.unwrap().to_string());
        }
        Json(answer).into_response()
    }

    /// The person signs in there; gives the address that the provider sends the browser back to.
    fn signs_in(&self, url: &str, subject: &str, wrong: Wrong) -> String {
        let (path, query) = url.split_once('?').unwrap();
        assert_eq!(path, format!("{}/authorize", self.issuer));
        let query: HashMap<String, String> = serde_urlencoded::from_str(query).unwrap();
        assert_eq!((query["response_type"].as_str(), query["client_id"].as_str(), query["scope"].as_str()), ("code", CLIENT, "openid"));
        assert_eq!(
            (query["code_challenge_method"].as_str(), query["redirect_uri"].as_str()),
            ("S256", "http://localhost/prihlaseni/jinde/zpet")
        );
        let code = uuid::Uuid::now_v7().simple().to_string();
        let asked = Asked { subject: subject.to_owned(), nonce: query["nonce"].clone(), challenge: query["code_challenge"].clone(), wrong };
        self.codes.lock().unwrap().insert(code.clone(), asked);
        format!("/prihlaseni/jinde/zpet?code={code}&state={}", query["state"])
    }
}

/// Where the page sends the browser.
async fn way(browser: &Browser<'_>) -> String {
    let page = browser.get(WAY).await;
    let refresh = page.is(200).headers["refresh"].to_str().unwrap();
    let refresh = refresh.strip_prefix("0; url=").expect("the page leads on by itself").to_owned();
    assert!(page.body.replace("&amp;", "&").contains(&format!("href=\"{refresh}\"")), "and by its link");
    refresh
}

/// Goes to the provider from a page, signs in there, and comes back.
async fn around(browser: &Browser<'_>, stub: &Stub, subject: &str, wrong: Wrong) -> crate::support::Answer {
    let mut form = browser.get("/prihlaseni?zpet=/registr").await.form(START);
    form.press("poskytovatel", &form.clone().buttons()[0]);
    assert_eq!(browser.submit("/prihlaseni", &form).await.goes(), WAY);
    let back = stub.signs_in(&way(browser).await, subject, wrong);
    browser.fill(&back, RETURN, &[]).await
}

async fn link(browser: &Browser<'_>, stub: &Stub, subject: &str) -> crate::support::Answer {
    let mut form = browser.get("/ucet").await.form(LINK);
    form.press("poskytovatel", &form.clone().buttons()[0]).set("soucasne", ADMIN_PASSWORD);
    assert_eq!(browser.submit("/ucet", &form).await.goes(), WAY);
    browser.get(WAY).await.says("Zpět na můj účet");
    let back = stub.signs_in(&way(browser).await, subject, Wrong::Nothing);
    browser.fill(&back, RETURN, &[]).await
}

/// MPSV makes the provider known.
async fn known(world: &World, admin: &Person, stub: &Stub, two_factors: bool) {
    let page = "/prihlasovani/novy";
    let mut form = world.get(Some(admin), page).await.form("/prikaz/prihlasovani/ulozit");
    form.set("nazev", "CAAIS").set("adresa", &stub.issuer).set("klient", CLIENT).set("tajemstvi", SECRET);
    if two_factors {
        form.tick("faktory", "ano");
    }
    assert_eq!(world.submit(Some(admin), page, &form).await.goes(), "/prihlasovani?hotovo=ulozeno");
}

#[tokio::test]
async fn an_identity_is_tied_and_signs_in() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let admin = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let stub = Stub::start(&world).await;
    known(&world, &admin, &stub, false).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, ADMIN_PASSWORD).await;
    world.known("m.svobodova", "Marie Svobodová", Role::KrajAssessor, kraj, ADMIN_PASSWORD).await;

    // Nobody is let in whom nobody tied.
    let browser = world.browser("10.0.0.1");
    browser.get("/prihlaseni").await.is(200).says("Přihlásit se pomocí systému CAAIS");
    around(&browser, &stub, "jana@caais", Wrong::Nothing).await.is(422).says("není spojená s účtem");
    browser.get("/prehled").await.is(401);

    // The own account ties it, with the password; nobody else's account can have it.
    browser.sign_in("j.novakova", ADMIN_PASSWORD).await.goes();
    let mut form = browser.get("/ucet").await.form(LINK);
    form.press("poskytovatel", &form.clone().buttons()[0]).set("soucasne", "jiné heslo");
    browser.submit("/ucet", &form).await.is(422).says("Současné heslo");
    assert_eq!(link(&browser, &stub, "jana@caais").await.goes(), "/ucet?hotovo=identita");
    browser.get("/ucet").await.is(200).says("Zrušit spojení").lacks("Spojit: CAAIS");
    let marie = world.browser("10.0.0.2");
    marie.sign_in("m.svobodova", ADMIN_PASSWORD).await.goes();
    link(&marie, &stub, "jana@caais").await.is(422).says("už patří jinému účtu");
    marie.get("/ucet").await.says("Spojit: CAAIS");

    // From now on it opens the account, and leads where the person wanted to go.
    let elsewhere = world.browser("10.0.0.3");
    assert_eq!(around(&elsewhere, &stub, "jana@caais", Wrong::Nothing).await.goes(), "/prihlaseni/prevzit");
    assert_eq!(elsewhere.fill("/prihlaseni/prevzit", "/prikaz/prihlasit/prevzit", &[]).await.goes(), "/registr");
    assert!(elsewhere.get("/prehled").await.is(200).body.contains("Jana Nováková"));

    // Whoever is reset by a colleague loses what somebody else may have tied.
    let colleague = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let page = format!("/ucty/{account}");
    let tied = async || {
        let count: (i64,) = sqlx::query_as("select count(*) from identity").fetch_one(&world.owner).await.unwrap();
        count.0
    };
    assert_eq!(tied().await, 1);
    let form = world.get(Some(&colleague), &page).await.form("/prikaz/ucty/zrusit-faktor");
    assert!(world.submit(Some(&colleague), &page, &form).await.goes().contains("hotovo="));
    assert_eq!(tied().await, 0);
    let browser = world.browser("10.0.0.7");
    browser.sign_in("j.novakova", ADMIN_PASSWORD).await.goes();
    link(&browser, &stub, "jana@caais").await.goes();

    // A blocked account stays shut, and an identity that was untied, too.
    sqlx::query("update account set blocked_at = $2 where id = $1").bind(account).bind(world.now()).execute(&world.owner).await.unwrap();
    around(&world.browser("10.0.0.4"), &stub, "jana@caais", Wrong::Nothing).await.is(422).says("zablokovaný");
    sqlx::query("update account set blocked_at = null where id = $1").bind(account).execute(&world.owner).await.unwrap();
    let browser = world.browser("10.0.0.5");
    assert_eq!(around(&browser, &stub, "jana@caais", Wrong::Nothing).await.goes(), "/prihlaseni/prevzit");
    browser.fill("/prihlaseni/prevzit", "/prikaz/prihlasit/prevzit", &[]).await.goes();
    browser.fill("/ucet", "/prikaz/ucet/identita/odpojit", &[("soucasne", "jiné heslo")]).await.is(422).says("Současné heslo");
    assert_eq!(
        browser.fill("/ucet", "/prikaz/ucet/identita/odpojit", &[("soucasne", ADMIN_PASSWORD)]).await.goes(),
        "/ucet?hotovo=bez-identity"
    );
    around(&world.browser("10.0.0.6"), &stub, "jana@caais", Wrong::Nothing).await.is(422).says("není spojená");
    let trail = world.trail(kraj).await;
    // Whose refusal it was is told as far as it was known.
    let kinds = ["accounts.identity.link", "accounts.identity.link refused", "accounts.identity.unlink", "accounts.sign_in"];
    for kind in kinds {
        assert!(trail.iter().any(|k| k == kind), "{kind}: {trail:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_the_provider_did_not_sign_for_us_now_opens_nothing() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let admin = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let stub = Stub::start(&world).await;
    known(&world, &admin, &stub, true).await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, ADMIN_PASSWORD).await;
    let jana = world.browser("10.0.0.1");
    jana.sign_in("j.novakova", ADMIN_PASSWORD).await.goes();
    assert_eq!(link(&jana, &stub, "jana@caais").await.goes(), "/ucet?hotovo=identita");
    jana.fill("/ucet", "/prikaz/odhlasit", &[]).await.goes();

    for (n, wrong) in
        [Wrong::Nonce, Wrong::Audience, Wrong::Issuer, Wrong::Expired, Wrong::Key, Wrong::SharedSecret, Wrong::Code].into_iter().enumerate()
    {
        let browser = world.browser(&format!("10.0.1.{n}"));
        let answer = around(&browser, &stub, "jana@caais", wrong).await;
        assert_eq!(answer.status, 422, "{wrong:?} {}", answer.text());
        answer.says("CAAIS přihlášení nepotvrdil");
        browser.get("/prehled").await.is(401);
    }
    around(&world.browser("10.0.2.1"), &stub, "jana@caais", Wrong::Missing).await.is(503).says("CAAIS teď neodpovídá");

    // A return that this browser did not begin, another state, one that comes twice, one that comes late.
    let begin = async |browser: &Browser<'_>| {
        let mut form = browser.get("/prihlaseni").await.form(START);
        form.press("poskytovatel", &form.clone().buttons()[0]);
        browser.submit("/prihlaseni", &form).await.goes();
        stub.signs_in(&way(browser).await, "jana@caais", Wrong::Nothing)
    };
    let (victim, thief) = (world.browser("10.0.3.1"), world.browser("10.0.3.2"));
    let back = begin(&victim).await;
    thief.get(&back).await.is(200).says("Začněte, prosím, znovu");
    let page = victim.get(&back).await;
    let form = page.form(RETURN);
    thief.submit(&back, &form).await.is(422).says("Začněte, prosím, znovu");
    let theirs = begin(&thief).await;
    thief.submit(&theirs, &form).await.is(422).says("CAAIS přihlášení nepotvrdil");
    assert_eq!(victim.submit(&back, &form).await.goes(), "/prehled");
    victim.submit(&back, &form).await.is(422).says("Začněte, prosím, znovu");
    let late = world.browser("10.0.3.3");
    let back = begin(&late).await;
    let form = late.get(&back).await.form(RETURN);
    world.later(TimeDelta::minutes(6)).await;
    *stub.now.lock().unwrap() = world.now();
    late.submit(&back, &form).await.is(422).says("pět minut");
    // Whoever turned back there comes with an error.
    let back = begin(&late).await;
    let state = back.split("state=").nth(1).unwrap();
    late.get(&format!("/prihlaseni/jinde/zpet?error=access_denied&state={state}")).await.is(200).says("nebylo dokončeno");
    world.end().await;
}

#[tokio::test]
async fn the_ministry_says_which_providers_there_are() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let admin = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let of_kraj = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let stub = Stub::start(&world).await;
    world.get(Some(&of_kraj), "/prihlasovani").await.is(403).says("patří jen ministerstvu");
    let page = "/prihlasovani/novy";
    let save = "/prikaz/prihlasovani/ulozit";
    let form = world.get(Some(&admin), page).await.form(save);
    world.submit(Some(&of_kraj), page, &form).await.is(403);
    let mut bad = form.clone();
    world
        .submit(Some(&admin), page, bad.set("nazev", " ").set("adresa", "http://kraj.cz").set("klient", ""))
        .await
        .is(422)
        .says("začíná https")
        .says("client ID");
    bad.set("nazev", "Kraj").set("adresa", "http://127.0.0.1:9").set("klient", CLIENT).set("tajemstvi", SECRET);
    let refused = world.submit(Some(&admin), page, &bad).await;
    refused.is(422).says("neodpovídá poskytovatel identity");
    assert!(refused.body.contains("http://127.0.0.1:9") && !refused.body.contains(SECRET), "what was typed stays, but not the secret");
    known(&world, &admin, &stub, false).await;
    let mut twice = form.clone();
    twice.set("nazev", "Znovu").set("adresa", &stub.issuer).set("klient", CLIENT);
    world.submit(Some(&admin), page, &twice).await.is(422).says("už v seznamu je");

    // The secret is nowhere shown; switched off, nobody signs in by it.
    let list = world.get(Some(&admin), "/prihlasovani").await;
    list.says("CAAIS").says("zapnutý");
    let id = list.body.split("/prihlasovani/").find_map(|rest| rest.get(..36).and_then(|id| id.parse::<uuid::Uuid>().ok())).unwrap();
    let page = format!("/prihlasovani/{id}");
    let shown = world.get(Some(&admin), &page).await;
    assert!(!shown.body.contains(SECRET) && shown.body.contains("http://localhost/prihlaseni/jinde/zpet"));
    let browser = world.browser("10.0.0.1");
    let start = browser.get("/prihlaseni").await.form(START);
    let first = shown.form(save);
    let mut off = first.clone();
    assert!(world.submit(Some(&admin), &page, off.untick("zapnuto")).await.goes().contains("hotovo"));
    let mut stale = first;
    world.submit(Some(&admin), &page, stale.set("nazev", "Jinak")).await.is(409);
    browser.get("/prihlaseni").await.lacks("CAAIS");
    let mut start = start;
    start.press("poskytovatel", &id.to_string());
    browser.submit("/prihlaseni", &start).await.is(422).says("není zapnuté");
    let content: (Option<serde_json::Value>,) =
        sqlx::query_as("select content from audit.event where kind = 'accounts.identity_provider.save' order by seq limit 1")
            .fetch_one(&mut *world.store.begin(&domain::accounts::Actor::System).await.unwrap())
            .await
            .unwrap();
    let content = content.0.unwrap().to_string();
    assert!(content.contains("new_secret") && !content.contains(SECRET), "{content}");
    // The application reads the secret only as the program itself.
    let mut tx = world.store.begin(&domain::accounts::Actor::Public).await.unwrap();
    assert_eq!(store::accounts::identity_provider_secret(&mut tx, id).await.unwrap(), None);
    drop(tx);
    let mut tx = world.store.begin(&domain::accounts::Actor::System).await.unwrap();
    assert_eq!(store::accounts::identity_provider_secret(&mut tx, id).await.unwrap().as_deref(), Some(SECRET));
    drop(tx);
    world.end().await;
}
