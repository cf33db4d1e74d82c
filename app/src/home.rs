//! Start page of the public and the home of who is signed in.

use crate::{
    accounts::home::{AdministratorHome, waiting},
    layout::*,
    operations::news::{LatestNews, latest},
    request,
    subsidy::{
        ROUNDS,
        applications::ProviderHome,
        home::{self as rounds, KrajHome, MpsvHome},
    },
};
use domain::accounts::{OrganisationKind, Permission};
use leptos::prelude::*;

permit_page!("/" => Permission::Public);
permit_page!("/prehled" => Permission::SignedIn);

/// `/`: sends the public to the search and everybody else home.
#[component]
pub fn StartPage() -> impl IntoView {
    request::go_to(if request::actor().account().is_ok() { "/prehled" } else { "/registr" });
}

/// `/prehled`: what is due.
#[component]
pub fn HomePage() -> impl IntoView {
    if request::actor().account().is_ok_and(|account| account.kind == OrganisationKind::Provider) {
        return view! { <ProviderHome/> }.into_any();
    }
    loaded(async {
        let actor = request::actor();
        let account = actor.account()?;
        let today = domain::time::date(store::prague::day(request::info().received_at));
        let mut tx = request::read(Permission::SignedIn).await?;
        let waits = match account.kind {
            OrganisationKind::Kraj if actor.require(ROUNDS).is_ok() => {
                let items = rounds::kraj_items(&mut tx, account).await?;
                view! { <KrajHome account=account.clone() items/> }.into_any()
            }
            OrganisationKind::Mpsv if actor.require(ROUNDS).is_ok() => {
                let items = rounds::country_items(&mut tx).await?;
                view! { <MpsvHome items/> }.into_any()
            }
            OrganisationKind::Kraj | OrganisationKind::Mpsv | OrganisationKind::Provider => ().into_any(),
        };
        let administers = waiting(&mut tx, account).await?;
        let news = latest(&mut tx, 3).await?;
        let nothing = administers.is_none() && actor.require(ROUNDS).is_err();
        Ok(view! {
            <Page title="Co vás čeká" sub=format!("{} · dnes je {today}", account.organisation_name) calm=true>
                <div class="main main--calm">
                    {waits}
                    {administers.map(|items| view! { <AdministratorHome items/> })}
                    <LatestNews items=news/>
                    {nothing.then(|| view! { <p>"Teď na vás nic nečeká. Co můžete dělat, najdete v nabídce nahoře."</p> })}
                </div>
            </Page>
        }
        .into_any())
    })
    .into_any()
}
