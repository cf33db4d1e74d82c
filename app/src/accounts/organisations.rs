//! `/organizace`: organisations and their first accounts, for Správa systému of MPSV.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

#[cfg(feature = "ssr")]
fn kind(code: &str) -> &'static str {
    match code {
        "mpsv" => "MPSV",
        "kraj" => "kraj",
        _ => "poskytovatel",
    }
}

/// Makes the organisation of a provider of the register.
#[server(name = CreateOrganisation, prefix = "/prikaz", endpoint = "organizace/zalozit")]
pub async fn create_organisation(klic: Option<String>, poskytovatel: Option<String>) -> Result<(), AppError> {
    use request::{Begun, Command};
    use store::{
        accounts::{self, NewOrganisation},
        audit,
        subsidy::rounds,
    };
    let provider: uuid::Uuid =
        poskytovatel.unwrap_or_default().parse().map_err(|_| AppError::invalid("Vyberte poskytovatele z výsledků hledání."))?;
    let begun =
        Command::begin::<String>("accounts.organisation.create", Permission::MINISTRY, &klic.unwrap_or_default(), &provider).await?;
    let Begun::New(mut command) = begun else {
        request::go_to("/organizace");
        return Ok(());
    };
    let found = rounds::provider(&mut command.tx, provider).await.map_err(|_| AppError::not_found("Poskytovatele"))?;
    let new = NewOrganisation {
        kind: domain::accounts::OrganisationKind::Provider,
        name: &found.name,
        ico: found.ico.as_deref(),
        kraj_code: None,
        provider: Some(found.id),
    };
    let id = accounts::ensure_organisation(&mut command.tx, &new, command.at).await?;
    let content = serde_json::json!({ "name": found.name, "ico": found.ico, "provider": found.id });
    command.tx.audit(audit::Record::done("accounts.organisation.create", "organisation", id, content));
    command.finish(id.to_string()).await?;
    request::go_to(&format!("/ucty/novy?organizace={id}"));
    Ok(())
}
permit!(CreateOrganisation => Permission::MINISTRY);
permit_page!("/organizace" => Permission::MINISTRY);

