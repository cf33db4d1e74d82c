//! Saving the fields of a part, from the plain form and from the island.

use super::merge::Dispute;
use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the island learns after a save.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Saved {
    /// Number of the last change.
    pub version: i64,
    /// When, `ve 14.32`.
    pub time: String,
    /// The sent fields as they are stored now.
    pub stored: BTreeMap<String, String>,
    /// Fields that somebody else changed meanwhile, as they are stored.
    pub theirs: BTreeMap<String, String>,
    /// Fields that both changed.
    pub disputes: Vec<Dispute>,
    /// Fields that were refused and are not stored: path and sentence.
    pub refused: BTreeMap<String, String>,
    /// Who else changed it last.
    pub who: String,
}

/// Saves fields. `pole` are the texts by path, `zaklad` is JSON of what the person saw (path to text), `volby` are paths of boxes that count as
/// not ticked when they are not sent, `rozhodnuti` says `jejich` for disputes that are settled so. `kam` is where the person goes: `dal`, `zpet`,
/// `prehled`, nothing for the island.
#[server(name = SaveFields, prefix = "/prikaz", endpoint = "dotace/ulozit-zadost")]
pub async fn save_fields(
    klic: Option<String>,
    zadost: Option<String>,
    cast: Option<String>,
    zaklad: Option<String>,
    volby: Option<String>,
    kam: Option<String>,
    pole: Option<BTreeMap<String, String>>,
    rozhodnuti: Option<BTreeMap<String, String>>,
) -> Result<Saved, AppError> {
    use super::{open, part::Part};
    use crate::request::{self, Begun, Command};

    let part: Part = cast.as_deref().unwrap_or_default().parse().map_err(|_| AppError::not_found("Část žádosti"))?;
    let mut mine = pole.unwrap_or_default();
    for path in volby.as_deref().unwrap_or_default().split_whitespace() {
        mine.entry(path.to_owned()).or_default();
    }
    for (path, decision) in rozhodnuti.unwrap_or_default() {
        if decision == "jejich" {
            mine.remove(&path);
        }
    }
    if let Some(path) = mine.keys().find(|path| Part::of_path(path) != part) {
        return Err(AppError::invalid(format!(
            "Pole „{}“ do této části nepatří. Načtěte stránku znovu.",
            path.chars().take(60).collect::<String>()
        )));
    }
    let base: BTreeMap<String, String> = match zaklad.as_deref() {
        None | Some("") => BTreeMap::new(),
        Some(text) => serde_json::from_str(text).map_err(|_| {
            AppError::invalid("Formuláři chybí údaj o tom, co jste viděli. Načtěte stránku znovu a pole vyplňte ještě jednou.")
        })?,
    };
    let asked = (&zadost, &cast, &base, &mine);
    let permission = Permission::Has(Right::ApplicationWork);
    let begun = Command::begin::<Saved>("subsidy.application.save", permission, &klic.unwrap_or_default(), &asked).await?;
    let (saved, id) = match begun {
        Begun::Earlier(saved) => (saved, zadost.clone().unwrap_or_default()),
        Begun::New(mut command) => {
            let opened = open::open_for_update(&mut command.tx, &zadost).await?;
            let id = opened.id();
            let saved = write(&mut command, opened, &base, &mine).await?;
            (command.finish(saved).await?, id)
        }
    };
    if let Some(kam) = kam {
        if let Some(error) = refusal(&saved) {
            return Err(error);
        }
        request::go_to(&destination(&id, &part, &kam));
    }
    Ok(saved)
}
permit!(SaveFields => Permission::Has(Right::ApplicationWork));

