//! The provider's way through a round, through the router.

use crate::support::{Person, World, html::Form, register::NewService};
use app::subsidy::applications::{
    commands::{
        AddServices, CreateApplication, LoadRegister, LockApplication, RemoveService, RestoreService, SubmitApplication, UnlockApplication,
        WithdrawApplication,
    },
    save::SaveFields,
};
use domain::accounts::Role;
use server_fn::ServerFn;
use uuid::Uuid;

/// A provider with one service in two kraje whose windows overlap, and its people.
pub struct Scene {
    pub world: World,
    pub editor: Person,
    pub submitter: Person,
    pub service: Uuid,
    pub provider: Uuid,
    pub round: Uuid,
}

const SERVICE: NewService<'static> =
    NewService { identifier: Some("7907052"), name: "Odlehčovací služba", kind: "44", forms: &["pob", "ter"], kraje: &["60", "78"] };

async fn scene() -> Scene {
    let world = World::at("2026-11-15T10:00:00Z").await;
    world.codelists().await;
    let usti = world.kraj("60").await;
    let provider = world.provider("Senior Teplice z. s.", "63504260", usti).await;
    let service = world.service(provider, &SERVICE).await;
    let organisation = world.organisation_of(provider, "Senior Teplice z. s.").await;
    let editor = world.person("Eva Malá", Role::ProviderEditor, organisation).await;
    let submitter = world.person("Alena Benešová", Role::ProviderSubmitter, organisation).await;
    let round = world.round(2027).await;
    world.window(round, "60", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z").await;
    world.window(round, "78", "2026-10-31T23:00:00Z", "2026-11-20T23:00:00Z").await;
    Scene { world, editor, submitter, service, provider, round }
}

impl Scene {
    /// Begins an application and gives its address.
    pub async fn begin(&self) -> String {
        let made = self.world.fill(&self.editor, "/dotace/zadosti", CreateApplication::PATH, |_| {}).await;
        made.goes().split("/spolecne").next().unwrap().to_owned()
    }

    fn part(&self, address: &str, part: &str) -> String {
        format!("{address}/sluzba/{}/{part}", self.service)
    }

    fn field(&self, path: &str) -> String {
        format!("pole[sluzba.{}.{path}]", self.service)
    }

    async fn save(&self, page: &str, change: impl FnOnce(&mut Form)) {
        let saved = self
            .world
            .fill(&self.editor, page, SaveFields::PATH, |form| {
                change(form);
                form.press("kam", "prehled");
            })
            .await;
        saved.goes();
    }

    /// An application that passes every check.
    async fn complete(&self) -> String {
        self.complete_for(&["pob", "at"], &["60", "78"]).await
    }

    /// The same for a service with these form groups, asked of these kraje.
    pub async fn complete_for(&self, groups: &[&str], kraje: &[&str]) -> String {
        let address = self.begin().await;
        let service = self.service.to_string();
        self.world
            .fill(&self.editor, &format!("{address}/sluzby"), AddServices::PATH, |form| {
                form.tick("sluzby[]", &service);
            })
            .await
            .goes();
        self.save(&format!("{address}/ucet"), |form| {
            form.set("pole[ucet]", "19-2000145399/0800").set("pole[zastupce.jmeno]", "Mgr. Alena Benešová");
            form.set("pole[kontakt.jmeno]", "Petr Dvořák").set("pole[kontakt.telefon]", "+420 475 657 111");
        })
        .await;
        self.save(&self.part(&address, "kapacita"), |form| {
            for forms in groups {
                for (column, text) in [("predminuly", "10"), ("minuly", "10"), ("plan", "12"), ("jednotky", "8,5"), ("mesice", "12")] {
                    form.set(&self.field(&format!("kapacita.{forms}.{column}")), text);
                }
            }
        })
        .await;
        self.save(&self.part(&address, "rozpocet"), |form| {
            form.set(&self.field("rozpocet.1.1.naklady"), "5 000 000").set(&self.field("rozpocet.1.1.pozadavek"), "3000001 Kč");
        })
        .await;
        self.save(&self.part(&address, "zdroje"), |form| {
            form.set(&self.field("zdroje.obec_dotace.plan"), "1999999");
        })
        .await;
        self.save(&self.part(&address, "kraje"), |form| {
            for kraj in kraje {
                form.tick(&self.field(&format!("kraj.{kraj}.zadano")), "ano");
            }
        })
        .await;
        address
    }

    pub async fn lock(&self, address: &str) {
        self.world.fill(&self.submitter, &format!("{address}/podani"), LockApplication::PATH, |_| {}).await.goes();
    }

    pub async fn submit(&self, address: &str) -> crate::support::Answer {
        self.world
            .fill(&self.submitter, &format!("{address}/podat"), SubmitApplication::PATH, |form| {
                form.tick("prohlaseni", "ano");
            })
            .await
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.world.owner).await.unwrap()
    }
}

