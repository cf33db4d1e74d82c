//! The island of a part: it saves while the person types, computes totals and checks by the same code as the server, formats amounts, keeps what
//! could not be sent, and asks before leaving. Everything on the page is made by the server; the island only keeps it up to date.

use crate::carried::Carried;
use domain::subsidy::application::{Application, Context};
use leptos::prelude::*;

/// Wires the form of the page. Its properties are public data of the page: the document of one service and what it is checked with.
#[island]
pub fn DraftForm(
    /// Key of the application.
    application: String,
    /// The part, as its address ends.
    part: String,
    /// Account of the person: what stays in the device belongs to it.
    account: String,
    /// The document, with the service of this part only.
    #[prop(into)]
    document: Carried<Application>,
    /// What it is checked with.
    #[prop(into)]
    context: Carried<Context>,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::browser::start(application, part, account, document.0, context.0);
    #[cfg(not(feature = "hydrate"))]
    let _ = (application, part, account, document, context);
    view! { <span hidden></span> }
}
