//! `/ucty/opravneni`: who may do what, written from the declarations beside every page and command.

use crate::{layout::*, permission::declared, request};
use domain::accounts::{OrganisationKind, Permission, Right, Role};
use leptos::prelude::*;

permit_page!("/ucty/opravneni" => Permission::Has(Right::SystemAdministration));

/// Whether somebody with only this set of rights may, in an organisation of this kind.
pub fn may(permission: Permission, role: Role, kind: OrganisationKind) -> bool {
    match permission {
        Permission::Public | Permission::SigningIn | Permission::SignedIn => true,
        Permission::Has(right) => role.rights().contains(&right),
        Permission::HasIn(of, right) => of == kind && role.rights().contains(&right),
        Permission::AnyOf(rights) => rights.iter().any(|r| role.rights().contains(r)),
    }
}

/// The page.
#[component]
pub fn MatrixPage() -> impl IntoView {
    loaded(async {
        let kind = request::actor().account()?.kind;
        request::info().require(Permission::Has(Right::SystemAdministration))?;
        let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| role.kinds().contains(&kind)).collect();
        let table = |method: &'static str, caption: &'static str| {
            let roles = roles.clone();
            view! {
                <section class="card card--flush">
                    <div class="card__head"><h2>{caption}</h2></div>
                    <div class="grid grid--bare" role="region" aria-label=caption tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Adresa"</th><th scope="col">"Oprávnění"</th>{roles.iter().map(|role| view! { <th scope="col">{role.label()}</th> }).collect_view()}</tr></thead>
                            <tbody>{declared().into_iter().filter(|d| d.method == method).map(|d| view! {
                                <tr>
                                    <th scope="row"><code>{d.path}</code></th>
                                    <td class="wrap">{words(d.permission)}</td>
                                    {roles.iter().map(|role| if may(d.permission, *role, kind) { view! { <td>"ano"</td> }.into_any() } else { view! { <td class="muted">"–"</td> }.into_any() }).collect_view()}
                                </tr>
                            }).collect_view()}</tbody>
                        </table>
                    </div>
                </section>
            }
        };
        let (pages, commands) = (table("GET", "Stránky a soubory"), table("POST", "Příkazy"));
        Ok(view! {
            <Page title="Kdo smí co" sub="podle sad oprávnění; k tomu vždy jen data vlastní organizace" crumbs=vec![("/ucty".to_owned(), "Účty".to_owned())]>
                <div class="main stack">
                    {pages}
                    {commands}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn words(permission: Permission) -> String {
    match permission {
        Permission::Has(right) => right.label().to_owned(),
        Permission::HasIn(kind, right) => format!("{}, patří {}", right.label(), kind.whose()),
        Permission::AnyOf(rights) => rights.iter().map(|r| r.label()).collect::<Vec<_>>().join(" nebo "),
        other => other.to_string(),
    }
}
