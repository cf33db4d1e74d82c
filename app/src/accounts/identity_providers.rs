//! `/prihlasovani`: the identity providers that people may sign in by, for Správa systému of MPSV.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// Makes a provider or changes one. It is kept only when it answers.
#[server(name = SaveProvider, prefix = "/prikaz", endpoint = "prihlasovani/ulozit")]
pub async fn save_provider(
    klic: Option<String>,
    id: Option<String>,
    verze: Option<i64>,
    nazev: Option<String>,
    adresa: Option<String>,
    klient: Option<String>,
    tajemstvi: Option<String>,
    faktory: Option<String>,
    zapnuto: Option<String>,
) -> Result<(), AppError> {
    use domain::{accounts::names, text::typed};
    use request::{Begun, Command};
    use store::{
        accounts::{self, ProviderEdit, ProviderRow},
        audit,
    };
    request::info().require(Permission::MINISTRY)?;
    let mut wrong = Vec::new();
    let mut read = |field: &str, text: Option<String>, limit: usize, empty: &str| {
        let text = text.unwrap_or_default();
        match typed(&text, limit) {
            Ok(text) if text.is_empty() && !empty.is_empty() => wrong.push((field.to_owned(), empty.to_owned())),
            Ok(text) => return text,
            Err(fault) => wrong.push((field.to_owned(), fault.to_string())),
        }
        String::new()
    };
    let name = read("nazev", nazev, 60, "Napište, jak systému lidé říkají, třeba CAAIS.");
    let client = read("klient", klient, 200, "Napište označení, pod kterým nás ten systém zná (client ID).");
    let secret = read("tajemstvi", tajemstvi, 500, "");
    let there: Option<uuid::Uuid> =
        id.filter(|id| !id.is_empty()).map(|id| id.parse()).transpose().map_err(|_| AppError::not_found("Systém"))?;
    let mut tx = request::read(Permission::MINISTRY).await?;
    let before = match there {
        Some(id) => Some(accounts::identity_provider(&mut tx, id).await.map_err(|_| AppError::not_found("Systém"))?),
        None => None,
    };
    drop(tx);
    let issuer = match &before {
        // Identities of people are tied to it.
        Some(row) => row.issuer.clone(),
        None => names::read_issuer(&adresa.unwrap_or_default()).unwrap_or_else(|sentence| {
            wrong.push(("adresa".to_owned(), sentence));
            String::new()
        }),
    };
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong));
    }
    let (two_factors, active) = (faktory.is_some(), zapnuto.is_some());
    if active {
        let row = ProviderRow {
            id: there.unwrap_or_default(),
            name: name.clone(),
            issuer: issuer.clone(),
            client_id: client.clone(),
            two_factors,
            active,
            version: 0,
        };
        request::deps().providers.try_out(&row).await.map_err(|_| {
            AppError::field(
                "adresa",
                "Na této adrese neodpovídá poskytovatel identity (OpenID Connect). Zkontrolujte ji, nebo systém uložte vypnutý.",
            )
        })?;
    }
    // The key of the command remembers that there was another secret, and not which.
    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&secret));
    let asked = (there, verze, &name, &issuer, &client, two_factors, active, digest);
    let begun = Command::begin::<()>("accounts.identity_provider.save", Permission::MINISTRY, &klic.unwrap_or_default(), &asked).await?;
    let Begun::New(mut command) = begun else {
        request::go_to("/prihlasovani?hotovo=ulozeno");
        return Ok(());
    };
    let by = command.actor.account()?.id;
    let edit = ProviderEdit { name: &name, issuer: &issuer, client_id: &client, two_factors, active };
    let place = there.map(|id| (id, verze.unwrap_or_default()));
    let saved =
        accounts::save_identity_provider(&mut command.tx, Some(by), place, &edit, command.at).await.map_err(|error| match error {
            store::StoreError::Stale { .. } => {
                AppError::new(crate::error::Code::Stale, "Nastavení mezitím změnil někdo jiný. Načtěte stránku znovu a zkontrolujte ho.")
            }
            error if error.constraint() == Some("identity_provider_issuer_key") => {
                AppError::field("adresa", "Systém s touto adresou už v seznamu je.")
            }
            error => error.into(),
        })?;
    let written = |name: &str, client: &str, two: bool, on: bool| serde_json::json!({ "name": name, "client_id": client, "two_factors": two, "active": on });
    let content = serde_json::json!({
        "issuer": issuer,
        "before": before.map(|row| written(&row.name, &row.client_id, row.two_factors, row.active)),
        "after": written(&name, &client, two_factors, active),
        "new_secret": !secret.is_empty(),
    });
    command.tx.audit(audit::Record::done("accounts.identity_provider.save", "identity_provider", saved, content));
    if !secret.is_empty() {
        accounts::set_identity_provider_secret(&mut command.tx, saved, &secret).await?;
    }
    command.finish(()).await?;
    request::go_to("/prihlasovani?hotovo=ulozeno");
    Ok(())
}
permit!(SaveProvider => Permission::MINISTRY);
permit_page!("/prihlasovani" => Permission::MINISTRY);
permit_page!("/prihlasovani/novy" => Permission::MINISTRY);
permit_page!("/prihlasovani/{id}" => Permission::MINISTRY);