#[tokio::test]
async fn a_delegate_submits_and_the_declaration_names_both() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    // Somebody who has nothing but the delegation of the representative.
    let organisation: uuid::Uuid = sqlx::query_scalar("select organisation_id from account where id = $1")
        .bind(scene.submitter.account)
        .fetch_one(&world.owner)
        .await
        .unwrap();
    let delegate = world.person("Karel Hrubý", Role::ProviderEditor, organisation).await;
    sqlx::query("delete from account_right where account_id = $1").bind(delegate.account).execute(&world.owner).await.unwrap();
    world.get(Some(&delegate), &address).await.is(403);
    let page = format!("/ucty/{}", delegate.account);
    world.fill(&scene.submitter, &page, "/prikaz/ucty/pridelit", |form| _ = form.set("pravo", "ZAD_DELEG")).await.goes();
    let delegate = world.again(&delegate).await;
    world.get(Some(&delegate), "/prehled").await.is(200).says("podat žádost o dotaci 2027");
    assert!(world.get(Some(&delegate), "/registr/nase").await.body.contains("href=\"/dotace/zadosti\""), "the menu leads there");
    world.get(Some(&delegate), "/dotace/zadosti").await.is(200);
    world.get(Some(&delegate), &address).await.is(200).says("3 000 001 Kč");
    let budget = world.get(Some(&delegate), &scene.part(&address, "rozpocet")).await;
    assert!(!budget.is(200).says("jen ke čtení").has_form(SaveFields::PATH));
    assert!(!world.get(Some(&delegate), &format!("{address}/sluzby")).await.says("jen ke čtení").has_form(RemoveService::PATH));
    world.get(Some(&delegate), &format!("{address}/spolecne")).await.says("jen ke čtení").lacks("načtete znovu");
    world.fill(&delegate, &format!("{address}/podani"), LockApplication::PATH, |_| {}).await.goes();
    let page = format!("{address}/podat");
    let submit = world.fill(&delegate, &page, SubmitApplication::PATH, |form| {
        form.tick("prohlaseni", "ano");
    });
    let result = submit.await.goes();
    world.get(Some(&delegate), &result).await.is(200).says("Přijali jsme ji");
    let page = world.get(Some(&delegate), &format!("{address}/podani")).await;
    let copy =
        page.body.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.starts_with(&format!("{address}/podani/")));
    world.get(Some(&delegate), copy.unwrap()).await.is(200).says("Karel Hrubý").says("Alena Benešová");
    scene.world.end().await;
}

