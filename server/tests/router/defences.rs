//! What every answer says to the browser, whose word on an address counts, who may read the figures, TLS.

use crate::support::World;
use app::permission::declared;
use axum::{body::Body, extract::ConnectInfo, http::Request};
use domain::accounts::Role;
use server::router::Outside;
use std::{collections::BTreeMap, net::SocketAddr};

const HEADERS: [&str; 9] = [
    "content-security-policy",
    "strict-transport-security",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cache-control",
];

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header("host", "kraj108.example")
}

/// Every parameter of a path as something that is not there.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{id}" | "{sluzba}" | "{zadost}" | "{udalost}" | "{schema}" => "00000000-0000-7000-8000-000000000000",
        "{rok}" => "2031",
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn headers_of_all_routes_change_only_in_review() {
    let world = World::behind("2026-11-02T08:00:00Z", Outside { secure: true, ..Outside::default() }).await;
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    // Files that everybody may have declare nothing.
    let files = ["/pkg/style.css", "/obrazky/import-registru.png", "/prirucka.pdf", "/favicon.svg"];
    let routes = declared().into_iter().map(|d| (d.method, d.path)).chain(files.map(|path| ("GET", path)));
    for (method, path) in routes {
        for person in [None, Some(&officer)] {
            let mut request = request(method, &filled(path)).header("accept", "text/html").header("origin", "https://kraj108.example");
            if let Some(person) = person {
                request = request.header("cookie", person.cookie());
            }
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            let said: Vec<String> = HEADERS
                .iter()
                .map(|name| format!("{name}: {}", answer.headers.get(*name).map_or("–", |value| value.to_str().unwrap())))
                .collect();
            // Statuses are other tests' business, but a fault here would hide what the route says.
            assert_ne!(answer.status, 500, "{method} {path}");
            let who = if person.is_some() { "signed in" } else { "public" };
            groups.entry(said.join("\n")).or_default().push(format!("{who} {method} {path}"));
            count += 1;
        }
    }
    println!("{count} answers, {} sets of headers", groups.len());
    assert!(count > 200);
    let text: Vec<String> = groups.iter().map(|(said, routes)| format!("{said}\n    {}", routes.join("\n    "))).collect();
    insta::assert_snapshot!(text.join("\n\n"));
    world.end().await;
}

#[tokio::test]
async fn refusals_before_the_routes_say_the_same() {
    let world = World::behind("2026-11-02T08:00:00Z", Outside { secure: true, ..Outside::default() }).await;
    let foreign = request("POST", "/prihlaseni").header("origin", "https://jinde.example").body(Body::empty()).unwrap();
    let nothing = request("GET", "/neni-tu").header("accept", "text/html").body(Body::empty()).unwrap();
    for (answer, status) in [(world.send(foreign).await, 403), (world.send(nothing).await, 404)] {
        assert_eq!(answer.status, status);
        for name in HEADERS.into_iter().filter(|name| *name != "cache-control" || status == 403) {
            assert!(answer.headers.contains_key(name), "{status}: {name}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn a_page_that_is_nowhere_declared_is_refused_and_noted() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let assessor = world.person("Marie Svobodová", Role::KrajAssessor, kraj).await;
    // The same page with a slash at its end is no way around its permission.
    world.get(Some(&assessor), "/ucty/").await.is(404);
    world.get(Some(&assessor), "/ucty").await.is(403);
    world.get(None, "/neni-tu").await.is(404).says("Stránku jsme nenašli");
    world.end().await;
}

#[tokio::test]
async fn only_the_named_proxy_says_who_asks() {
    let world = World::behind("2026-11-02T08:00:00Z", Outside { proxies: "10.0.0.1".parse().unwrap(), ..Outside::default() }).await;
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    for (peer, noted) in [("10.0.0.1", "198.51.100.7"), ("203.0.113.5", "203.0.113.5")] {
        // What is denied is noted with the address.
        let mut asked = Request::builder().uri("/organizace").header("host", "localhost").header("accept", "text/html");
        asked = asked.header("cookie", officer.cookie()).header("x-forwarded-for", "1.2.3.4, 198.51.100.7");
        let mut asked = asked.body(Body::empty()).unwrap();
        asked.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4000)));
        assert_eq!(world.send(asked).await.status, 403);
        let mut tx = world.store.begin(&domain::accounts::Actor::System).await.unwrap();
        let address: Option<String> =
            sqlx::query_scalar("select address from audit.event where kind = 'access.denied' order by seq desc limit 1")
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        assert_eq!(address.as_deref(), Some(noted), "{peer}");
    }
    world.end().await;
}