/// `/organizace`.
#[cfg(feature = "ssr")]
#[component]
pub fn OrganisationsPage() -> impl IntoView {
    use store::accounts;
    const SHOWN: i64 = 100;
    loaded(async {
        let info = request::info();
        let text =
            request::query_pairs().into_iter().find(|(name, _)| name == "q").map(|(_, text)| text.trim().to_owned()).unwrap_or_default();
        let today = store::prague::day(info.received_at);
        let mut tx = request::read(Permission::MINISTRY).await?;
        let rows = accounts::organisations(&mut tx, &text, today, SHOWN).await?;
        let digits = Some(text.clone()).filter(|text| text.len() >= 3 && text.bytes().all(|b| b.is_ascii_digit()));
        let without = if text.chars().count() >= 3 {
            accounts::providers_without_organisation(&mut tx, &domain::text::fold(&text), digits.as_deref(), 20).await?
        } else {
            Vec::new()
        };
        let count = i64::try_from(rows.len()).unwrap_or_default();
        let more = i64::try_from(without.len()).unwrap_or_default();
        let sub = format!(
            "{}{count} {}{}",
            if count == SHOWN { "prvních " } else { "" },
            domain::text::plural(count, "organizace", "organizace", "organizací"),
            if more > 0 {
                format!(
                    " a {more} {}",
                    domain::text::plural(more, "poskytovatel z registru", "poskytovatelé z registru", "poskytovatelů z registru")
                )
            } else {
                String::new()
            },
        );
        let empty = rows.is_empty() && without.is_empty();
        Ok(view! {
            <Page title="Organizace" sub beside=view! { <span class="pagehead__actions"><a class="btn" href="/prihlasovani">"Přihlašování jinými systémy"</a></span> }.into_any()>
                <div class="main stack">
                    <PageRefusal/>
                    <form class="filters" method="get" role="search" aria-label="Hledání organizací">
                        <Field name="q" label="Název nebo IČO" value=text.clone()/>
                        <button class="btn">"Hledat"</button>
                    </form>
                    {empty.then(|| view! { <Empty title="Nic jsme nenašli" text="Zkuste část názvu nebo celé IČO; u poskytovatelů z registru stačí začátek IČO, aspoň tři znaky." way=("/organizace".to_owned(), "Všechny organizace".to_owned())/> })}
                    {(!without.is_empty()).then(|| view! {
                        <section class="card card--flush" aria-labelledby="z-registru">
                            <div class="card__head"><h2 id="z-registru">"Poskytovatelé z registru, kteří tu ještě účet nemají"</h2></div>
                            <ul class="choices">
                                {without.into_iter().map(|provider| view! {
                                    <li><span><strong>{provider.name.clone()}</strong><br/><span class="meta">{provider.ico.map_or_else(|| "bez IČO".to_owned(), |ico| format!("IČO {ico}"))}</span></span>
                                        <form method="post">
                                            <CommandFields path=CreateOrganisation::PATH/>
                                            <input type="hidden" name="poskytovatel" value=provider.id.to_string()/>
                                            <button class="btn" aria-label=format!("Založit organizaci {}", provider.name)>"Založit"</button>
                                        </form></li>
                                }).collect_view()}
                            </ul>
                        </section>
                    })}
                    {(!rows.is_empty()).then(|| view! {
                        <div class="grid" role="region" aria-label="Organizace" tabindex="0">
                            <table class="data">
                                <thead><tr><th scope="col">"Organizace"</th><th scope="col">"Druh"</th><th scope="col">"IČO"</th><th scope="col" class="num">"Účty"</th><th scope="col" class="num">"Správa systému"</th><th scope="col">"První účet"</th></tr></thead>
                                <tbody>
                                    {rows.into_iter().map(|o| view! {
                                        <tr>
                                            <th scope="row"><a href=format!("/organizace/{}", o.id)>{o.name.clone()}</a></th>
                                            <td>{kind(&o.kind)}</td>
                                            <td>{o.ico.clone().unwrap_or_else(|| "–".to_owned())}</td>
                                            <td class="num">{o.accounts}</td>
                                            <td class="num">{o.administrators}</td>
                                            <td>{if o.administrators == 0 {
                                                view! { <a class="btn btn--small" href=format!("/ucty/novy?organizace={}", o.id) aria-label=format!("Založit účet: {}", o.name)>"Založit účet"</a> }.into_any()
                                            } else {
                                                view! { <span class="muted">"další účty zakládá sama"</span> }.into_any()
                                            }}</td>
                                        </tr>
                                    }).collect_view()}
                                </tbody>
                            </table>
                        </div>
                    })}
                </div>
            </Page>
        }
        .into_any())
    })
}

permit_page!("/organizace/{id}" => Permission::MINISTRY);

/// `/organizace/{id}`: who has an account in an organisation. MPSV helps those whom their own organisation cannot.
#[cfg(feature = "ssr")]
#[component]
pub fn OrganisationPage() -> impl IntoView {
    use store::accounts;
    loaded(async {
        let today = store::prague::day(request::info().received_at);
        let id = request::path_id("id")?;
        let mut tx = request::read(Permission::MINISTRY).await?;
        let organisation = accounts::organisation(&mut tx, id, today).await.map_err(|_| AppError::not_found("Organizaci"))?;
        let rows = accounts::accounts(&mut tx, Some(id), None, today).await?;
        let count = i64::try_from(rows.len()).unwrap_or_default();
        let crumbs = vec![("/organizace".to_owned(), "Organizace".to_owned())];
        let ico = organisation.ico.map(|ico| format!(" · IČO {ico}")).unwrap_or_default();
        let sub = format!("{}{ico} · {count} {}", kind(&organisation.kind), domain::text::plural(count, "účet", "účty", "účtů"));
        let first = organisation.administrators == 0;
        let new = format!("/ucty/novy?organizace={id}");
        Ok(view! {
            <Page title=organisation.name sub crumbs
                beside=first.then(|| view! { <span class="pagehead__actions"><a class="btn btn--primary" href=new.clone()><Icon name="plus"/>"Založit účet"</a></span> }).into_any()>
                <div class="main stack">
                    <p class="meta">{if first {
                        "Organizace nemá Správu systému, její účty zatím spravuje MPSV."
                    } else {
                        "Účty spravuje organizace sama. MPSV pomůže s heslem a druhým faktorem, hlavně lidem s účty ve více organizacích."
                    }}</p>
                    {if rows.is_empty() {
                        view! { <Empty title="Zatím tu nikdo účet nemá" text="Založte první účet se sadou správce systému, další si organizace založí sama." way=(new, "Založit účet".to_owned())/> }.into_any()
                    } else {
                        super::list::table(rows).into_any()
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}