#[tokio::test]
async fn from_the_draft_to_the_submission_and_back() {
    let scene = scene().await;
    let world = &scene.world;
    world
        .get(Some(&scene.editor), "/prehled")
        .await
        .is(200)
        .says("Založit žádost o dotaci 2027, 1. kolo")
        .says("do pátku 20. 11. 2026, 23.59");
    let address = scene.complete().await;
    world
        .get(Some(&scene.editor), &address)
        .await
        .is(200)
        .says("3 000 001 Kč")
        .says("Ústecký kraj")
        .says("1 500 001 Kč")
        .says("1 500 000 Kč");
    world.get(Some(&scene.editor), "/prehled").await.is(200).says("Dokončit a podat žádost o dotaci 2027").says("Hotovo je 7 z 7 částí");
    // Who only works on it can neither lock nor submit.
    let page = world.get(Some(&scene.editor), &format!("{address}/podani")).await;
    page.is(200).says("právo Podat žádost");
    assert!(!page.has_form(LockApplication::PATH));
    world.get(Some(&scene.editor), &format!("{address}/podat")).await.is(403);
    scene.lock(&address).await;
    // A locked application is read only.
    let budget = scene.part(&address, "rozpocet");
    assert!(!world.get(Some(&scene.editor), &budget).await.has_form(SaveFields::PATH));
    // Without the declaration nothing is submitted.
    let bare = world.fill(&scene.submitter, &format!("{address}/podat"), SubmitApplication::PATH, |_| {}).await;
    bare.is(422).says("Bez prohlášení nejde žádost podat.");
    let result = scene.submit(&address).await.goes();
    let shown = world.get(Some(&scene.submitter), &result).await;
    shown
        .is(200)
        .says("Přijali jsme ji 15. 11. 2026 v 11.00.00")
        .says("A-2027-1-63504260")
        .says("Do pátku 20. 11. 2026, 23.59")
        .says("A-2027-1-63504260/60");
    assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 2);
    assert_eq!(scene.count("select sum(request)::bigint from part_service").await, 3_000_001);
    // The kraj sees its part through its policies, another one does not.
    let withdrawn = world.fill(&scene.submitter, &format!("{address}/vzit-zpet"), WithdrawApplication::PATH, |_| {}).await.goes();
    world.get(Some(&scene.submitter), &withdrawn).await.is(200).says("Žádost je vzatá zpět").says("podána: A-2027-1-63504260");
    assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 0);
    // The copy stays and says so; the second submission has a number of its own.
    scene.lock(&address).await;
    scene.submit(&address).await.goes();
    let page = world.get(Some(&scene.submitter), &format!("{address}/podani")).await;
    page.is(200).says("podána: A-2027-1-63504260-2");
    let copies: Vec<&str> =
        page.body.split("href=\"").skip(1).filter_map(|h| h.split('"').next()).filter(|h| h.contains("/podani/")).collect();
    assert_eq!(copies.len(), 2);
    world.get(Some(&scene.submitter), copies[1]).await.is(200).says("vzato zpět").says("5 000 000 Kč").says("Prohlašuji");
    world.get(Some(&scene.submitter), copies[0]).await.is(200).lacks("vzato zpět");
    scene.world.end().await;
}

#[tokio::test]
async fn each_error_blocks_locking() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    let shares = scene.part(&address, "kraje");
    let field = |path: &str| scene.field(path);
    // The page offers no lock while there is an error, and the command refuses it whatever the page offers.
    let ready = world.get(Some(&scene.submitter), &format!("{address}/podani")).await.form(LockApplication::PATH);
    let cases: Vec<(String, String, &str, &str, &str)> = vec![
        (format!("{address}/ucet"), "pole[ucet]".to_owned(), "19-2000145398/0800", "19-2000145399/0800", "nevychází kontrolním součtem"),
        (format!("{address}/ucet"), "pole[ucet]".to_owned(), "", "19-2000145399/0800", "Chybí bankovní spojení"),
        (scene.part(&address, "kapacita"), field("kapacita.pob.plan"), "", "12", "chybí plán"),
        (scene.part(&address, "kapacita"), field("kapacita.pob.plan"), "mnoho", "12", "není počet"),
        (scene.part(&address, "rozpocet"), field("rozpocet.1.1.naklady"), "2 999 999", "5000000", "je o 2 Kč vyšší než náklady"),
        (scene.part(&address, "rozpocet"), field("rozpocet.1.4.naklady"), "10", "", "Doplňte upřesnění"),
        (scene.part(&address, "rozpocet"), field("rozpocet.1.1.pozadavek"), "", "3000001", "nic nepožaduje"),
    ];
    for (page, name, wrong, right, sentence) in cases {
        scene
            .save(&page, |form| {
                form.set(&name, wrong);
            })
            .await;
        let checked = world.get(Some(&scene.submitter), &format!("{address}/podani")).await;
        checked.says(sentence);
        assert!(!checked.has_form(LockApplication::PATH), "{sentence}");
        let version = checked.body.contains("aria-disabled");
        assert!(version);
        let mut form = ready.clone();
        let row = scene.count("select row_version from application").await.to_string();
        form.set("verze", &row).set("klic", &Uuid::new_v4().to_string());
        world.submit(Some(&scene.submitter), &format!("{address}/podani"), &form).await.is(422).says("Žádost zatím nejde uzamknout");
        scene
            .save(&page, |form| {
                form.set(&name, right);
            })
            .await;
    }
    // Own shares must give 100,00.
    scene
        .save(&shares, |form| {
            form.tick(&field("rozdeleni"), "vlastni").set(&field("kraj.60.podil"), "60").set(&field("kraj.78.podil"), "39,99");
        })
        .await;
    world.get(Some(&scene.submitter), &format!("{address}/podani")).await.says("Podíly krajů dávají 99,99 %, chybí 0,01 %.");
    scene
        .save(&shares, |form| {
            form.set(&field("kraj.78.podil"), "40");
        })
        .await;
    world.get(Some(&scene.submitter), &address).await.says("1 800 001 Kč").says("1 200 000 Kč");
    // Without any asked kraj, and without any service.
    scene
        .save(&shares, |form| {
            form.untick(&field("kraj.60.zadano")).untick(&field("kraj.78.zadano"));
        })
        .await;
    world.get(Some(&scene.submitter), &format!("{address}/podani")).await.says("není vybrán kraj");
    let removed = world.fill(&scene.editor, &format!("{address}/sluzby"), RemoveService::PATH, |_| {}).await.goes();
    world.get(Some(&scene.submitter), &format!("{address}/podani")).await.says("Žádost nemá žádnou službu");
    // What was taken out can be put back with everything that was typed.
    world.fill(&scene.editor, &removed, RestoreService::PATH, |_| {}).await.goes();
    world.get(Some(&scene.editor), &scene.part(&address, "rozpocet")).await.says("3 000 001 Kč");
    scene.world.end().await;
}

