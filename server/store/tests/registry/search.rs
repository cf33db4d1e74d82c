//! Searching the register and looking at one service, on the small sample of the repository.

use crate::support::{at, day_of, member};
use domain::accounts::{Actor, OrganisationKind};
use sqlx::PgPool;
use std::io::Cursor;
use store::registry::{AsOf, ImportReport, ImportRequest, SearchFilter, ServiceKey, ServiceState, Sort, import, private, search, service};
use store::{Origin, Store, StoreError, codelists, registry};

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

fn filter() -> SearchFilter {
    SearchFilter::all(AsOf::Today(day_of("2026-11-23")))
}

async fn found(store: &Store, filter: &SearchFilter) -> Vec<i64> {
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let page = search(&mut tx, filter).await.unwrap();
    assert!(page.rows.len() as i64 == page.counts.total || filter.limit < page.counts.total);
    page.rows.iter().filter_map(|r| r.portal_id).collect()
}

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
    let with = |change: &dyn Fn(&mut SearchFilter)| {
        let mut filter = filter();
        change(&mut filter);
        filter
    };
    let text = |text: &'static str| with(&move |f| f.text = text.to_owned());
    for (filter, expected) in [
        (text("DOMOV  usti"), vec![26, 27]),
        (text("9172420"), vec![26]),
        (text("100%"), vec![]),
        (text("kompas kontaktni"), vec![42]),
        (with(&|f| f.kinds = vec!["49".into(), "50".into()]), vec![26, 27, 54, 80, 112]),
        (with(&|f| (f.kraje, f.forms) = (vec!["60".into()], vec!["pob".into()])), vec![26, 27, 32, 65, 70]),
        (with(&|f| f.obce = vec!["554782".into()]), vec![80, 81]),
        (with(&|f| f.groups = vec!["cs30".into()]), vec![27]),
        (with(&|f| f.states = vec![ServiceState::Ended]), vec![64]),
        (with(&|f| f.states = vec![ServiceState::Upcoming]), vec![67]),
        (text("skryta"), vec![]),
    ] {
        let mut ids = found(&store, &filter).await;
        ids.sort_unstable();
        assert_eq!(ids, expected, "{filter:?}");
    }
    // On a day before it ended, it was provided; one that began later wasn't there.
    let mut past = filter();
    past.as_of = AsOf::Day(day_of("2012-01-15"));
    let ids = found(&store, &past).await;
    assert!(ids.contains(&64) && ids.contains(&26) && !ids.contains(&27) && !ids.contains(&67), "{ids:?}");
    past.as_of = AsOf::Day(day_of("2012-04-01"));
    assert!(!found(&store, &past).await.contains(&64));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn counts_say_what_each_choice_would_give(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let mut chosen = filter();
    chosen.kraje = vec!["60".into()];
    chosen.forms = vec!["ter".into()];
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let page = search(&mut tx, &chosen).await.unwrap();
    assert_eq!(page.rows.len() as i64, page.counts.total);
    for form in ["pob", "amb", "ter"] {
        let mut other = chosen.clone();
        other.forms = vec![form.into()];
        assert_eq!(search(&mut tx, &other).await.unwrap().counts.total, page.counts.forms[form], "{form}");
    }
    for (kraj, services) in &page.counts.kraje {
        let mut other = chosen.clone();
        other.kraje = vec![kraj.clone()];
        assert_eq!(search(&mut tx, &other).await.unwrap().counts.total, *services, "{kraj}");
    }
    for (kind, services) in &page.counts.kinds {
        let mut other = chosen.clone();
        other.kinds = vec![kind.clone()];
        assert_eq!(search(&mut tx, &other).await.unwrap().counts.total, *services, "{kind}");
    }
    assert!(page.counts.obce.is_empty());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn rows_come_in_czech_order_and_in_pages(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let mut filter = filter();
    filter.limit = 200;
    let all = search(&mut tx, &filter).await.unwrap().rows;
    let names: Vec<&str> = all.iter().map(|r| r.provider_name.as_str()).collect();
    let position = |start: &str| names.iter().position(|n| n.starts_with(start)).unwrap();
    assert!(position("Dům Tis") < position("Charitní"), "Ch follows H");
    assert!(position("Domov") < position("Dům"));
    (filter.limit, filter.offset) = (10, 10);
    let second: Vec<_> = search(&mut tx, &filter).await.unwrap().rows.iter().map(|r| r.id).collect();
    assert_eq!(second, all[10..20].iter().map(|r| r.id).collect::<Vec<_>>());
    for sort in [Sort::Facility, Sort::Place, Sort::Kind, Sort::Newest] {
        filter.sort = sort;
        assert_eq!(search(&mut tx, &filter).await.unwrap().rows.len(), 10);
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
    let plan: Vec<String> = sqlx::query_scalar(
        "explain select id from service_version v where v.superseded_at is null and upper_inf(v.valid) and v.search_text like '%pohoda%'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert!(plan.iter().any(|line| line.contains("service_version_text")), "{plan:#?}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn nothing_private_is_in_the_public_view(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let mut public = String::new();
    for portal_id in [26, 70, 130, 131] {
        let view = service(&mut tx, ServiceKey::PortalId(portal_id), AsOf::Today(day_of("2026-11-23"))).await.unwrap();
        let provider = registry::provider(&mut tx, view.provider.id, AsOf::Today(day_of("2026-11-23"))).await.unwrap();
        public.push_str(&format!("{view:?}{provider:?}"));
        assert!(private(&mut tx, view.id).await.unwrap().provider.is_empty());
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
    let id = registry::service_id(&mut tx, ServiceKey::PortalId(70)).await.unwrap();
    let seen = private(&mut tx, id).await.unwrap();
    assert_eq!(seen.secret_addresses.len(), 1);
    assert_eq!(seen.secret_addresses[0].1.ulice.as_ref().unwrap().nazev, "Skrytá");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_registering_kraj_enters_a_missing_number(owner: PgPool) {
    let (store, _) = sample(&owner).await;
    let organisation = |code: &'static str| {
        sqlx::query_scalar::<_, uuid::Uuid>("select id from organisation where kraj_code = $1").bind(code).fetch_one(&owner)
    };
    let (own, other) = (organisation("60").await.unwrap(), organisation("19").await.unwrap());
    let today = day_of("2026-11-23");
    for (kraj, code, allowed) in [(other, "19", false), (own, "60", true)] {
        let mut tx = store.begin(&member(OrganisationKind::Kraj, kraj, Some(code), None)).await.unwrap();
        let view = service(&mut tx, ServiceKey::PortalId(51), AsOf::Today(today)).await.unwrap();
        let done = registry::set_identifikator(&mut tx, view.id, "7654321", view.row_version, today, at("2026-11-23")).await;
        assert_eq!(done.is_ok(), allowed, "{done:?}");
        if allowed {
            let stale = registry::set_identifikator(&mut tx, view.id, "7654322", view.row_version, today, at("2026-11-23")).await;
            assert!(matches!(stale, Err(StoreError::Stale { seen: 0, found: 1 })));
            tx.commit(at("2026-11-23")).await.unwrap();
        }
    }
    let mut tx = store.begin(&Actor::Public).await.unwrap();
    let view = service(&mut tx, ServiceKey::Identifikator("7654321"), AsOf::Today(today)).await.unwrap();
    assert_eq!((view.portal_id, view.facts.identifikator.as_deref(), view.history.len()), (Some(51), Some("7654321"), 2));
    assert_eq!(view.history[0].changes[0].after.as_deref(), Some("7654321"));
    drop(tx);
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
    assert!(matches!(registry::set_registrar(&mut tx, id, kraj, 0, "", at("2026-11-23")).await, Err(StoreError::NotFound)));
    drop(tx);
    let mut tx = store.begin(&member(OrganisationKind::Mpsv, store::new_id(), None, None)).await.unwrap();
    registry::set_registrar(&mut tx, id, kraj, 0, "podle sídla", at("2026-11-23")).await.unwrap();
    let head = registry::provider_head(&mut tx, id).await.unwrap();
    assert!(head.registrar.is_some_and(|r| r.id == kraj && !r.is_estimated));
}
