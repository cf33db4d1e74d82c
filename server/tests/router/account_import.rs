//! Accounts from a CSV file: tried first, then made all or none.

use crate::support::{PASSWORD, World};
use domain::accounts::Role;

#[tokio::test]
async fn accounts_come_from_a_file_all_or_none() {
    let world = World::at("2026-11-02T08:00:00Z").await;
    let (kraj, other) = (world.kraj("60").await, world.kraj("51").await);
    let admin = world.person("Petr Dvořák", Role::Administrator, kraj).await;
    let foreign = world.person("Ivana Malá", Role::Administrator, other).await;
    let assessor = world.person("Marie Svobodová", Role::KrajAssessor, kraj).await;
    world.known("obsazene", "Jan Novák", Role::KrajAssessor, other, PASSWORD).await;
    world.get(Some(&assessor), "/ucty/import").await.is(403);
    world.get(Some(&admin), "/ucty/import").await.is(200).says("kraj_assessor").lacks("provider_editor");
    world.get(Some(&admin), "/ucty/import/vzor.csv").await.is(200);
    let upload = async |text: &str| world.upload(Some(&admin), "/ucty/import", &[], ("soubor", "ucty.csv", text.as_bytes())).await;
    upload("jmeno;prijmeni\r\nJana;Nová\r\n").await.is(422).says("V souboru chybí sloupec: uzivatelske_jmeno, sada");
    upload("").await.is(422).says("Vyberte soubor CSV");
    world.upload(Some(&admin), "/ucty/import", &[], ("soubor", "ucty.csv", b"uzivatelske_jmeno;\xe8")).await.is(422).says("UTF-8");

    // A row that is wrong keeps all of them from being made.
    let head = "Uživatelské jméno;Jméno;Příjmení;Email;Sada;Od;Do\r\n";
    let page =
        upload(&format!("{head}a.nova;Anna;Nová;anna@kraj.cz;kraj_assessor;;\r\nobsazene;Jan;Novák;;kraj_assessor;;\r\nx;;;;nic;;\r\n"))
            .await
            .goes();
    let tried = world.get(Some(&admin), &page).await;
    tried.is(200).says("založí se").says("už někdo má").says("Sadu „nic“ tato organizace nemá").says("nezaloží se nic");
    world.upload(Some(&admin), &page, &[], ("x", "", b"")).await.is(422).says("nejsou v pořádku");
    world.get(Some(&foreign), &page).await.is(404);
    world.upload(Some(&foreign), &page, &[], ("x", "", b"")).await.is(404);
    assert!(!world.trail(kraj).await.iter().any(|kind| kind == "accounts.import"));

    let page = upload(&format!(
        "{head}a.nova;Anna;Nová;anna@kraj.cz;kraj_assessor;;\r\nb.stary;=Bohumil;Starý;;Kraj – hodnotitel;3. 11. 2026;31. 12. 2026\r\n"
    ))
    .await
    .goes();
    world.get(Some(&admin), &page).await.is(200).says("Všechny řádky jsou v pořádku, založí se 2 účty.");
    let made = world.upload(Some(&admin), &page, &[], ("x", "", b"")).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.headers["cache-control"], "no-store");
    assert!(made.body.contains("\"'=Bohumil Starý\""), "a name is no formula: {}", made.body);
    let password = made.body.lines().find(|line| line.contains("a.nova")).unwrap().rsplit(';').next().unwrap().to_owned();
    world.upload(Some(&admin), &page, &[], ("x", "", b"")).await.is(422).says("už jsou založené");
    world.get(Some(&admin), &page).await.is(200).says("2");
    // The one-time password opens the page that asks for an own one.
    let anna = world.browser("10.0.0.7");
    assert_eq!(anna.sign_in("a.nova", &password).await.goes(), "/prihlaseni/heslo");
    let rights: Vec<(Option<chrono::NaiveDate>,)> = sqlx::query_as(
        "select r.valid_to from account_right r join account a on a.id = r.account_id join person p on p.id = a.person_id where p.login = 'b.stary'",
    )
    .fetch_all(&world.owner)
    .await
    .unwrap();
    assert!(!rights.is_empty() && rights.iter().all(|(to,)| *to == Some("2026-12-31".parse().unwrap())));
    let trail = world.trail(kraj).await;
    assert_eq!(trail.iter().filter(|kind| *kind == "accounts.create").count(), 2);
    assert!(trail.iter().any(|kind| kind == "accounts.import"));
    world.end().await;
}