#[tokio::test]
async fn a_stale_lock_and_the_register() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    let page = format!("{address}/podani");
    let old = world.get(Some(&scene.submitter), &page).await.form(LockApplication::PATH);
    scene
        .save(&scene.part(&address, "rozpocet"), |form| {
            form.set(&scene.field("rozpocet.1.1.naklady"), "6000000");
        })
        .await;
    world.submit(Some(&scene.submitter), &page, &old).await.is(409).says("Žádost mezitím změnil(a) Eva Malá");
    // The register changes: the application cannot be locked until the facts are loaded again.
    sqlx::query("update service_version set identifikator = '7907053'").execute(&world.owner).await.unwrap();
    world.get(Some(&scene.submitter), &page).await.says("se liší od registru: identifikátor (v registru: 7907053)");
    let services = format!("{address}/sluzby");
    world.get(Some(&scene.editor), &services).await.says("V registru se od té doby změnilo").says("7907053");
    world.fill(&scene.editor, &services, LoadRegister::PATH, |_| {}).await.goes();
    world.get(Some(&scene.editor), &services).await.lacks("V registru se od té doby změnilo");
    scene.lock(&address).await;
    // After locking the register changes once more: submitting checks again.
    sqlx::query("update service_version set identifikator = null").execute(&world.owner).await.unwrap();
    world.get(Some(&scene.submitter), &page).await.says("nemá v registru identifikátor");
    scene.submit(&address).await.is(422).says("Žádost teď nejde podat");
    sqlx::query("update service_version set identifikator = '7907053'").execute(&world.owner).await.unwrap();
    world.fill(&scene.submitter, &page, UnlockApplication::PATH, |_| {}).await.goes();
    assert!(world.get(Some(&scene.editor), &scene.part(&address, "rozpocet")).await.has_form(SaveFields::PATH));
    scene.world.end().await;
}

#[tokio::test]
async fn a_service_without_an_identifier_can_be_drafted() {
    let scene = scene().await;
    let world = &scene.world;
    let new = NewService { identifier: None, name: "Nová pečovatelská služba", kind: "40", forms: &[], kraje: &[] };
    let bare = world.service(scene.provider, &new).await;
    let address = scene.complete().await;
    let services = format!("{address}/sluzby");
    let key = bare.to_string();
    world.get(Some(&scene.editor), &services).await.says("identifikátor doplní registrující kraj");
    world
        .fill(&scene.editor, &services, AddServices::PATH, |form| {
            form.tick("sluzby[]", &key);
        })
        .await
        .goes();
    let kraje = format!("{address}/sluzba/{bare}/kraje");
    world.get(Some(&scene.editor), &kraje).await.is(200).says("není v registru žádná adresa");
    world.get(Some(&scene.editor), &format!("{address}/sluzba/{bare}/kapacita")).await.is(200).says("nemá v registru formu poskytování");
    let checked = world.get(Some(&scene.submitter), &format!("{address}/podani")).await;
    checked.says("nemá v registru identifikátor").says("chybí v registru adresa").says("chybí v registru forma poskytování");
    assert!(!checked.has_form(LockApplication::PATH));
    scene.world.end().await;
}

