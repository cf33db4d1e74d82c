//! Services of the open data, from the file of the register to the submission of an application: the small sample of the repository, and the
//! real records where they lie beside it.

use crate::{applications::Scene, support::World};
use app::subsidy::applications::commands::{AddServices, LockApplication};
use domain::accounts::{Actor, Role};
use server_fn::ServerFn;
use std::{io::Cursor, path::PathBuf};
use store::{
    Origin, codelists,
    registry::{ImportRequest, import},
};
use uuid::Uuid;

/// The open data of the register: real records where they lie beside the repository, always the small sample of the repository.
fn registers() -> Vec<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let real = std::env::var_os("KRAJ108_SHARED_DATA").map_or(beside, PathBuf::from).join("rpss-sample.json");
    let mut all = vec![include_bytes!("../../store/samples/rpss-small.json").to_vec()];
    match std::fs::read(real) {
        Ok(bytes) => all.push(bytes),
        Err(_) => println!("without real records: only the small sample"),
    }
    all
}

/// A scene on an imported register with the service that a condition picks, and its provider's people.
async fn imported(register: &[u8], condition: &str) -> Scene {
    let world = World::at("2026-11-15T10:00:00Z").await;
    let mut tx = world.store.begin(&Actor::System).await.unwrap();
    codelists::load(&mut tx).await.unwrap();
    tx.commit(world.now()).await.unwrap();
    world.kraj("60").await;
    let request = ImportRequest { as_of: "2026-09-01".parse().unwrap(), at: world.now(), file_name: None };
    import(&world.store, &Actor::System, Origin::default(), Cursor::new(register.to_vec()), &request).await.unwrap();
    let picked = format!(
        "select s.id, s.provider_id, p.name from service s join provider p on p.id = s.provider_id
           join service_version v on v.service_id = s.id and v.superseded_at is null and upper_inf(v.valid)
         where {condition} order by s.portal_id limit 1"
    );
    let (service, provider, name): (Uuid, Uuid, String) =
        sqlx::query_as(sqlx::AssertSqlSafe(picked)).fetch_one(&world.owner).await.unwrap();
    let organisation = world.organisation_of(provider, &name).await;
    let editor = world.person("Eva Malá", Role::ProviderEditor, organisation).await;
    let submitter = world.person("Alena Benešová", Role::ProviderSubmitter, organisation).await;
    let round = world.round(2027).await;
    world.window(round, "60", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z").await;
    Scene { world, editor, submitter, service, provider, round }
}

/// The service with portalId 26, from the file of the register over the search to the submission.
#[tokio::test]
async fn a_service_of_the_open_data_is_applied_for() {
    for register in registers() {
        let scene = imported(&register, "s.portal_id = 26").await;
        let number: String =
            sqlx::query_scalar("select identifikator from service_version where service_id = $1 and superseded_at is null")
                .bind(scene.service)
                .fetch_one(&scene.world.owner)
                .await
                .unwrap();
        scene.world.get(None, &format!("/registr?q={number}")).await.is(200).says("1 služba").says(&number);
        let address = scene.complete_for(&["pob"], &["60"]).await;
        scene.lock(&address).await;
        let result = scene.submit(&address).await.goes();
        scene.world.get(Some(&scene.submitter), &result).await.is(200).says("Přijali jsme ji 15. 11. 2026");
        assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 1);
        assert_eq!(scene.count("select request::bigint from part_service").await, 3_000_001);
        scene.world.end().await;
    }
}

/// A service that has a number, but neither forms nor a place, can be drafted for; the checks say what the register lacks.
#[tokio::test]
async fn a_service_without_forms_and_place_is_told_what_it_lacks() {
    for register in registers() {
        let bare = "v.identifikator is not null and v.provided_to is null and v.forms = '{}' and v.kraje = '{}'";
        let scene = imported(&register, bare).await;
        let address = scene.begin().await;
        let service = scene.service.to_string();
        scene
            .world
            .fill(&scene.editor, &format!("{address}/sluzby"), AddServices::PATH, |form| {
                form.tick("sluzby[]", &service);
            })
            .await
            .goes();
        let checked = scene.world.get(Some(&scene.submitter), &format!("{address}/podani")).await;
        checked.is(200).says("chybí v registru adresa zařízení nebo místa poskytování").says("chybí v registru forma poskytování");
        assert!(!checked.has_form(LockApplication::PATH));
        scene.world.end().await;
    }
}