#[tokio::test]
async fn figures_are_for_this_machine_or_for_who_knows_the_token() {
    server::metrics::start();
    let world = World::at("2026-11-02T08:00:00Z").await;
    let token = Outside { metrics_token: Some("tajny-token".to_owned()), ..Outside::default() };
    let with_token = World::behind("2026-11-02T08:00:00Z", token).await;
    let asked = |peer: &str, header: Option<(&str, &str)>| {
        let mut request = request("GET", "/metrics");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4000)));
        request
    };
    world.get(None, "/zdravi/live").await.is(200);
    for (world, peer, header, status) in [
        (&world, "127.0.0.1", None, 200),
        (&world, "10.0.0.9", None, 404),
        (&world, "127.0.0.1", Some(("x-forwarded-for", "10.0.0.9")), 404),
        (&with_token, "127.0.0.1", None, 404),
        (&with_token, "10.0.0.9", Some(("authorization", "Bearer tajny-token")), 200),
        (&with_token, "10.0.0.9", Some(("authorization", "Bearer jiny-token")), 404),
    ] {
        let answer = world.send(asked(peer, header)).await;
        assert_eq!(answer.status, status, "{peer} {header:?}");
        if status == 200 {
            for part in ["kraj108_requests_total{method=\"GET\",route=\"/zdravi/live\",status=\"200\"}", "kraj108_request_seconds_bucket"] {
                assert!(answer.body.contains(part), "{}", answer.body);
            }
        }
    }
    world.end().await;
    with_token.end().await;
}

#[tokio::test]
async fn every_answer_has_a_number_and_a_fault_names_it() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (one, two) = (world.get(None, "/registr").await, world.get(None, "/registr").await);
    let number = |answer: &crate::support::Answer| answer.headers["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(number(&one).len(), 32);
    assert_ne!(number(&one), number(&two));
    // The database is gone: the page says so and names the number.
    world.store.pool().close().await;
    let down = world.get(None, "/registr").await;
    assert!(down.status >= 500, "{}", down.status);
    down.says(&number(&down));
    let state = world.get(None, "/provoz").await;
    state.is(200).says("databáze neodpovídá");
    let ready = world.get(None, "/zdravi/ready").await;
    assert_eq!((ready.status, world.get(None, "/zdravi/live").await.status), (503, 200));
}

#[tokio::test]
async fn a_fault_is_in_the_trail() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    sqlx::query("alter table news rename to gone").execute(&world.owner).await.unwrap();
    let faults = [world.get(Some(&officer), "/aktuality").await, world.get(None, "/aktuality").await];
    sqlx::query("alter table gone rename to news").execute(&world.owner).await.unwrap();
    let rows: Vec<(String, String, serde_json::Value)> =
        sqlx::query_as("select chain, outcome, content from audit.event where kind = 'system.error' order by at, chain")
            .fetch_all(&mut *world.store.begin(&domain::accounts::Actor::System).await.unwrap())
            .await
            .unwrap();
    let of = |answer: &crate::support::Answer| rows.iter().find(|row| row.2["request"] == answer.headers["x-request-id"].to_str().unwrap());
    for (answer, chain) in faults.iter().zip([kraj.to_string(), "system".to_owned()]) {
        answer.is(500);
        let row = of(answer).expect("the fault is noted with the number of its request");
        assert_eq!((row.0.as_str(), row.1.as_str(), row.2["route"].as_str()), (chain.as_str(), "failed", Some("/aktuality")));
    }
    world.end().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let outside = Outside { body_pause: Some(std::time::Duration::from_millis(200)), ..Outside::default() };
    let world = World::behind("2026-11-02T08:00:00Z", outside).await;
    let drop = futures::stream::once(async { Ok::<_, std::io::Error>(axum::body::Bytes::from_static(b"_akce=%2Fprikaz")) });
    let body = axum::body::Body::from_stream(futures::StreamExt::chain(drop, futures::stream::pending()));
    let request = axum::http::Request::builder()
        .method("POST")
        .uri("/prihlaseni")
        .header("host", "localhost")
        .header("origin", "http://localhost")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .unwrap();
    let answer = tokio::time::timeout(std::time::Duration::from_secs(5), world.send(request)).await.expect("it is not waited for");
    assert!(answer.is(422).body.contains("Formulář nedorazil celý"));
    world.end().await;
}