/// `/prihlasovani`.
#[cfg(feature = "ssr")]
#[component]
pub fn ProvidersPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::MINISTRY).await?;
        let rows = store::accounts::identity_providers(&mut tx, true).await?;
        Ok(view! {
            <Page title="Přihlašování jinými systémy" crumbs=vec![("/organizace".to_owned(), "Organizace".to_owned())] calm=true
                beside=view! { <span class="pagehead__actions"><a class="btn btn--primary" href="/prihlasovani/novy">"Přidat systém"</a></span> }.into_any()>
                <div class="main main--calm">
                    <PageRefusal/>
                    {if rows.is_empty() {
                        view! { <Empty title="Lidé se přihlašují jen jménem a heslem" text="Můžete jim dovolit i přihlášení přes CAAIS nebo jiný systém, který umí OpenID Connect." way=("/prihlasovani/novy".to_owned(), "Přidat systém".to_owned())/> }.into_any()
                    } else {
                        view! {
                            <div class="grid" role="region" aria-label="Systémy" tabindex="0">
                                <table class="data">
                                    <thead><tr><th scope="col">"Systém"</th><th scope="col">"Adresa"</th><th scope="col">"Dva faktory"</th><th scope="col">"Stav"</th></tr></thead>
                                    <tbody>{rows.into_iter().map(|row| view! {
                                        <tr>
                                            <th scope="row"><a href=format!("/prihlasovani/{}", row.id)>{row.name}</a></th>
                                            <td class="wrap">{row.issuer}</td>
                                            <td>{if row.two_factors { "ověřuje sám" } else { "ověřujeme my" }}</td>
                                            <td>{if row.active { view! { <Pill tone=Tone::Ok word="zapnutý"/> }.into_any() } else { view! { <Pill tone=Tone::Neutral icon="minus" word="vypnutý"/> }.into_any() }}</td>
                                        </tr>
                                    }).collect_view()}</tbody>
                                </table>
                            </div>
                        }.into_any()
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}

/// `/prihlasovani/novy` and `/prihlasovani/{id}`.
#[cfg(feature = "ssr")]
#[component]
pub fn ProviderPage() -> impl IntoView {
    loaded(async {
        let row = match request::path_param("id") {
            None => None,
            Some(_) => {
                let id = request::path_id("id")?;
                let mut tx = request::read(Permission::MINISTRY).await?;
                Some(store::accounts::identity_provider(&mut tx, id).await.map_err(|_| AppError::not_found("Systém"))?)
            }
        };
        let form = Typed::of(SaveProvider::PATH);
        let (name, client) = row.as_ref().map(|row| (row.name.clone(), row.client_id.clone())).unwrap_or_default();
        let title = row.as_ref().map_or_else(|| "Nový systém pro přihlašování".to_owned(), |row| row.name.clone());
        let here = super::openid::return_address(&request::deps().address);
        let new = row.is_none();
        let issuer = row.as_ref().map(|row| row.issuer.clone());
        let wrong = form.error("adresa");
        Ok(view! {
            <Page title crumbs=vec![("/organizace".to_owned(), "Organizace".to_owned()), ("/prihlasovani".to_owned(), "Přihlašování jinými systémy".to_owned())] calm=true>
                <div class="main main--calm">
                    <div class="cols cols--half">
                    <section class="card">
                        <PageRefusal/>
                        <form class="stack" method="post">
                            <CommandFields path=SaveProvider::PATH/>
                            <input type="hidden" name="id" value=row.as_ref().map(|row| row.id.to_string())/>
                            <input type="hidden" name="verze" value=row.as_ref().map_or(0, |row| row.version).to_string()/>
                            <Field name="nazev" label="Název, jak ho lidé znají" limit=60 required=true value=form.value("nazev", name) error=form.error("nazev")/>
                            {if new {
                                view! { <Field name="adresa" label="Adresa poskytovatele identity (issuer)" kind="url" limit=500 required=true value=form.value("adresa", "") error=wrong help="Přesně tak, jak ji systém uvádí, třeba https://prihlaseni.kraj.cz. Později ji změnit nejde: jsou na ni vázaná spojení lidí."/> }.into_any()
                            } else {
                                view! { <dl class="facts"><dt>"Adresa poskytovatele identity"</dt><dd>{issuer}</dd></dl>{wrong.map(|text| view! { <Message id="adresa-m" tone=Tone::Error text/> })} }.into_any()
                            }}
                            <Field name="klient" label="Naše označení u něj (client ID)" limit=200 required=true value=form.value("klient", client) error=form.error("klient")/>
                            <Field name="tajemstvi" label="Sdílené tajemství (client secret)" kind="password" limit=500 autocomplete="off" error=form.error("tajemstvi")
                                help=if new { "Nepovinné. Uložené už se nikomu neukáže." } else { "Prázdné pole nechá dosavadní. Uložené se nikomu neukáže." }/>
                            <div class="stack stack--tight">
                                <label class="check"><input type="checkbox" name="faktory" value="ano" checked=form.ticked("faktory", row.as_ref().is_some_and(|row| row.two_factors))/>"Ověřuje dva faktory sám, při přihlášení jím další nechceme"</label>
                                <label class="check"><input type="checkbox" name="zapnuto" value="ano" checked=form.ticked("zapnuto", row.as_ref().is_none_or(|row| row.active))/>"Zapnutý: lidé ho uvidí na přihlašovací stránce"</label>
                            </div>
                            <div class="row"><button class="btn btn--primary">"Uložit"</button><a class="btn" href="/prihlasovani">"Zpět"</a></div>
                        </form>
                    </section>
                    <section class="card">
                        <h2>"Co nastavit u něj"</h2>
                        <p>"Jako adresu pro návrat (redirect URI) tam zapište:"</p>
                        <p><code>{here}</code></p>
                        <p class="meta">"Používáme authorization code s PKCE a rozsah openid. Člověk se pozná podle adresy poskytovatele a označení (sub) dohromady; se svým účtem ho spojí sám na stránce Můj účet."</p>
                    </section>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}
