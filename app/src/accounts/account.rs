//! `/ucty/{id}`: one account – the person, rights, blocking, password, consent.

#[cfg(feature = "ssr")]
use super::account_commands::*;
#[cfg(feature = "ssr")]
use crate::{components::*, error::AppError, form::Typed, layout::*, request};
#[cfg(feature = "ssr")]
use domain::accounts::{Account, Right, granting::Target};
#[cfg(feature = "ssr")]
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;
#[cfg(feature = "ssr")]
use store::accounts::{self, AccountRow, GrantRow};

permit_page!("/ucty/{id}" => super::account_commands::ON_ACCOUNTS);

/// The page.
#[cfg(feature = "ssr")]
#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let actor = info.actor.account()?.clone();
        let today = store::prague::day(info.received_at);
        let id = request::path_id("id")?;
        let mut tx = request::read(ON_ACCOUNTS).await?;
        let missing = |_| AppError::not_found("Účet");
        let row = accounts::account(&mut tx, id, today).await.map_err(missing)?;
        let target = accounts::target(&mut tx, id, today).await.map_err(missing)?;
        let administers = actor.rights.contains(&Right::SystemAdministration);
        // A representative sees the people of the own organisation only.
        if !administers && row.organisation != actor.organisation {
            return Err(AppError::not_found("Účet"));
        }
        let grants = accounts::grants(&mut tx, id).await?;
        let consents = if administers { accounts::consents(&mut tx, row.person).await? } else { Vec::new() };
        let once = super::session::shown_once();
        let (name, login, state) = (row.name.clone(), row.login.clone(), super::list::state(&row));
        let crumbs = if row.organisation != actor.organisation {
            vec![
                ("/organizace".to_owned(), "Organizace".to_owned()),
                (format!("/organizace/{}", row.organisation), row.organisation_name.clone()),
            ]
        } else if administers {
            vec![("/ucty".to_owned(), "Účty".to_owned())]
        } else {
            vec![("/ucty/podani".to_owned(), "Pověření k podání".to_owned())]
        };
        Ok(view! {
            <Page title=name sub=format!("{login} · {}", row.organisation_name) crumbs beside=state.into_any()>
                <div class="main stack">
                    <PageRefusal/>
                    {once.map(|password| view! {
                        <Banner tone=Tone::Warn>
                            <strong>"Jednorázové heslo: "</strong><code class="once">{password}</code>
                            <p>{format!("Předejte ho tomu, komu patří, spolu se jménem {login}. Ukazujeme ho jen teď; při prvním přihlášení si ho změní.")}</p>
                        </Banner>
                    })}
                    {row.blocked_at.map(|at| view! {
                        <Banner tone=Tone::Warn>{format!("Zablokovaný od {}: {}", domain::time::date_time(store::prague::local(at)), row.blocked_reason.clone().unwrap_or_default())}</Banner>
                    })}
                    <div class="cols cols--half cols--wide-left">
                        {rights(&actor, &target, grants, today)}
                        {administers.then(|| view! {
                            <div class="stack">
                                {person(&actor, &target, &row)}
                                {access(&actor, &target, &row)}
                                {(actor.administers(&target).is_ok() || actor.kind == domain::accounts::OrganisationKind::Mpsv).then(|| consent(&row, consents))}
                            </div>
                        })}
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

#[cfg(feature = "ssr")]
fn rights(actor: &Account, target: &Target, grants: Vec<GrantRow>, today: chrono::NaiveDate) -> impl IntoView + use<> {
    let date = domain::time::date;
    let (now, past): (Vec<GrantRow>, Vec<GrantRow>) =
        grants.into_iter().partition(|g| g.revoked_at.is_none() && g.valid_to.is_none_or(|to| to >= today));
    let account = target.id.to_string();
    let may: Vec<(String, String)> = Right::ALL
        .iter()
        .filter(|right| actor.may_grant(target, **right).is_ok())
        .map(|right| (right.code().to_owned(), right.label().to_owned()))
        .collect();
    let sets: Vec<(String, String)> = domain::accounts::Role::ALL
        .into_iter()
        .filter(|role| role.kinds().contains(&target.kind) && role.rights().iter().all(|right| actor.may_grant(target, *right).is_ok()))
        .map(|role| (role.code().to_owned(), role.label().to_owned()))
        .collect();
    let own = actor.person == target.person;
    let none = now.is_empty();
    let rows = now
        .into_iter()
        .map(|grant| {
            let right = Right::from_code(&grant.right_code);
            let revocable = right.is_some_and(|right| actor.may_revoke(target, right).is_ok());
            let validity = match grant.valid_to {
                Some(to) => format!("{} – {}", date(grant.valid_from), date(to)),
                None => format!("od {}", date(grant.valid_from)),
            };
            let (tone, word) = match grant.valid_to {
                _ if right.is_some_and(|right| !right.holders().contains(&target.kind)) => (Tone::Warn, "tady neplatí"),
                _ if grant.valid_from > today => (Tone::Info, "teprve začne"),
                Some(to) if to <= today + chrono::TimeDelta::days(30) => (Tone::Warn, "brzy skončí"),
                _ => (Tone::Ok, "platí"),
            };
            let label = right.map_or_else(|| grant.right_code.clone(), |right| right.label().to_owned());
            view! {
                <tr>
                    <th scope="row">{label.clone()}<br/><span class="meta">{grant.right_code.clone()}</span></th>
                    <td class="nowrap">{validity}</td>
                    <td><Pill tone=tone word=word/></td>
                    <td>{grant.granted_by.unwrap_or_else(|| "při založení".to_owned())}</td>
                    <td>{revocable.then(|| view! {
                        <form method="post">
                            <CommandFields path=RevokeRight::PATH/>
                            <input type="hidden" name="ucet" value=account.clone()/>
                            <input type="hidden" name="pridel" value=grant.id.to_string()/>
                            <button class="btn btn--small" aria-label=format!("Odebrat oprávnění {label}")>"Odebrat"</button>
                        </form>
                    })}</td>
                </tr>
            }
        })
        .collect_view();
    let history = (!past.is_empty()).then(|| {
        view! {
            <details class="card__foot">
                <summary>{format!("Dřívější oprávnění ({})", past.len())}</summary>
                <ul class="stack stack--tight">
                    {past.into_iter().map(|grant| {
                        let label = Right::from_code(&grant.right_code).map_or_else(|| grant.right_code.clone(), |right| right.label().to_owned());
                        let end = match (grant.revoked_at, grant.valid_to) {
                            (Some(at), _) => format!("odebráno {} ({})", domain::time::date_time(store::prague::local(at)), grant.revoked_by.unwrap_or_else(|| "systém".to_owned())),
                            (None, Some(to)) => format!("skončilo {}", date(to)),
                            (None, None) => String::new(),
                        };
                        view! { <li>{label}<span class="meta">{format!(" · od {} · {end}", date(grant.valid_from))}</span></li> }
                    }).collect_view()}
                </ul>
            </details>
        }
    });
    let account = target.id.to_string();
    view! {
        <section class="card card--flush" aria-labelledby="opravneni">
            <div class="card__head"><h2 id="opravneni">"Oprávnění"</h2></div>
            {if none {
                view! { <p class="card__text">"Účet teď žádné oprávnění nemá."</p> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label="Tabulka oprávnění" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Oprávnění"</th><th scope="col">"Platnost"</th><th scope="col">"Stav"</th><th scope="col">"Přidělil(a)"</th><th scope="col"><span class="sr">"Odebrat"</span></th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
            {history}
            <div class="card__foot stack grant">
                {own.then(|| view! { <p class="meta">"Vlastnímu účtu oprávnění měnit nejde. Požádejte o to jiného správce systému."</p> })}
                {(!sets.is_empty()).then(|| view! {
                    <form class="grant__fields" method="post" aria-label="Přidělit sadu oprávnění">
                        <CommandFields path=GrantSet::PATH/>
                        <input type="hidden" name="ucet" value=account.clone()/>
                        <Choice name="sada" label="Sada oprávnění" options=sets value=Typed::of(GrantSet::PATH).value("sada", "") error=Typed::of(GrantSet::PATH).error("sada")/>
                        <Field name="sada_od" label="Od (prázdné = dnes)" limit=20 value=Typed::of(GrantSet::PATH).value("sada_od", "") error=Typed::of(GrantSet::PATH).error("sada_od")/>
                        <Field name="sada_do" label="Do (nepovinné)" limit=20 value=Typed::of(GrantSet::PATH).value("sada_do", "") error=Typed::of(GrantSet::PATH).error("sada_do")/>
                        <button class="btn">"Přidělit sadu"</button>
                    </form>
                })}
                {(!may.is_empty()).then(|| view! {
                    <form class="grant__fields" method="post" aria-label="Přidělit oprávnění">
                        <CommandFields path=GrantRight::PATH/>
                        <input type="hidden" name="ucet" value=account.clone()/>
                        <Choice name="pravo" label="Jednotlivé oprávnění" options=may value=Typed::of(GrantRight::PATH).value("pravo", "") error=Typed::of(GrantRight::PATH).error("pravo")/>
                        <Field name="od" label="Od (prázdné = dnes)" limit=20 value=Typed::of(GrantRight::PATH).value("od", "") error=Typed::of(GrantRight::PATH).error("od")/>
                        <Field name="do" label="Do (nepovinné)" limit=20 value=Typed::of(GrantRight::PATH).value("do", "") error=Typed::of(GrantRight::PATH).error("do")/>
                        <button class="btn">"Přidělit"</button>
                    </form>
                })}
            </div>
        </section>
    }
}

#[cfg(feature = "ssr")]
fn person(actor: &Account, target: &Target, row: &AccountRow) -> impl IntoView + use<> {
    let (editable, why_not) = match actor.may_edit_person(target) {
        Ok(()) => (true, String::new()),
        Err(refusal) => (false, refusal.to_string()),
    };
    let (id, version) = (row.id.to_string(), row.version);
    let form = Typed::of(EditPerson::PATH);
    let content = if editable {
        view! {
            <form class="stack" method="post">
                <CommandFields path=EditPerson::PATH version=version/>
                <input type="hidden" name="ucet" value=id/>
                <Field name="jmeno" label="Jméno a příjmení" required=true value=form.value("jmeno", &row.name) error=form.error("jmeno")/>
                {if actor.person == target.person {
                    view! {
                        <input type="hidden" name="email" value=row.email.clone().unwrap_or_default()/>
                        <p>"E-mail: "{row.email.clone().unwrap_or_else(|| "–".to_owned())}" · "<a href="/ucet">"Změnit na stránce Můj účet"</a></p>
                    }.into_any()
                } else {
                    view! { <Field name="email" label="E-mail" kind="email" limit=254 value=form.value("email", row.email.as_deref().unwrap_or_default()) error=form.error("email")/> }.into_any()
                }}
                <Field name="klient" label="Identifikátor klienta MPSV (nepovinný)" limit=40 value=form.value("klient", row.client_id.as_deref().unwrap_or_default()) error=form.error("klient")/>
                <div class="row"><button class="btn">"Uložit údaje"</button></div>
            </form>
        }
        .into_any()
    } else {
        view! {
            <dl class="facts"><dt>"E-mail"</dt><dd>{row.email.clone().unwrap_or_else(|| "–".to_owned())}</dd><dt>"Identifikátor klienta"</dt><dd>{row.client_id.clone().unwrap_or_else(|| "–".to_owned())}</dd></dl>
            <p class="meta">{why_not}</p>
        }
        .into_any()
    };
    view! { <section class="card" aria-labelledby="osoba"><h2 id="osoba">"Osoba"</h2>{content}</section> }
}

#[cfg(feature = "ssr")]
fn access(actor: &Account, target: &Target, row: &AccountRow) -> impl IntoView + use<> {
    let id = row.id.to_string();
    let own = actor.person == target.person;
    let resets = actor.may_reset(target).is_ok() && !own;
    let blocks = row.blocked_at.is_none() && actor.may_block(target).is_ok();
    let unblocks = row.blocked_at.is_some() && actor.may_unblock(target).is_ok();
    let why_not = (row.blocked_at.is_none() && !blocks && !own).then(|| actor.may_block(target).err().map(|e| e.to_string())).flatten();
    let button = |path: &'static str, words: &'static str| {
        let id = id.clone();
        view! {
            <form method="post">
                <CommandFields path=path/>
                <input type="hidden" name="ucet" value=id/>
                <button class="btn">{words}</button>
            </form>
        }
    };
    view! {
        <section class="card" aria-labelledby="pristup">
            <h2 id="pristup">"Přístup"</h2>
            <dl class="facts">
                <dt>"Druhý faktor"</dt><dd>{if row.second_factor { "zapnutý" } else { "vypnutý" }}</dd>
                {(row.identities > 0).then(|| view! { <dt>"Přihlašování jinými systémy"</dt><dd>"spojeno"</dd> })}
                <dt>"Heslo"</dt><dd>{if row.must_change { "změní si při přihlášení" } else { "vlastní" }}</dd>
                <dt>"Naposledy přihlášen(a)"</dt><dd>{row.last_sign_in.map_or_else(|| "ještě ne".to_owned(), |at| domain::time::date_time(store::prague::local(at)))}</dd>
            </dl>
            {own.then(|| view! { <p><a class="btn" href="/ucet">"Můj účet"</a></p> })}
            {resets.then(|| view! {
                <div class="row">
                    {button(ResetPassword::PATH, "Nové jednorázové heslo")}
                    {button(OrderPassword::PATH, "Nařídit změnu hesla")}
                    {(row.second_factor || row.identities > 0).then(|| button(ResetSecondFactor::PATH, if row.identities > 0 { "Zrušit druhý faktor a spojení" } else { "Zrušit druhý faktor" }))}
                </div>
            })}
            {unblocks.then(|| button(UnblockAccount::PATH, "Odblokovat účet"))}
            {blocks.then(|| {
                let id = id.clone();
                view! {
                    <form class="stack" method="post">
                        <CommandFields path=BlockAccount::PATH/>
                        <input type="hidden" name="ucet" value=id/>
                        <Field name="duvod" label="Důvod zablokování" required=true limit=2000 value=Typed::of(BlockAccount::PATH).value("duvod", "") error=Typed::of(BlockAccount::PATH).error("duvod")/>
                        <div class="row"><button class="btn btn--danger">"Zablokovat účet"</button></div>
                    </form>
                }
            })}
            {why_not.map(|sentence| view! { <p class="meta">{sentence}</p> })}
        </section>
    }
}

#[cfg(feature = "ssr")]
fn consent(row: &AccountRow, consents: Vec<accounts::ConsentRow>) -> impl IntoView + use<> {
    let channel = |code: &str| CHANNELS.iter().find(|(c, _)| *c == code).map_or("", |(_, words)| *words);
    let channels = CHANNELS.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let list = consents
        .into_iter()
        .map(|c| {
            let file = c.file_name.clone().map(|name| view! { " · "<a href=format!("/ucty/souhlas/{}", c.id) download="">{name}</a> });
            view! { <li>{domain::time::date(c.given_on)}" · "{channel(&c.channel)}{c.message_id.map(|id| format!(" · zpráva {id}"))}{file}</li> }
        })
        .collect_view();
    let form = Typed::of(&format!("/ucty/{}", row.id));
    let open = form.refusal().is_some();
    view! {
        <section class="card" aria-labelledby="souhlas">
            <h2 id="souhlas">"Souhlas se zpracováním osobních údajů"</h2>
            <p class="meta">{if request::deps().rules.consent.is_empty() { "Od 26. 7. 2016 není povinný. " } else { "Bez zapsaného souhlasu se přihlásit nejde. " }}<a href="/ucty/souhlas.txt" download="">"Prázdný formulář"</a></p>
            <ul class="stack stack--tight">{list}</ul>
            <details open=open>
                <summary class="btn">"Zapsat souhlas"</summary>
                <form class="stack" method="post" enctype="multipart/form-data">
                    {form.sentence().map(|sentence| view! { <Alert sentence/> })}
                    <Field name="den" label="Dne" required=true limit=20 value=form.value("den", "") error=form.error("den")/>
                    <Choice name="zpusob" label="Jak přišel" options=channels value=form.value("zpusob", "") error=form.error("zpusob")/>
                    <Field name="zprava" label="Číslo datové zprávy (nepovinné)" limit=40 value=form.value("zprava", "") error=form.error("zprava")/>
                    <div class="field"><label for="soubor">"Soubor (PDF nebo obrázek, nejvýše 10 MB)"</label><input class="input" id="soubor" name="soubor" type="file" accept=".pdf,.png,.jpg,.jpeg" aria-describedby=form.error("soubor").map(|_| "soubor-m")/>
                        {form.error("soubor").map(|text| view! { <Message id="soubor-m" tone=Tone::Error text/> })}</div>
                    <div class="row"><button class="btn">"Zapsat"</button></div>
                </form>
            </details>
        </section>
    }
}

/// How a consent can come.
pub const CHANNELS: &[(&str, &str)] =
    &[("datova_schranka", "datovou schránkou"), ("listina", "na papíře"), ("elektronicky_podpis", "elektronicky podepsaný")];
