//! The audit trail: who reads it and how it is filtered, what time takes from it, and how a change of it is found.

use crate::support::{PASSWORD, World};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};

#[tokio::test]
async fn the_trail_is_read_filtered_and_leaves_a_trace() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (kraj, other) = (world.kraj("60").await, world.kraj("78").await);
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let foreign = world.person("Jana Cizí", Role::Administrator, other).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let page = format!("/ucty/{account}");
    world
        .fill(&admin, &page, "/prikaz/ucty/osoba", |form| {
            form.set("jmeno", "Jana Veselá");
        })
        .await
        .goes();
    world
        .fill(&admin, &page, "/prikaz/ucty/zablokovat", |form| {
            form.set("duvod", "Odešla.");
        })
        .await
        .goes();
    // What was refused is there, too.
    world.get(Some(&admin), "/dotace/schemata").await.is(403);
    world.later(TimeDelta::days(1)).await;
    let admin = world.again(&admin).await;
    let foreign = world.again(&foreign).await;
    let listed = async |query: &str| {
        let page = world.get(Some(&admin), &format!("/ucty/stopa{query}")).await;
        page.is(200);
        ["Zablokování účtu", "Změna údajů osoby", "Odepřený přístup", "Čtení auditní stopy"]
            .map(|words| page.body.contains(&format!(">{words}</a>")))
    };
    assert_eq!(listed("").await, [true, true, true, false]);
    assert_eq!(listed("?druh=accounts.block").await, [true, false, false, false]);
    assert_eq!(listed("?vysledek=refused").await, [false, false, true, false]);
    assert_eq!(listed("?od=3.+11.+2026").await, [false, false, false, true]);
    assert_eq!(listed("?do=2.+11.+2026").await, [true, true, true, false]);
    assert!(listed("?kdo=dvořák").await[0]);
    world.get(Some(&admin), "/ucty/stopa?kdo=nikdo").await.says("Nic zaznamenaného");
    world.get(Some(&admin), "/ucty/stopa?od=včera").await.says("není datum");
    // The detail says what was changed from what; another organisation sees neither list nor detail.
    let trail = world.trail(kraj).await;
    let at = trail.iter().position(|kind| kind == "accounts.person.edit").unwrap() + 1;
    let detail = format!("/ucty/stopa/{kraj}/{at}");
    world.get(Some(&admin), &detail).await.says("Jana Nováková").says("Jana Veselá").says("Předtím");
    world.get(Some(&foreign), &detail).await.is(404);
    assert!(!world.get(Some(&foreign), "/ucty/stopa").await.body.contains(">Zablokování účtu</a>"));
    let file = world.get(Some(&admin), "/ucty/stopa.csv?druh=accounts.block").await;
    assert!(file.status == 200 && file.body.contains("Odešla.") && !file.body.contains("Jana Veselá"), "{}", file.body);
    world.get(Some(&foreign), "/ucty/seznam.csv").await.lacks("j.novakova");
    let list = world.get(Some(&admin), "/ucty/seznam.csv").await;
    assert!(list.body.contains("j.novakova") && list.body.contains("HOD_ZADOSTI"), "{}", list.body);
    assert!(world.trail(kraj).await.iter().filter(|kind| *kind == "audit.read").count() >= 8);
    world.end().await;
}

#[tokio::test]
async fn what_expires_loses_its_content_and_a_broken_link_is_found() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let browser = world.browser("10.0.0.1");
    browser.sign_in("j.novakova", PASSWORD).await.goes();
    let kept = server::housekeeping::Kept { security: chrono::Months::new(24), acts: chrono::Months::new(180) };
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    // The newest event says how late it is at least: whoever lies about the time empties nothing.
    assert_eq!(server::housekeeping::expire(&world.store, kept, at("2048-11-02T08:00:00Z")).await.unwrap(), 0);
    server::housekeeping::note(&world.store, "system.start", at("2028-11-02T08:00:00Z")).await.unwrap();
    assert_eq!(server::housekeeping::expire(&world.store, kept, at("2028-11-02T08:00:00Z")).await.unwrap(), 0);
    assert_eq!(server::housekeeping::expire(&world.store, kept, at("2028-11-02T08:00:01Z")).await.unwrap(), 1);
    assert_eq!(server::housekeeping::expire(&world.store, kept, at("2028-11-02T08:00:01Z")).await.unwrap(), 0);
    let (content, address, kind): (Option<serde_json::Value>, Option<String>, String) =
        sqlx::query_as("select content, address, kind from audit.event where chain = $1 order by seq limit 1")
            .bind(kraj.to_string())
            .fetch_one(&mut *world.store.begin(&Actor::System).await.unwrap())
            .await
            .unwrap();
    assert_eq!((content, address, kind.as_str()), (None, None, "accounts.sign_in"));
    assert_eq!(server::commands::verify::faults(&world.store).await.unwrap(), Vec::<String>::new());

    // The application cannot write the trail but through its function.
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    for statement in [
        "update audit.event set kind = 'accounts.sign_out'",
        "delete from audit.event",
        "insert into audit.event select * from audit.event",
        "update audit.head set seq = 0",
        "set role kraj_audit",
    ] {
        let mut inner = sqlx::Connection::begin(&mut *tx).await.unwrap();
        assert!(sqlx::query(statement).execute(&mut *inner).await.is_err(), "{statement}");
    }
    drop(tx);
    // Whoever owns it and changes a link is found, and the first broken one is named.
    let mut owner = world.owner.acquire().await.unwrap();
    sqlx::raw_sql("set role kraj_audit; update audit.event set kind = 'accounts.sign_out' where chain = 'system' or seq = 1; reset role")
        .execute(&mut *owner)
        .await
        .unwrap();
    let faults = server::commands::verify::faults(&world.store).await.unwrap();
    assert!(faults.iter().any(|fault| fault.contains("záznam 1: link")), "{faults:?}");
    sqlx::raw_sql("set role kraj_audit; update audit.event set kind = 'accounts.sign_in' where seq = 1 and chain <> 'system'; reset role")
        .execute(&mut *owner)
        .await
        .unwrap();
    sqlx::raw_sql("set role kraj_audit; update audit.event set kind = case seq when 1 then 'system.start' else 'system.expire' end where chain = 'system'; reset role")
        .execute(&mut *owner)
        .await
        .unwrap();
    drop(owner);
    world.end().await;
}