/// 23:59:59.999 is in and 0:00:00 is out, on an ordinary day and on both days of the time change; withdrawing follows the same window.
#[tokio::test]
async fn windows_end_at_midnight_in_prague() {
    for (opens, begin, last, out, said) in [
        ("2026-10-31T23:00:00Z", "2026-11-15T10:00:00Z", "2026-11-30T22:59:59.999Z", "2026-11-30T23:00:00Z", "pondělí 30. 11. 2026, 23.59"),
        ("2026-03-01T23:00:00Z", "2026-03-15T10:00:00Z", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00Z", "neděle 29. 3. 2026, 23.59"),
        ("2026-10-01T22:00:00Z", "2026-10-15T10:00:00Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00Z", "neděle 25. 10. 2026, 23.59"),
    ] {
        let mut scene = scene().await;
        for (code, closes) in [("60", out), ("78", out)] {
            sqlx::query("update kraj_round set opens_at = $2::timestamptz, closes_at = $3::timestamptz where kraj_code = $1")
                .bind(code)
                .bind(opens.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
                .bind(closes.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
                .execute(&scene.world.owner)
                .await
                .unwrap();
        }
        scene.world.set(begin);
        scene.editor = scene.world.again(&scene.editor).await;
        scene.submitter = scene.world.again(&scene.submitter).await;
        let address = scene.complete().await;
        scene.world.get(Some(&scene.editor), &address).await.says(said);
        scene.lock(&address).await;
        // One millisecond later it is too late.
        scene.world.set(out);
        let late = scene.world.again(&scene.submitter).await;
        let page = format!("{address}/podat");
        let form = scene.world.get(Some(&late), &page).await.form(SubmitApplication::PATH);
        let mut form = form;
        form.tick("prohlaseni", "ano");
        scene.world.submit(Some(&late), &page, &form).await.is(422).says("Žádost teď nejde podat");
        scene.world.get(Some(&late), &format!("{address}/podani")).await.says("už žádosti nepřijímá");
        assert_eq!(scene.count("select count(*) from application_part").await, 0);
        scene.world.set(last);
        scene.submitter = scene.world.again(&scene.submitter).await;
        let result = scene.submit(&address).await.goes();
        scene.world.get(Some(&scene.submitter), &result).await.says("23.59.59");
        // Taken back in the last millisecond, refused after it.
        let page = format!("{address}/vzit-zpet");
        let form = scene.world.get(Some(&scene.submitter), &page).await.form(WithdrawApplication::PATH);
        scene.world.set(out);
        let late = scene.world.again(&scene.submitter).await;
        scene.world.submit(Some(&late), &page, &form).await.is(422).says("Žádost už nejde vzít zpět, protože termín skončil");
        scene.world.set(last);
        scene.submitter = scene.world.again(&scene.submitter).await;
        let mut again = form.clone();
        again.set("klic", &Uuid::new_v4().to_string());
        scene.world.submit(Some(&scene.submitter), &page, &again).await.goes();
        scene.world.end().await;
    }
}

#[tokio::test]
async fn a_kraj_without_common_time_needs_an_extraordinary_term() {
    let scene = scene().await;
    let world = &scene.world;
    sqlx::query("update kraj_round set opens_at = '2026-11-21T00:00:00Z', closes_at = '2026-11-25T23:00:00Z' where kraj_code = '78'")
        .execute(&world.owner)
        .await
        .unwrap();
    sqlx::query("update kraj_round set closes_at = '2026-11-20T23:00:00Z' where kraj_code = '60'").execute(&world.owner).await.unwrap();
    let address = scene.begin().await;
    let service = scene.service.to_string();
    world
        .fill(&scene.editor, &format!("{address}/sluzby"), AddServices::PATH, |form| {
            form.tick("sluzby[]", &service);
        })
        .await
        .goes();
    let page = scene.part(&address, "kraje");
    scene
        .save(&page, |form| {
            form.tick(&scene.field("kraj.60.zadano"), "ano");
        })
        .await;
    let shown = world.get(Some(&scene.editor), &page).await;
    shown.says("1. 11. 2026 0.00 – 20. 11. 2026 23.59").says("nepřijímá žádosti ve stejné době jako Ústecký kraj").says("mimořádný termín");
    // The box is switched off; whoever sends it all the same is refused with the same sentence and loses nothing.
    let mut form = shown.form(SaveFields::PATH);
    form.add(&scene.field("kraj.78.zadano"), "ano").press("kam", "prehled");
    world.submit(Some(&scene.editor), &page, &form).await.is(422).says("nepřijímá žádosti ve stejné době");
    let kraj_round: Uuid = sqlx::query_scalar("select id from kraj_round where kraj_code = '78'").fetch_one(&world.owner).await.unwrap();
    sqlx::query(
        "insert into extraordinary_term (id, kraj_round_id, kraj_code, provider_id, opens_at, closes_at, reason, account_id, created_at)
         values ($1, $2, '78', $3, '2026-11-10T00:00:00Z', '2026-11-18T23:00:00Z', 'povodeň', $1, '2026-11-15T10:00:00Z')",
    )
    .bind(Uuid::now_v7())
    .bind(kraj_round)
    .bind(scene.provider)
    .execute(&world.owner)
    .await
    .unwrap();
    scene
        .save(&page, |form| {
            form.tick(&scene.field("kraj.78.zadano"), "ano");
        })
        .await;
    world.get(Some(&scene.editor), &page).await.says("10. 11. 2026 1.00 – 18. 11. 2026 23.59").says("mimořádně");
    scene.world.end().await;
}

#[tokio::test]
async fn a_draft_waits_for_the_first_window() {
    let scene = scene().await;
    let world = &scene.world;
    sqlx::query("update kraj_round set window_published_at = null").execute(&world.owner).await.unwrap();
    let page = world.get(Some(&scene.editor), "/dotace/zadosti").await;
    page.is(200).says("Termín zatím nikdo nezveřejnil");
    assert!(!page.has_form(CreateApplication::PATH));
    let mut form = Form::default();
    form.add("_akce", CreateApplication::PATH).add("klic", "0123456789").add("kolo", &scene.round.to_string());
    world.submit(Some(&scene.editor), "/dotace/zadosti", &form).await.is(422);
    sqlx::query("update kraj_round set window_published_at = opens_at where kraj_code = '60'").execute(&world.owner).await.unwrap();
    let address = scene.begin().await;
    // A second draft in the same round opens the first.
    let mut form = Form::default();
    form.add("_akce", CreateApplication::PATH).add("klic", "9876543210").add("kolo", &scene.round.to_string());
    let again = world.submit(Some(&scene.editor), "/dotace/zadosti", &form).await.goes();
    assert!(again.starts_with(&address));
    assert_eq!(scene.count("select count(*) from application").await, 1);
    scene.world.end().await;
}

#[tokio::test]
async fn nobody_else_opens_it() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    scene.lock(&address).await;
    scene.submit(&address).await.goes();
    let usti = world.kraj("60").await;
    let other = world.provider("Jiný poskytovatel", "00551023", usti).await;
    let organisation = world.organisation_of(other, "Jiný poskytovatel").await;
    let stranger = world.person("Cizí Člověk", Role::ProviderSubmitter, organisation).await;
    let officer = world.person("Jana Nováková", Role::KrajOfficer, usti).await;
    for end in ["", "/spolecne", "/ucet", "/sluzby", "/podani", "/podat", "/vzit-zpet", "/podano"] {
        let page = format!("{address}{end}");
        world.get(Some(&stranger), &page).await.is(404).lacks("Senior Teplice");
        world.get(Some(&officer), &page).await.is(403).lacks("Senior Teplice");
        world.get(None, &page).await.is(401).lacks("Senior Teplice");
    }
    for part in ["kapacita", "rozpocet", "zdroje", "kraje"] {
        world.get(Some(&stranger), &scene.part(&address, part)).await.is(404);
    }
    let mine = world.get(Some(&scene.submitter), &format!("{address}/vzit-zpet")).await.form(WithdrawApplication::PATH);
    world.submit(Some(&stranger), &address, &mine).await.is(404);
    assert_eq!(scene.count("select count(*) from application_part where withdrawn_at is null").await, 2);
    scene.world.end().await;
}

#[tokio::test]
async fn the_same_post_twice_is_done_once() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    scene.lock(&address).await;
    let page = format!("{address}/podat");
    let mut form = world.get(Some(&scene.submitter), &page).await.form(SubmitApplication::PATH);
    form.tick("prohlaseni", "ano");
    let (first, second) =
        tokio::join!(world.submit(Some(&scene.submitter), &page, &form), world.submit(Some(&scene.submitter), &page, &form));
    assert_eq!(first.goes(), second.goes());
    assert_eq!(scene.count("select count(*) from application_part").await, 2);
    assert_eq!(scene.count("select count(*) from application_event where kind = 'submitted'").await, 1);
    assert_eq!(scene.count("select count(*) from audit.event where kind = 'subsidy.application.submit'").await, 1);
    // The key does not serve for anything else.
    form.set("verze", "1");
    world.submit(Some(&scene.submitter), &page, &form).await.is(409);
    scene.world.end().await;
}

#[tokio::test]
async fn two_people_save_the_same_part() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    let page = scene.part(&address, "rozpocet");
    let (costs, fuel) = (scene.field("rozpocet.1.1.naklady"), scene.field("rozpocet.2.4.naklady"));
    let mut first = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
    let mut second = world.get(Some(&scene.submitter), &page).await.form(SaveFields::PATH);
    first.set(&costs, "7000000").set(&scene.field("rozpocet.2.2.naklady"), "100").press("kam", "prehled");
    world.submit(Some(&scene.editor), &page, &first).await.goes();
    // Another field merges silently; the same field is a dispute, in which nobody's text is lost.
    second.set(&costs, "8000000").set(&fuel, "200").press("kam", "prehled");
    let refused = world.submit(Some(&scene.submitter), &page, &second).await;
    refused.is(409).says("Co má platit?").says("7 000 000").says("8000000").says("Eva Malá mezitím změnil(a) tatáž pole");
    let budget = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
    assert_eq!(budget.value(&costs), Some("7\u{202f}000\u{202f}000"));
    assert_eq!(budget.value(&fuel), Some("200"));
    assert_eq!(budget.value(&scene.field("rozpocet.2.2.naklady")), Some("100"));
    let mut theirs = refused.form(SaveFields::PATH);
    assert_eq!(theirs.value(&costs), Some("8000000"));
    let mut mine = theirs.clone();
    let choice = costs.replace("pole[", "rozhodnuti[");
    theirs.tick(&choice, "jejich").press("kam", "prehled");
    world.submit(Some(&scene.submitter), &page, &theirs).await.goes();
    let budget = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
    assert_eq!(budget.value(&costs), Some("7\u{202f}000\u{202f}000"));
    mine.set("klic", &Uuid::new_v4().to_string()).press("kam", "prehled");
    world.submit(Some(&scene.submitter), &page, &mine).await.goes();
    let budget = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
    assert_eq!(budget.value(&costs), Some("8\u{202f}000\u{202f}000"));
    scene.world.end().await;
}