/// What a plain form is told when something of it was not stored; the rest is.
#[cfg(feature = "ssr")]
fn refusal(saved: &Saved) -> Option<AppError> {
    if !saved.disputes.is_empty() {
        let fields = saved.disputes.iter().map(|d| (d.path.clone(), format!("Uloženo je: {}", shown(&d.theirs)))).collect();
        return Some(AppError {
            code: crate::error::Code::Stale,
            sentence: format!("{} mezitím změnil(a) tatáž pole. U každého vyberte, co má platit; ostatní jsme uložili.", saved.who),
            fields,
        });
    }
    (!saved.refused.is_empty()).then(|| AppError::fields(saved.refused.clone().into_iter().collect()))
}

#[cfg(feature = "ssr")]
fn shown(text: &str) -> &str {
    if text.is_empty() { "(prázdné)" } else { text }
}

/// Where the person goes after a save: the next part, the one before, the overview, or the same part again.
#[cfg(feature = "ssr")]
fn destination(id: &str, part: &super::part::Part, to: &str) -> String {
    let next = to.parse::<super::part::Part>();
    match (to, next) {
        (_, Ok(next)) => format!("{}?hotovo=ulozeno", next.address(id)),
        ("prehled", _) => format!("/dotace/zadosti/{id}?hotovo=ulozeno"),
        _ => format!("{}?hotovo=ulozeno", part.address(id)),
    }
}

/// Merges, writes and notes what changed.
#[cfg(feature = "ssr")]
async fn write(
    command: &mut crate::request::Command,
    opened: super::open::Opened,
    base: &BTreeMap<String, String>,
    mine: &BTreeMap<String, String>,
) -> Result<Saved, AppError> {
    use super::merge::merge;
    use domain::subsidy::application::{Field, State};
    use store::{audit, subsidy::applications::drafts};

    let mut draft = opened.draft()?;
    let who = opened.stored.updated_by.clone();
    let merged = merge(&draft.application, base, mine);
    let text = |application: &domain::subsidy::application::Application, path: &str| {
        path.parse::<Field>().map(|field| application.value(&field)).unwrap_or_default()
    };
    let before: BTreeMap<String, String> = merged.write.keys().map(|path| (path.clone(), text(&draft.application, path))).collect();
    // Boxes that were emptied go first, so that a kraj can be exchanged for another one in one save.
    let (emptied, filled): (Vec<_>, Vec<_>) = merged.write.iter().partition(|(_, text)| text.is_empty());
    let fields = emptied.into_iter().chain(filled).map(|(path, text)| (path.as_str(), text.as_str()));
    let errors = draft.application.patch(fields, &opened.context.terms, opened.context.now);
    let changes: BTreeMap<&String, (&String, String)> = before
        .iter()
        .map(|(path, before)| (path, (before, text(&draft.application, path))))
        .filter(|(_, (before, after))| *before != after)
        .collect();
    let mut version = opened.stored.row_version;
    if !changes.is_empty() {
        let content = serde_json::json!({ "changes": changes });
        let by = command.actor.account()?.person_name.clone();
        let stored = mine.keys().map(|path| (path.clone(), text(&draft.application, path))).collect::<BTreeMap<_, _>>();
        version = drafts::put(&mut command.tx, opened.stored.id, version, &State::Draft(draft), &by, command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.save", "application", opened.stored.id, content));
        return Ok(saved(version, command.at, stored, merged, &errors, who));
    }
    let stored = mine.keys().map(|path| (path.clone(), text(&draft.application, path))).collect();
    Ok(saved(version, command.at, stored, merged, &errors, who))
}

#[cfg(feature = "ssr")]
fn saved(
    version: i64,
    at: chrono::DateTime<chrono::Utc>,
    stored: BTreeMap<String, String>,
    merged: super::merge::Merged,
    errors: &[domain::subsidy::application::FieldError],
    who: String,
) -> Saved {
    Saved {
        version,
        time: super::open::at_hour(store::prague::local(at)),
        stored,
        theirs: merged.theirs,
        disputes: merged.disputes,
        refused: errors.iter().filter(|e| !e.kept).map(|e| (e.path.clone(), e.sentence.clone())).collect(),
        who,
    }
}
