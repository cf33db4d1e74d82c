//! The provider's way through a round, through the router.

mod support;

use app::subsidy::applications::{
    commands::{
        AddServices, CreateApplication, LoadRegister, LockApplication, RemoveService, RestoreService, SubmitApplication, UnlockApplication,
        WithdrawApplication,
    },
    save::SaveFields,
};
use domain::accounts::Role;
use server_fn::ServerFn;
use support::{Person, World, html::Form, register::NewService};
use uuid::Uuid;

/// A provider with one service in two kraje whose windows overlap, and its people.
struct Scene {
    world: World,
    editor: Person,
    submitter: Person,
    service: Uuid,
    provider: Uuid,
    round: Uuid,
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
    async fn begin(&self) -> String {
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
            for forms in ["pob", "at"] {
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
            form.tick(&self.field("kraj.60.zadano"), "ano").tick(&self.field("kraj.78.zadano"), "ano");
        })
        .await;
        address
    }

    async fn lock(&self, address: &str) {
        self.world.fill(&self.submitter, &format!("{address}/podani"), LockApplication::PATH, |_| {}).await.goes();
    }

    async fn submit(&self, address: &str) -> support::Answer {
        self.world
            .fill(&self.submitter, &format!("{address}/podat"), SubmitApplication::PATH, |form| {
                form.tick("prohlaseni", "ano");
            })
            .await
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.world.owner).await.unwrap()
    }
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
        .says("pátek 20. 11. 2026, 23.59");
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
        .says("pátek 20. 11. 2026, 23.59")
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