/// The island sends single fields and learns what others changed; nothing changed is nothing written.
#[tokio::test]
async fn autosave_answers_with_what_is_stored() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    let id = address.rsplit('/').next().unwrap().to_owned();
    let part = format!("sluzba/{}/rozpocet", scene.service);
    let path = |field: &str| format!("sluzba.{}.rozpocet.{field}", scene.service);
    let editor = &scene.editor;
    let call = |base: serde_json::Value, fields: Vec<(String, &str)>| {
        let mut pairs: Vec<(String, String)> =
            vec![("zadost".to_owned(), id.clone()), ("cast".to_owned(), part.clone()), ("zaklad".to_owned(), base.to_string())];
        pairs.extend(fields.into_iter().map(|(path, text)| (format!("pole[{path}]"), text.to_owned())));
        async move {
            let answer = world.call(Some(editor), SaveFields::PATH, &pairs).await;
            (answer.status, serde_json::from_str::<serde_json::Value>(&answer.body).unwrap())
        }
    };
    let audits = "select count(*) from audit.event where kind = 'subsidy.application.save'";
    let before = scene.count(audits).await;
    let base = serde_json::json!({ path("1.1.naklady"): "5\u{202f}000\u{202f}000", path("2.2.naklady"): "" });
    let (status, saved) = call(base.clone(), vec![(path("2.2.naklady"), "1500 Kč")]).await;
    assert_eq!((status, saved["stored"][path("2.2.naklady")].as_str()), (200, Some("1\u{202f}500")));
    assert_eq!(saved["time"], "v\u{a0}11.00");
    let (_, same) = call(base.clone(), vec![(path("2.2.naklady"), "1500")]).await;
    assert_eq!(same["version"], saved["version"]);
    assert_eq!(scene.count(audits).await, before + 1);
    // Somebody else's change comes back; a field that both changed is a dispute.
    scene
        .save(&scene.part(&address, "rozpocet"), |form| {
            form.set(&scene.field("rozpocet.1.1.naklady"), "6000000");
        })
        .await;
    let (_, other) = call(base.clone(), vec![(path("2.3.naklady"), "7")]).await;
    assert_eq!(other["theirs"][path("1.1.naklady")], "6\u{202f}000\u{202f}000");
    let (_, both) = call(base, vec![(path("1.1.naklady"), "6500000")]).await;
    assert_eq!(both["disputes"][0]["theirs"], "6\u{202f}000\u{202f}000");
    // A field of another part is refused.
    let (status, _) = call(serde_json::json!({}), vec![("ucet".to_owned(), "1")]).await;
    assert_eq!(status, 422);
    scene.world.end().await;
}

