//! A kraj sets its part of a round: window, purpose, period, allocation, scheme, chain of decision, list of the formal check.

use super::formal_check::code;
use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::{dates, tabs},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::{amount::Crowns, assessment::FormalItem, decision},
    text::{fold, typed},
    time::parse_date,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{
    Tx, audit,
    subsidy::{
        parts,
        rounds::{self, KrajRound, Settings},
    },
};

/// Most items of the formal check.
const MAX_ITEMS: usize = 40;

/// Sets the kraj's part of round `kolo` of year `rok`. `pole`: `od_den`, `od_cas`, `do_den`, `do_cas`, `ucel`, `obdobi_od`, `obdobi_do`,
/// `alokace`, `schema`, `postup` (a step a line), `polozka.<key>` and `nova.<n>` (items of the formal check; an empty one is left out).
#[server(name = SetWindow, prefix = "/prikaz", endpoint = "dotace/nastavit-termin")]
pub async fn set_window(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let request = (verze.unwrap_or_default(), rok.unwrap_or_default(), kolo.unwrap_or_default(), pole.unwrap_or_default());
    let permission = Permission::Has(Right::RoundAdministration);
    let back = format!("/dotace/{}/{}/terminy?hotovo=ulozeno", number(&request.1)?, number(&request.2)?);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.window.set", permission, &klic.unwrap_or_default(), &request).await? else {
        request::go_to(&back);
        return Ok(());
    };
    let (verze, rok, kolo, pole) = request;
    let actor = command.actor.clone();
    let (_, kraj) = actor.kraj()?;
    let round = rounds::round(&mut command.tx, number(&rok)?, number(&kolo)?).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let before = rounds::kraj_round_of(&mut command.tx, round.id, kraj).await?;
    if let Some(own) = &before {
        tabs::still_open(own)?;
    }
    let known = rounds::scheme_versions(&mut command.tx).await?.into_iter().map(|v| v.id).collect();
    let settings = read(&pole, before.as_ref(), &known)?;
    let seen = verze.parse().unwrap_or(0);
    let id = rounds::save_settings(&mut command.tx, round.id, &settings, seen, command.at).await?;
    if before.as_ref().is_some_and(|own| own.formal_items.0 != settings.formal_items) {
        check_again(&mut command.tx, id, &settings.formal_items).await?;
    }
    let content = json!({ "drive": before.as_ref().map(described), "nyni": after(&settings) });
    command.tx.audit(audit::Record::done("subsidy.window.set", "kraj_round", id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(SetWindow => Permission::Has(Right::RoundAdministration));

/// Another list of the formal check gives every check its outcome anew.
async fn check_again(tx: &mut Tx, kraj_round: uuid::Uuid, items: &[FormalItem]) -> Result<(), AppError> {
    for part in parts::parts(tx, kraj_round).await? {
        let Some(check) = &part.check else { continue };
        let outcome = code(&check.outcome(items));
        if outcome != part.outcome {
            parts::set_outcome(tx, part.id, outcome).await?;
        }
    }
    Ok(())
}

/// A number of the address; whoever changes the hidden field gets "not found".
pub(in crate::subsidy) fn number(text: &str) -> Result<i32, AppError> {
    text.parse().map_err(|_| AppError::not_found("Dotační kolo"))
}

fn read(pole: &Fields, before: Option<&KrajRound>, schemes: &BTreeSet<uuid::Uuid>) -> Result<Settings, AppError> {
    let text = |name: &str| pole.get(name).map_or("", String::as_str);
    let mut wrong: Vec<(String, String)> = Vec::new();
    let window = dates::read_window((text("od_den"), text("od_cas")), (text("do_den"), text("do_cas")));
    let window = window.map_err(|mut all| wrong.append(&mut all)).ok();
    let mut field = |name: &str, sentence: String| wrong.push((name.to_owned(), sentence));
    let purpose = match typed(text("ucel"), 2_000) {
        Ok(purpose) if !purpose.is_empty() => purpose,
        Ok(_) => {
            field("ucel", "Napište účel dotace, tiskne se na žádost.".to_owned());
            String::new()
        }
        Err(e) => {
            field("ucel", e.to_string());
            String::new()
        }
    };
    let mut day = |name: &str| parse_date(text(name)).map_err(|e| field(name, e.to_string())).ok();
    let period = (day("obdobi_od"), day("obdobi_do"));
    if let (Some(from), Some(to)) = period
        && to < from
    {
        field("obdobi_do", "Období musí končit později, než začíná. Opravte začátek, nebo konec.".to_owned());
    }
    let allocation = match Crowns::parse(text("alokace")) {
        Ok(amount) => i64::try_from(amount.get()).ok(),
        Err(e) => {
            field("alokace", e.to_string());
            None
        }
    };
    let scheme = match text("schema") {
        "" => None,
        id => match id.parse().ok().filter(|id| schemes.contains(id)) {
            Some(id) => Some(id),
            None => {
                field("schema", "Toto schéma váš kraj nemá. Vyberte ho znovu ze seznamu.".to_owned());
                None
            }
        },
    };
    let chain = match decision::read_chain(text("postup")) {
        Ok(chain) => chain,
        Err(e) => {
            field("postup", e.to_string());
            Vec::new()
        }
    };
    let items = items(pole, before, &mut field);
    match (window, period, allocation) {
        (Some(window), (Some(from), Some(to)), Some(allocation)) if wrong.is_empty() => {
            Ok(Settings { window, purpose, period: (from, to), allocation, scheme_version_id: scheme, chain, formal_items: items })
        }
        _ => Err(AppError::fields(wrong)),
    }
}

/// Items keep their keys when their words change, so that answers stay with them; new ones get a key made of their words.
fn items(pole: &Fields, before: Option<&KrajRound>, field: &mut impl FnMut(&str, String)) -> Vec<FormalItem> {
    let known = before.map(|own| own.formal_items.0.clone()).unwrap_or_else(domain::subsidy::assessment::formal::default_items);
    let mut keys: BTreeSet<String> = known.iter().map(|item| item.key.clone()).collect();
    let mut items = Vec::new();
    let mut label = |name: &str, text: &str| match typed(text, 200) {
        Ok(label) => Some(label).filter(|label| !label.is_empty()),
        Err(e) => {
            field(name, e.to_string());
            None
        }
    };
    for item in &known {
        let name = format!("polozka.{}", item.key);
        if let Some(label) = pole.get(&name).and_then(|text| label(&name, text)) {
            items.push(FormalItem { key: item.key.clone(), label });
        }
    }
    for (name, text) in pole.iter().filter(|(name, _)| name.starts_with("nova.")) {
        if let Some(label) = label(name, text) {
            let key = new_key(&label, &keys);
            keys.insert(key.clone());
            items.push(FormalItem { key, label });
        }
    }
    if items.len() > MAX_ITEMS {
        field("nova.1", format!("Položek je {}, vejde se jich {MAX_ITEMS}. Některé vymažte.", items.len()));
    }
    items
}

fn new_key(label: &str, taken: &BTreeSet<String>) -> String {
    let words: String = fold(label).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
    // The names of the form begin with a letter.
    let base = if words.starts_with(|c: char| c.is_ascii_alphabetic()) { words } else { format!("polozka_{words}") };
    let mut key = base.clone();
    let mut n = 2;
    while taken.contains(&key) {
        key = format!("{base}_{n}");
        n += 1;
    }
    key
}

fn described(own: &KrajRound) -> Value {
    json!({
        "od": own.opens_at, "do": own.closes_at, "ucel": own.purpose, "obdobi": [own.period_from, own.period_to], "alokace": own.allocation,
        "schema": own.scheme_version_id, "postup": own.chain.0, "formalni": own.formal_items.0,
    })
}

fn after(s: &Settings) -> Value {
    json!({
        "od": s.window.opens(), "do": s.window.closes(), "ucel": s.purpose, "obdobi": [s.period.0, s.period.1], "alokace": s.allocation,
        "schema": s.scheme_version_id, "postup": s.chain, "formalni": s.formal_items,
    })
}
