//! What is not public of a record: for the registering authority and the provider, as it came in the data.

use leptos::prelude::*;
use serde_json::{Map, Value};
use store::registry::detail::ServiceDetail;

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| format!("{k}: {}", text(v))).collect::<Vec<_>>().join(", ")
        }
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// The list of private facts.
pub fn list(data: &Map<String, Value>) -> AnyView {
    let rows: Vec<(String, String)> = data.iter().map(|(k, v)| (k.clone(), text(v))).collect();
    view! {
        <section class="card">
            <h2>"Neveřejné údaje"</h2>
            <p class="meta">"Vidí je jen registrující orgán a poskytovatel. Názvy jsou z otevřených dat."</p>
            <dl class="facts">{rows.into_iter().map(|(k, v)| view! { <dt>{k}</dt><dd>{v}</dd> }).collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// The section of a service, where there is something and the database shows it.
pub fn section(d: &ServiceDetail) -> Option<impl IntoView + use<>> {
    d.private.as_ref().map(list)
}
