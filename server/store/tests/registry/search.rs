//! Searching the register and looking at one service, on the small sample of the repository.

use crate::support::{at, day_of, member};
use domain::accounts::{Actor, OrganisationKind};
use sqlx::PgPool;
use std::io::Cursor;
use store::registry::corrections::{Correction, correct, corrigible, set_authority};
use store::registry::detail::{provider, service, service_at};
use store::registry::search::{Facet, Query, Sort, plan, search};
use store::registry::{ImportReport, ImportRequest, import};
use store::{Origin, Store, StoreError, codelists};

const SAMPLE: &[u8] = include_bytes!("../../samples/rpss-small.json");

async fn sample(owner: &PgPool) -> (Store, ImportReport) {
    let store = crate::support::store(owner).await;
    let mut tx = store.begin(&Actor::System).await.unwrap();
    codelists::load(&mut tx).await.unwrap();
    tx.commit(at("2026-01-01")).await.unwrap();
    let request = ImportRequest { as_of: day_of("2026-09-01"), at: at("2026-09-01"), file_name: None };
    let report = import(&store, &Actor::System, Origin::default(), Cursor::new(SAMPLE), &request).await.unwrap();
    (store, report)
}

fn query() -> Query {
    Query { on: day_of("2026-11-23"), ..Query::default() }
}

/// portalIds of what is found, in numeric order.
async fn found(store: &Store, query: &Query) -> Vec<i64> {
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let found = search(&mut tx, query, 1).await.unwrap();
    assert_eq!(found.rows.len() as i64, found.total);
    let mut ids: Vec<i64> = found.rows.iter().filter_map(|r| r.portal_id).collect();
    ids.sort_unstable();
    ids
}