#[tokio::test]
async fn hostile_input_is_refused_or_shown_as_text() {
    let scene = scene().await;
    let world = &scene.world;
    let address = scene.complete().await;
    let page = scene.part(&address, "kapacita");
    let (note, plan) = (scene.field("kapacita.poznamka"), scene.field("kapacita.pob.plan"));
    let attack = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    scene
        .save(&page, |form| {
            form.set(&note, attack).set(&scene.field("nazev"), "<b>Služba</b>");
        })
        .await;
    let shown = world.get(Some(&scene.editor), &page).await;
    for raw in ["<script>alert", "<img src=x", "<b>Služba</b>"] {
        assert!(!shown.body.contains(raw), "{raw}: {:?}", shown.body.find(raw).map(|at| shown.body[at.saturating_sub(200)..at].to_owned()));
    }
    assert_eq!(shown.form(SaveFields::PATH).value(&note), Some(attack));
    for text in ["1e400", "-1", "99999999999999999999999999999999", "٣", "NaN"] {
        scene
            .save(&page, |form| {
                form.set(&plan, text);
            })
            .await;
        let shown = world.get(Some(&scene.editor), &page).await;
        assert_eq!(shown.form(SaveFields::PATH).value(&plan), Some(text), "what was typed stays");
        assert!(!world.get(Some(&scene.submitter), &format!("{address}/podani")).await.has_form(LockApplication::PATH), "{text}");
    }
    scene
        .save(&page, |form| {
            form.set(&plan, "12");
        })
        .await;
    // Marks that turn the direction of writing are kept as typed but never become a value.
    scene
        .save(&page, |form| {
            form.set(&scene.field("cilova_skupina"), "senioři\u{202e}gnp");
        })
        .await;
    world.get(Some(&scene.editor), &page).await.says("řídicí znak");
    scene
        .save(&page, |form| {
            form.set(&scene.field("cilova_skupina"), "senioři");
        })
        .await;
    // NUL and a megabyte are refused; everything else of the form is saved, and the page keeps what was typed.
    // Every letter of it takes six bytes on the way.
    let megabyte = "ě".repeat(1 << 20);
    for (text, sentence) in [("a\0b", "řídicí znak"), (megabyte.as_str(), "1048576 znaků")] {
        let mut form = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
        form.set(&note, text).set(&plan, "13").press("kam", "prehled");
        let refused = world.submit(Some(&scene.editor), &page, &form).await;
        refused.is(422).says(sentence);
        let kept = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
        assert_eq!((kept.value(&note), kept.value(&plan)), (Some(attack), Some("13")));
    }
    for (name, value) in
        [("pole[sluzba.x.nazev]", "a"), ("pole[neznam]", "a"), ("pole[rozpocet]", "a"), ("zaklad", "nic"), ("cast", "../..")]
    {
        let mut form = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
        if form.has(name) {
            form.set(name, value);
        } else {
            form.add(name, value);
        }
        form.press("kam", "prehled");
        let status = world.submit(Some(&scene.editor), &page, &form).await.status;
        assert!(status == 422 || status == 404, "{name}: {status}");
    }
    let mut form = world.get(Some(&scene.editor), &page).await.form(SaveFields::PATH);
    form.set("zadost", "nic\r\nx").press("kam", "prehled");
    world.submit(Some(&scene.editor), &page, &form).await.is(404);
    scene.world.end().await;
}
