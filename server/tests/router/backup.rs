//! A backup is restored into an empty database, and everything holds there.

use crate::support::World;
use domain::accounts::{Actor, Role};
use server::{
    commands::{backup, verify},
    config::Config,
};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use store::Store;

fn config(database: &str) -> Config {
    let server: PgConnectOptions = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    let url = |user: &str| format!("postgres://{user}@localhost/{database}?host={}", server.get_socket().unwrap().display());
    let values = [("DATABASE_URL", "kraj_app"), ("DATABASE_OWNER_URL", "kraj_owner"), ("DATABASE_SUPERUSER_URL", "postgres")];
    Config::read(&|name| values.iter().find(|(n, _)| *n == name).map(|(_, user)| url(user))).unwrap()
}

#[tokio::test]
async fn a_backup_is_restored_into_an_empty_database_and_verified() {
    let world = World::at("2026-11-23T09:00:00Z").await;
    let kraj = world.kraj("60").await;
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let create = "/prikaz/ucty/zalozit";
    let made = world.fill(&admin, "/ucty/novy", create, |form| {
        form.set("jmeno", "Jana Nováková").set("prihlasovaci", "j.novakova").set("sada", "kraj_assessor");
    });
    made.await.goes();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zaloha.kraj108");
    let args = backup::BackupArgs { file: file.clone(), json: true };
    let clock = world.clock();
    backup::backup(&config(world.name()), "unused", &args, &*clock).await.unwrap();
    // Nothing is overwritten, and only this user reads it.
    assert!(backup::backup(&config(world.name()), "unused", &args, &*clock).await.unwrap_err().to_string().contains("už existuje"));
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let restore = backup::RestoreArgs { file: file.clone(), json: true };
    let refused = backup::restore(&config(world.name()), "unused", &restore, &*clock).await.unwrap_err();
    assert!(refused.to_string().contains("už něco obsahuje"), "{refused}");
    let name = format!("{}_obnova", world.name());
    let server: PgConnectOptions = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    let mut owner = PgConnection::connect_with(&server.clone().username("postgres").database("postgres")).await.unwrap();
    store::databases::create_database(&mut owner, &name).await.unwrap();

    // A file that is none, and one cut short, leave nothing behind.
    let broken = folder.path().join("pulka.kraj108");
    let whole = std::fs::read(&file).unwrap();
    for content in [&whole[..whole.len() / 2], b"nesmysl"] {
        std::fs::write(&broken, content).unwrap();
        let args = backup::RestoreArgs { file: broken.clone(), json: true };
        backup::restore(&config(&name), "unused", &args, &*clock).await.unwrap_err();
    }
    assert!(backup::restore(&config(&name), "unused", &restore, &*clock).await.unwrap());

    let pool = sqlx::PgPool::connect_with(server.clone().username("kraj_app").database(&name)).await.unwrap();
    let store = Store::new(pool.clone());
    let mut tx = store.begin(&Actor::System).await.unwrap();
    let people: i64 = sqlx::query_scalar("select count(*) from person where login = 'j.novakova'").fetch_one(&mut *tx).await.unwrap();
    let last: String = sqlx::query_scalar("select kind from audit.event where chain = 'system' order by seq desc limit 1")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!((people, last.as_str()), (1, "system.restore"));
    drop(tx);
    // The policies came along: the public reads no person there, either.
    let mut public = store.begin(&Actor::Public).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from person").fetch_one(&mut *public).await.unwrap();
    assert_eq!(seen, 0);
    drop(public);
    assert_eq!(verify::faults(&store).await.unwrap(), Vec::<String>::new());
    pool.close().await;
    store::databases::drop_database(&mut owner, &name).await.unwrap();
    world.again(&admin).await;
    let mpsv = world.mpsv().await;
    let operator = world.person("Milan Říha", Role::MpsvOfficer, mpsv).await;
    world.get(Some(&operator), "/provoz").await.is(200).says("Záloha 23. 11. 2026 10.00");
    world.end().await;
}
