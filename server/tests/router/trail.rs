//! The audit trail: who reads it and how it is filtered, what time takes from it, and how a change of it is found.

use crate::support::{PASSWORD, World};
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{Actor, Role};
use serde_json::{Value, json};

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
    world
        .get(Some(&admin), &detail)
        .await
        .says("Jana Nováková")
        .says("Jana Veselá")
        .says("Předtím")
        .says("Objekt účet")
        .says("jméno Jana Nováková Jana Veselá");
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

/// Contents of the events of a kind, in order.
async fn contents(world: &World, kind: &str) -> Vec<Option<Value>> {
    sqlx::query_scalar("select content from audit.event where kind = $1 order by at, seq")
        .bind(kind)
        .fetch_all(&mut *world.store.begin(&Actor::System).await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn who_takes_data_away_is_in_the_trail() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    world.codelists().await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, kraj).await;
    // The public takes what is public and is nobody.
    world.get(None, "/registr.csv").await.is(200);
    world.get(Some(&officer), "/registr").await.is(200);
    assert!(contents(&world, "access.export").await.is_empty());
    let file = world.get(Some(&officer), "/registr.csv?q=domov").await;
    assert!(file.is(200).headers.contains_key("content-disposition"));
    assert_eq!(world.trail(kraj).await, ["access.export"]);
    let content = json!({ "route": "/registr.csv", "path": "/registr.csv", "query": "q=domov" });
    assert_eq!(contents(&world, "access.export").await, [Some(content)]);
    // What cannot be noted is not given.
    let switch = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(&world.owner).await.unwrap();
    };
    switch("set role kraj_audit; revoke execute on function audit.append from kraj_app; reset role").await;
    let kept = world.get(Some(&officer), "/registr.csv").await;
    switch("set role kraj_audit; grant execute on function audit.append to kraj_app; reset role").await;
    kept.is(500);
    assert!(!kept.headers.contains_key("content-disposition") && !kept.body.contains("cislo_sluzby"), "{}", kept.body);
    assert_eq!(world.trail(kraj).await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn what_a_command_itself_refuses_is_in_the_trail_once() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let kraj = world.kraj("60").await;
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let other = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    let (grant, own) = ("/prikaz/ucty/pridelit", admin.account.to_string());
    // The permission of the command is there; its rules say that nobody gives a right to themselves.
    let pairs = [("ucet", own.as_str()), ("pravo", "AUDIT_NAHLED")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    world.call(Some(&admin), grant, &pairs).await.is(403);
    let denied = json!({ "method": "POST", "path": grant });
    assert_eq!(contents(&world, "access.denied").await, [Some(denied.clone())]);
    // The same by a plain form: its page is shown again, and the command is what is noted.
    let page = format!("/ucty/{other}");
    let refused = world.fill(&admin, &page, grant, |form| {
        form.set("ucet", &own).set("pravo", "AUDIT_NAHLED");
    });
    refused.await.is(403);
    assert_eq!(contents(&world, "access.denied").await, [Some(denied.clone()), Some(denied)]);
    assert_eq!(world.trail(kraj).await, ["access.denied refused", "access.denied refused"]);
    world.end().await;
}

#[tokio::test]
async fn who_did_it_is_told_as_far_as_it_is_known() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (mpsv, kraj) = (world.mpsv().await, world.kraj("60").await);
    let ministry = world.person("Milan Říha", Role::Administrator, mpsv).await;
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let account = world.known("j.novakova", "Jana Nováková", Role::KrajAssessor, kraj, PASSWORD).await;
    world.fill(&ministry, &format!("/ucty/{account}"), "/prikaz/ucty/nove-heslo", |_| {}).await.goes();
    world.browser("10.0.0.1").sign_in("j.novakova", "špatné heslo").await.is(422);
    // The ministry's people are hidden from a kraj, but not that they are the ministry's.
    let hidden = "pracovník organizace Ministerstvo práce a sociálních věcí";
    let list = world.get(Some(&admin), "/ucty/stopa?druh=accounts.password.reset").await;
    list.is(200).says(hidden).lacks("Milan Říha");
    assert!(!list.body.contains("<th scope=\"row\">systém</th>"), "{}", list.text());
    world.get(Some(&admin), "/ucty/stopa?kdo=ministerstvo").await.is(200).says(hidden);
    let at = world.trail(kraj).await.iter().position(|kind| kind == "accounts.password.reset").unwrap() + 1;
    let detail = world.get(Some(&admin), &format!("/ucty/stopa/{kraj}/{at}")).await;
    detail.is(200).says(hidden).says(&ministry.account.to_string()).says("9.00.00 (pražský čas, UTC+01:00)");
    let file = world.get(Some(&admin), "/ucty/stopa.csv?druh=accounts.password.reset").await.body;
    for part in ["účet;organizace;přihlášení", "2026-11-02T09:00:00+01:00", hidden, &ministry.account.to_string()] {
        assert!(file.contains(part), "{part}: {file}");
    }
    world.get(Some(&admin), "/ucty/stopa?druh=accounts.sign_in&vysledek=refused").await.is(200).says("nepřihlášený");
    world.end().await;
}

