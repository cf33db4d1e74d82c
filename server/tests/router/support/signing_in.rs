//! People who sign in through the pages, with a password and a second factor, and what they leave behind: mail and the trail.

use super::{Answer, Browser, World};
use app::accounts::{passwords::Passwords, second_factor::code_at};
use chrono::TimeDelta;
use domain::accounts::{Actor, Role};
use store::accounts::{NewAccount, create_account};
use uuid::Uuid;

impl World {
    /// A person who signs in with a password.
    pub async fn known(&self, login: &str, name: &str, role: Role, organisation: Uuid, password: &str) -> Uuid {
        let hash = Passwords::new(64, 1, 2).unwrap().hash(password.to_owned()).await.unwrap();
        let mut tx = self.store.begin(&Actor::System).await.unwrap();
        let new = NewAccount {
            login,
            name,
            email: None,
            password_hash: &hash,
            must_change: None,
            organisation,
            role,
            valid_from: store::prague::day(self.now()),
            demo: false,
        };
        let account = create_account(&mut tx, &new, self.now()).await.unwrap();
        tx.commit(self.now()).await.unwrap();
        account
    }

    pub async fn later(&self, by: TimeDelta) {
        let now = self.now() + by;
        self.set(&now.to_rfc3339());
    }

    /// The last mail to somebody, and how many there were.
    pub async fn mail(&self, to: &str) -> (i64, String) {
        sqlx::query_as("select count(*) over (), body from mail where recipient = $1 order by made_at desc, id desc limit 1")
            .bind(to)
            .fetch_optional(&self.owner)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Kinds and outcomes of the trail of an organisation, in order.
    pub async fn trail(&self, organisation: Uuid) -> Vec<String> {
        let rows: Vec<(String, String)> = sqlx::query_as("select kind, outcome from audit.event where chain = $1 order by seq")
            .bind(organisation.to_string())
            .fetch_all(&mut *self.store.begin(&Actor::System).await.unwrap())
            .await
            .unwrap();
        rows.into_iter().map(|(kind, outcome)| if outcome == "done" { kind } else { format!("{kind} {outcome}") }).collect()
    }
}

/// Bytes of a secret as the page shows it.
fn secret(page: &Answer) -> Vec<u8> {
    let text = page.text();
    let shown = text.split("opište klíč: ").nth(1).unwrap();
    let mut bits = 0_u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for c in shown.chars().filter(|c| *c != ' ').take_while(|c| c.is_ascii_uppercase() || ('2'..='7').contains(c)).take(32) {
        let value = if c.is_ascii_uppercase() { c as u64 - 'A' as u64 } else { c as u64 - '2' as u64 + 26 };
        bits = (bits << 5) | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    assert_eq!(bytes.len(), 20, "{shown}");
    bytes
}

/// Sets the second factor up at the sign-in; gives its secret and the recovery codes.
pub async fn set_up(world: &World, browser: &Browser<'_>) -> (Vec<u8>, Vec<String>) {
    let page = "/prihlaseni/druhy-faktor";
    assert_eq!(browser.fill(page, "/prikaz/ucet/druhy-faktor/zacit", &[]).await.goes(), page);
    let shown = browser.get(page).await;
    let secret = secret(&shown);
    let codes: Vec<String> = shown
        .body
        .split("<code>")
        .filter_map(|part| part.split("</code>").next())
        .filter(|text| text.len() == 19 && text.matches('-').count() == 3)
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(codes.len(), 10);
    let confirm = "/prikaz/ucet/druhy-faktor/potvrdit";
    browser.fill(page, confirm, &[("kod", "000000")]).await.is(422).says("Kód nesouhlasí");
    let code = code_at(&secret, world.now()).unwrap();
    assert_eq!(browser.fill(page, confirm, &[("kod", &code)]).await.goes(), "/prehled");
    browser.get("/prehled").await.is(200);
    (secret, codes)
}
