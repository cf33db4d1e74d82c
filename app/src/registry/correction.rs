//! `/registr/sluzba/{id}/oprava`: the registering authority corrects a service.

use super::end_service::EndService;
use super::enter_number::EnterNumber;
use super::hide_facility::HideFacility;
use super::results::service_href;
use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::registry::corrections::{Corrigible, corrigible};
use store::registry::detail::service_at;

const MAY: Permission = Permission::Has(Right::RegisterEdit);
permit_page!("/registr/sluzba/{id}/oprava" => MAY);

/// What a refused form typed and was told, if it was this one.
pub struct Typed {
    echo: Option<request::FormEcho>,
}

impl Typed {
    /// The echo of a command.
    pub fn of(command: &str) -> Self {
        Self { echo: request::echo().filter(|e| e.command == command) }
    }

    /// The echo, if the form was about this record.
    pub fn about(command: &str, field: &str, value: &str) -> Self {
        let echo = request::echo().filter(|e| e.command == command && e.values.iter().any(|(n, v)| n == field && v == value));
        Self { echo }
    }

    /// What was typed in a field.
    pub fn value(&self, field: &str) -> Option<String> {
        self.echo.as_ref().and_then(|e| e.values.iter().find(|(n, _)| n == field)).map(|(_, v)| v.clone())
    }

    /// Why a field was refused; the sentence of a refusal without fields stands at the first one.
    pub fn error(&self, field: &str) -> Option<String> {
        let error = self.echo.as_ref()?.error.as_ref()?;
        if error.fields.is_empty() {
            return Some(error.sentence.clone());
        }
        error.fields.iter().find(|(n, _)| n == field).map(|(_, sentence)| sentence.clone())
    }
}

/// The page.
#[component]
pub fn CorrectionPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(MAY).await?;
        let asked = request::path_param("id").unwrap_or_default();
        let (id, portal_id) = service_at(&mut tx, &asked).await?;
        let here = service_href(portal_id, id);
        let service = corrigible(&mut tx, id).await.map_err(super::correcting::foreign)?;
        let refused = request::echo().and_then(|e| e.error).map(|e| e.sentence);
        Ok(view! {
            <Page title="Oprava záznamu služby" sub=format!("Služba {}", portal_id.map_or_else(|| id.to_string(), |p| format!("portalId {p}")))
                crumbs=vec![("/registr".to_owned(), "Registr".to_owned()), (here.clone(), "Služba".to_owned())]>
                <div class="main">
                    {refused.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
                    <Banner tone=Tone::Info>"Oprava platí ode dneška a vznikne jí nová podoba záznamu s vaším podpisem. Import ji nepřepíše: kdyby se v souboru lišila, najdete rozdíl v Kvalitě registru."</Banner>
                    <div class="cols cols--thirds">
                        {number(&service, id, &here)}
                        {end(&service, id, &here)}
                        {facility(&service, id, &here)}
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn hidden(id: uuid::Uuid, back: &str) -> impl IntoView + use<> {
    view! { <input type="hidden" name="sluzba" value=id.to_string()/><input type="hidden" name="zpet" value=back.to_owned()/> }
}

fn number(s: &Corrigible, id: uuid::Uuid, here: &str) -> AnyView {
    let typed = Typed::of(EnterNumber::PATH);
    let now = s.facts.identifikator.clone().unwrap_or_default();
    view! {
        <section class="card"><h2>"Číslo služby"</h2>
            <form class="stack" method="post">
                <CommandFields path=EnterNumber::PATH version=s.row_version/>
                {hidden(id, here)}
                <Field name="cislo" label="Identifikátor služby" value=typed.value("cislo").unwrap_or(now) help="7 číslic z rozhodnutí o registraci" limit=20 required=true error=typed.error("cislo")/>
                <button class="btn btn--primary">"Zapsat číslo"</button>
            </form>
        </section>
    }
    .into_any()
}

fn end(s: &Corrigible, id: uuid::Uuid, here: &str) -> AnyView {
    let typed = Typed::of(EndService::PATH);
    let now = s.facts.datum_poskytovani_do.map(domain::time::date).unwrap_or_default();
    view! {
        <section class="card"><h2>"Ukončení služby"</h2>
            <form class="stack" method="post">
                <CommandFields path=EndService::PATH version=s.row_version/>
                {hidden(id, here)}
                <Field name="konec" label="Poslední den poskytování" value=typed.value("konec").unwrap_or(now) help="např. 31. 12. 2026; prázdné pole ukončení zruší" limit=40 error=typed.error("konec")/>
                <button class="btn">"Zapsat ukončení"</button>
            </form>
        </section>
    }
    .into_any()
}

fn facility(s: &Corrigible, id: uuid::Uuid, here: &str) -> AnyView {
    let typed = Typed::of(HideFacility::PATH);
    let mut options = vec![(String::new(), "vyberte zařízení".to_owned())];
    options.extend(s.open_facilities.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let none = s.open_facilities.is_empty();
    view! {
        <section class="card"><h2>"Utajení adresy"</h2>
            {if none {
                view! { <p class="muted">"Služba nemá zařízení s veřejnou adresou."</p> }.into_any()
            } else {
                view! {
                    <form class="stack" method="post">
                        <CommandFields path=HideFacility::PATH version=s.row_version/>
                        {hidden(id, here)}
                        <Choice name="zarizeni" label="Zařízení" options=options value=typed.value("zarizeni").unwrap_or_default() help="Adresa zmizí z vyhledávání, výpisů i historie. Uvidíte ji jen vy a poskytovatel. Vzít zpět to zde nejde." error=typed.error("zarizeni")/>
                        <button class="btn">"Utajit adresu"</button>
                    </form>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
