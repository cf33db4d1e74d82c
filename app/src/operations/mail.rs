//! `/provoz/posta`: the mail that the application sends, for Správa systému of MPSV. Where there is no SMTP server it is read here.

use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
use store::{audit, mail, prague};

permit_page!("/provoz/posta" => Permission::MINISTRY);

/// Mails on the page.
const SHOWN: i64 = 100;

/// The list.
#[component]
pub fn MailPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let mut tx = request::read(Permission::MINISTRY).await?;
        let mails = mail::mails(&mut tx, SHOWN).await?;
        tx.audit(audit::Record::event("audit.read", audit::Outcome::Done, serde_json::json!({ "how": "mail", "mails": mails.len() })));
        tx.commit(info.received_at).await?;
        let in_files = request::deps().mail_in_files;
        let local = |at| domain::time::date_time(prague::local(at));
        let content = if mails.is_empty() {
            view! { <Empty title="Zatím nic" text="Zprávy vznikají při obnově hesla, jeho změně a změně e-mailu."/> }.into_any()
        } else {
            view! {
                <div class="grid" role="region" aria-label="Tabulka: pošta" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col">"Vznikla"</th><th scope="col">"Komu"</th><th scope="col">"Předmět"</th><th scope="col">"Stav"</th><th scope="col">"Text"</th></tr></thead>
                        <tbody>{mails.into_iter().map(|row| {
                            let state = match (row.sent_at, &row.fault) {
                                (Some(at), _) if in_files => view! { <Pill tone=Tone::Info word=format!("v souboru od {}", local(at))/> },
                                (Some(at), _) => view! { <Pill tone=Tone::Ok word=format!("odeslána {}", local(at))/> },
                                (None, Some(_)) if row.tries >= mail::TRIES => view! { <Pill tone=Tone::Error word="nedoručitelná"/> },
                                (None, Some(_)) => view! { <Pill tone=Tone::Warn word=format!("{}. pokus selhal", row.tries)/> },
                                (None, None) => view! { <Pill tone=Tone::Neutral icon="clock" word="čeká"/> },
                            };
                            view! {
                                <tr>
                                    <td class="nowrap">{local(row.made_at)}</td>
                                    <th scope="row">{row.recipient}</th>
                                    <td>{row.subject}</td>
                                    <td>{state}{row.fault.map(|fault| view! { <br/><span class="meta">{fault}</span> })}</td>
                                    <td>{match row.body {
                                        Some(body) => view! { <details><summary>"Zobrazit"</summary><pre class="meta">{body}</pre></details> }.into_any(),
                                        None => view! { <span class="muted">"–"</span> }.into_any(),
                                    }}</td>
                                </tr>
                            }
                        }).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Pošta" sub="posledních 100 zpráv" crumbs=vec![("/provoz".to_owned(), "Provoz systému".to_owned())]>
                <div class="main stack">
                    {in_files.then(|| view! { <Banner tone=Tone::Warn>"Není nastavený server SMTP (KRAJ108_SMTP). Zprávy se nikam neposílají, zapisují se do složky mail a najdete je tady."</Banner> })}
                    {content}
                </div>
            </Page>
        }
        .into_any())
    })
}