#[tokio::test]
async fn what_was_done_with_subsidies_keeps_its_content_for_ever() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    for kind in ["subsidy.run.start", "registry.correct", "operations.news.save"] {
        tx.audit(store::audit::Record::done(kind, "calculation_run", "1", json!({ "beh": 1 })));
    }
    tx.commit(world.now()).await.unwrap();
    let kept = server::housekeeping::Kept { security: chrono::Months::new(24), acts: chrono::Months::new(180) };
    let later: DateTime<Utc> = "2046-11-02T08:00:00Z".parse().unwrap();
    server::housekeeping::note(&world.store, "system.start", later).await.unwrap();
    assert_eq!(server::housekeeping::expire(&world.store, kept, later).await.unwrap(), 1);
    for (kind, content) in
        [("subsidy.run.start", Some(json!({ "beh": 1 }))), ("registry.correct", Some(json!({ "beh": 1 }))), ("operations.news.save", None)]
    {
        assert_eq!(contents(&world, kind).await, [content], "{kind}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_emptied_too_early_is_found() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    for kind in ["operations.news.save", "subsidy.run.start"] {
        tx.audit(store::audit::Record::done(kind, "calculation_run", "1", json!({ "beh": 1 })));
    }
    tx.commit(world.now()).await.unwrap();
    let faults = async || server::commands::verify::faults(&world.store).await.unwrap();
    let note = async |at: &str| server::housekeeping::note(&world.store, "system.start", at.parse().unwrap()).await.unwrap();
    let owner = async |statement: &'static str| {
        sqlx::raw_sql(statement).execute(&world.owner).await.unwrap();
    };
    note("2026-11-03T08:00:00Z").await;
    assert_eq!(faults().await, Vec::<String>::new());
    // Whoever owns the trail takes the content of yesterday away, as if it had expired.
    owner("set role kraj_audit; update audit.event set content = null, expired_at = at where kind <> 'system.start'; reset role").await;
    assert_eq!(faults().await, ["auditní stopa system, záznam 1: expired", "auditní stopa system, záznam 2: expired"]);
    // Ten years later, less three days for months of different length, the first of them might have; what was done with subsidies never.
    note("2036-10-30T08:00:00Z").await;
    assert_eq!(faults().await.len(), 2);
    note("2036-10-30T08:00:01Z").await;
    assert_eq!(faults().await, ["auditní stopa system, záznam 2: expired"]);
    owner(
        "set role kraj_audit; update audit.event set content = '{\"beh\": 1}', expired_at = null where kind <> 'system.start'; \
         reset role",
    )
    .await;
    world.end().await;
}