/// Narrows a question by one value of a facet.
type Narrow = fn(&mut Query, String);

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_small_sample_holds_the_quirks_of_the_real_data(owner: PgPool) {
    let (_, report) = sample(&owner).await;
    insta::assert_json_snapshot!((
        report.records,
        report.services,
        report.providers,
        report.facilities,
        report.without_authority,
        &report.problem_counts
    ));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn finds_words_and_filters(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let text = |text: &str| Query { text: text.to_owned(), ..query() };
    let keys = |list: &[&str]| list.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
    for (query, expected) in [
        (text("DOMOV  usti"), vec![26, 27]),
        (text("9172420"), vec![26]),
        (text("100%"), vec![]),
        (text("kompas kontaktni"), vec![42]),
        (text("skryta"), vec![]),
        (Query { kinds: keys(&["49", "50"]), ..query() }, vec![26, 27, 54, 80, 112]),
        (Query { kraje: keys(&["60"]), forms: keys(&["pob"]), ..query() }, vec![26, 27, 32, 70]),
        (Query { obce: keys(&["554782"]), ..query() }, vec![80, 81]),
        (Query { groups: keys(&["cs30"]), ..query() }, vec![27]),
        (Query { kraje: keys(&["60"]), kinds: keys(&["66", "61"]), ended: true, ..query() }, vec![52, 64, 67]),
    ] {
        assert_eq!(found(&store, &query).await, expected, "{query:?}");
    }
    // On a day before it ended, it was provided; one that began later wasn't there.
    let ids = found(&store, &Query { on: day_of("2012-01-15"), ..query() }).await;
    assert!(ids.contains(&64) && ids.contains(&26) && !ids.contains(&27) && !ids.contains(&67), "{ids:?}");
    assert!(!found(&store, &Query { on: day_of("2012-04-01"), ..query() }).await.contains(&64));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn counts_say_what_each_choice_would_give(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let chosen = Query { kraje: vec!["60".into()], forms: vec!["ter".into()], ..query() };
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let facets = search(&mut tx, &chosen, 1).await.unwrap().facets;
    let change: [(&[Facet], Narrow); 3] = [
        (&facets.forms, |q, key| q.forms = vec![key]),
        (&facets.kraje, |q, key| q.kraje = vec![key]),
        (&facets.kinds, |q, key| q.kinds = vec![key]),
    ];
    for (list, choose) in change {
        assert!(list.len() > 1);
        for facet in list {
            let mut other = chosen.clone();
            choose(&mut other, facet.key.clone());
            assert_eq!(search(&mut tx, &other, 1).await.unwrap().total, facet.count, "{facet:?}");
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn rows_come_in_czech_order(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let rows = search(&mut tx, &query(), 1).await.unwrap().rows;
    let names: Vec<&str> = rows.iter().map(|r| r.facility_name.as_deref().unwrap_or(&r.provider_name)).collect();
    let position = |start: &str| names.iter().position(|n| n.starts_with(start)).unwrap_or_else(|| panic!("no {start}: {names:#?}"));
    assert!(position("Denní") < position("Domov"), "{names:#?}");
    assert!(position("Domov") < position("Chráněné") && position("Chráněné") < position("Intervenční"), "Ch follows H: {names:#?}");
    for sort in [Sort::Place, Sort::Distance, Sort::Capacity, Sort::Start] {
        assert_eq!(search(&mut tx, &Query { sort, ..query() }, 1).await.unwrap().rows.len(), rows.len());
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_search_uses_its_index_under_the_policies(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let mut connection = owner.acquire().await.unwrap();
    // The sample is so small that reading it whole is cheapest: it gets as many services as the country has.
    for sql in [
        "create temporary table many as select gen_random_uuid() as id, n, provider_id, created_at
           from generate_series(10001, 16733) n, (select provider_id, created_at from service limit 1) s",
        "insert into service (id, portal_id, provider_id, created_at) select id, n, provider_id, created_at from many",
        "insert into service_version select r.* from many m, (select * from service_version limit 1) v,
           lateral jsonb_populate_record(null::service_version, to_jsonb(v)
             || jsonb_build_object('id', gen_random_uuid(), 'service_id', m.id, 'search_text', md5(m.n::text))) r",
        "analyze service_version",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let who: (String, bool) =
        sqlx::query_as("select current_user::text, (select relrowsecurity from pg_class where oid = 'service_version'::regclass)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(who, ("kraj_app".to_owned(), true));
    let query = Query { text: "pohoda".to_owned(), ..query() };
    let plan = plan(&mut tx, &query).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("service_version_text")), "{plan:#?}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn nothing_private_is_in_the_public_view(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let today = day_of("2026-11-23");
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let mut public = String::new();
    for portal_id in ["26", "70", "130", "131"] {
        let (id, _) = service_at(&mut tx, portal_id).await.unwrap();
        let view = service(&mut tx, id, today).await.unwrap();
        let provider = provider(&mut tx, view.provider.id, today).await.unwrap();
        assert!(view.private.is_none() && provider.private.is_none());
        public.push_str(&format!("{:?}{:?}{:?}{:?}{provider:?}", view.facts, view.facilities, view.provider_facts, view.history));
    }
    for hidden in ["Skrytá", "Alena", "1969", "Domácí", "199 131 999", "Ukázkový\"", "komunitni"] {
        assert!(!public.contains(hidden), "{hidden}");
    }
    for shown in ["Azylový dům Vlaštovka", "Marie Novotná Ukázková", "Pracovní", "199 131 131"] {
        assert!(public.contains(shown), "{shown}");
    }
    drop(tx);
    let kraj: uuid::Uuid = sqlx::query_scalar("select id from organisation where kraj_code = '60'").fetch_one(&owner).await.unwrap();
    let mut tx = store.begin(&member(OrganisationKind::Kraj, kraj, Some("60"), None)).await.unwrap();
    let (id, _) = service_at(&mut tx, "70").await.unwrap();
    let seen = service(&mut tx, id, today).await.unwrap();
    let streets: Vec<&str> = seen.facilities.iter().filter_map(|f| f.secret.as_ref()?.ulice.as_ref()).map(|u| u.nazev.as_str()).collect();
    assert_eq!((streets, seen.registers), (vec!["Skrytá"], true));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_registering_kraj_enters_a_missing_number(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let today = day_of("2026-11-23");
    let number = Correction::Identifikator("7654321".to_owned());
    for (code, allowed) in [("19", false), ("60", true)] {
        let kraj = sqlx::query_scalar("select id from organisation where kraj_code = $1").bind(code).fetch_one(&owner).await.unwrap();
        let mut tx = store.begin(&member(OrganisationKind::Kraj, kraj, Some(code), None)).await.unwrap();
        let (id, _) = service_at(&mut tx, "51").await.unwrap();
        let before = corrigible(&mut tx, id).await;
        assert_eq!(before.is_ok(), allowed, "{code}");
        let Ok(before) = before else { continue };
        let stale = correct(&mut tx, id, before.clone(), &number, 7, today, at("2026-11-23")).await;
        assert!(matches!(stale, Err(StoreError::Stale { seen: 7, found: 0 })));
        correct(&mut tx, id, before, &number, 0, today, at("2026-11-23")).await.unwrap();
        tx.commit(at("2026-11-23")).await.unwrap();
    }
    assert_eq!(found(&store, &Query { text: "7654321".to_owned(), ..query() }).await, [51]);
    let request = ImportRequest { as_of: today, at: at("2026-11-24"), file_name: None };
    let report = import(&store, &Actor::System, Origin::default(), Cursor::new(SAMPLE), &request).await.unwrap();
    assert_eq!((report.services.changed, report.problem_counts["difference"]), (0, 1));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn mpsv_sets_an_unknown_authority(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from provider where registrar_id is null limit 1").fetch_one(&owner).await.unwrap();
    let kraj: uuid::Uuid = sqlx::query_scalar("select id from organisation where kraj_code = '60'").fetch_one(&owner).await.unwrap();
    let mut tx = store.begin(&member(OrganisationKind::Kraj, kraj, Some("60"), None)).await.unwrap();
    assert!(set_authority(&mut tx, id, kraj, 0).await.is_err());
    drop(tx);
    let mut tx = store.begin(&member(OrganisationKind::Mpsv, store::new_id(), None, None)).await.unwrap();
    assert_eq!(set_authority(&mut tx, id, kraj, 0).await.unwrap(), None);
    let head = provider(&mut tx, id, day_of("2026-11-23")).await.unwrap().head;
    assert_eq!((head.registrar.as_deref(), head.estimated), (Some("Ústecký kraj"), false));
}
