//! `/ucty/novy`: a new account in the own organisation, or the first one of another by MPSV.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// What the administrator hands over on paper: shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Made {
    /// The account.
    pub account: String,
    /// The person has accounts elsewhere and has to confirm this one.
    pub invited: bool,
}

/// Makes an account. `sada` is a set of rights, `organizace` another organisation than the own one (MPSV only).
#[server(name = CreateAccount, prefix = "/prikaz", endpoint = "ucty/zalozit")]
pub async fn create_account(
    klic: Option<String>,
    organizace: Option<String>,
    jmeno: Option<String>,
    prihlasovaci: Option<String>,
    email: Option<String>,
    sada: Option<String>,
) -> Result<Made, AppError> {
    use domain::accounts::{Role, names};
    use request::{Begun, Command};
    use serde_json::json;
    use store::{
        accounts::{self, NewAccount},
        audit,
    };
    let text = Option::unwrap_or_default;
    let request = [organizace, jmeno, prihlasovaci, email, sada].map(text);
    let permission = Permission::Has(Right::SystemAdministration);
    let begun = Command::begin::<Made>("accounts.create", permission, &text(klic), &request).await?;
    let Begun::New(mut command) = begun else {
        let Begun::Earlier(made) = begun else { return Err(AppError::fault()) };
        request::go_to(&format!("/ucty/{}", made.account));
        return Ok(made);
    };
    let [organisation, name, login, email, set] = request;
    let actor = command.actor.account()?.clone();
    let today = store::prague::day(command.at);
    let organisation =
        if organisation.is_empty() { actor.organisation } else { organisation.parse().map_err(|_| AppError::not_found("Organizaci"))? };
    let own = accounts::organisation(&mut command.tx, organisation, today).await.map_err(|_| AppError::not_found("Organizaci"))?;
    let administrators = usize::try_from(own.administrators).unwrap_or(usize::MAX);
    actor
        .may_create_in(organisation, administrators)
        .map_err(|refusal| AppError::new(crate::error::Code::Forbidden, refusal.to_string()))?;
    let kind = domain::accounts::OrganisationKind::from_code(&own.kind).ok_or_else(AppError::fault)?;
    let mut wrong = Vec::new();
    let mut keep = |field: &str, result: Result<String, String>| result.map_err(|sentence| wrong.push((field.to_owned(), sentence))).ok();
    let name = keep("jmeno", names::read_name(&name));
    let login = keep("prihlasovaci", names::read_login(&login));
    let email = names::read_email(&email).map_err(|sentence| wrong.push(("email".to_owned(), sentence))).ok();
    let role = Role::from_code(&set).filter(|role| role.kinds().contains(&kind));
    if role.is_none() {
        wrong.push(("sada".to_owned(), "Vyberte sadu oprávnění.".to_owned()));
    }
    let (Some(name), Some(login), Some(email), Some(role), true) = (name, login, email, role, wrong.is_empty()) else {
        return Err(AppError::fields(wrong));
    };
    let account = if accounts::login_taken(&mut command.tx, &login).await? {
        // Somebody with an account elsewhere is invited, and joins only by confirming.
        let person = accounts::invitable(&mut command.tx, &login, &name).await?.ok_or_else(|| {
            AppError::field("prihlasovaci", "Toto přihlašovací jméno už má někdo jiný. Vyberte jiné; má-li ho tentýž člověk jinde, napište jméno a příjmení přesně jako tam.")
        })?;
        if person == actor.person {
            let own = domain::accounts::granting::Refusal::Own.to_string();
            return Err(AppError::new(crate::error::Code::Forbidden, own));
        }
        let account = accounts::add_account(&mut command.tx, person, organisation, role, None, command.at).await.map_err(|error| {
            if error.constraint().is_some() {
                AppError::field("prihlasovaci", "Tento člověk už v organizaci účet má.")
            } else {
                error.into()
            }
        })?;
        accounts::grant(
            &mut command.tx,
            account,
            role.rights(),
            domain::accounts::granting::Validity { from: today, to: None },
            command.at,
        )
        .await?;
        let content = json!({ "login": login, "organisation": own.name, "set": role.code(), "invited": true });
        command.tx.audit(audit::Record::done("accounts.create", "account", account, content).in_chain_of(organisation));
        Made { account: account.to_string(), invited: true }
    } else {
        let password = super::passwords::one_time()?;
        let hash = request::deps().passwords.hash(password.clone()).await?;
        super::session::show_once(&password);
        let new = NewAccount {
            login: &login,
            name: &name,
            email: email.as_deref(),
            password_hash: &hash,
            must_change: Some("initial"),
            organisation,
            role,
            valid_from: today,
            demo: false,
        };
        let account = accounts::create_account(&mut command.tx, &new, command.at).await.map_err(|error| {
            if error.constraint() == Some("person_login_key") {
                AppError::field("prihlasovaci", "Toto přihlašovací jméno už má někdo jiný. Vyberte jiné.")
            } else {
                error.into()
            }
        })?;
        let content = json!({ "login": login, "name": name, "email": email, "organisation": own.name, "set": role.code() });
        command.tx.audit(audit::Record::done("accounts.create", "account", account, content).in_chain_of(organisation));
        Made { account: account.to_string(), invited: false }
    };
    let made = command.finish(account).await?;
    request::go_to(&format!("/ucty/{}?hotovo={}", made.account, if made.invited { "pozvano" } else { "ucet" }));
    Ok(made)
}
permit!(CreateAccount => Permission::Has(Right::SystemAdministration));
permit_page!("/ucty/novy" => Permission::Has(Right::SystemAdministration));

/// `/ucty/novy`.
#[cfg(feature = "ssr")]
#[component]
pub fn NewAccountPage() -> impl IntoView {
    use domain::accounts::{OrganisationKind, Role};
    loaded(async {
        let info = request::info();
        let account = info.actor.account()?.clone();
        let today = store::prague::day(info.received_at);
        let mut tx = request::read(Permission::Has(Right::SystemAdministration)).await?;
        let asked = request::query_pairs().into_iter().find(|(name, _)| name == "organizace").and_then(|(_, id)| id.parse().ok());
        let organisation = store::accounts::organisation(&mut tx, asked.unwrap_or(account.organisation), today)
            .await
            .map_err(|_| AppError::not_found("Organizaci"))?;
        let administrators = usize::try_from(organisation.administrators).unwrap_or(usize::MAX);
        account
            .may_create_in(organisation.id, administrators)
            .map_err(|refusal| AppError::new(crate::error::Code::Forbidden, refusal.to_string()))?;
        let kind = OrganisationKind::from_code(&organisation.kind).ok_or_else(AppError::fault)?;
        let sets: Vec<Role> = Role::ALL.into_iter().filter(|role| role.kinds().contains(&kind)).collect();
        let options = sets.iter().map(|role| (role.code().to_owned(), role.label().to_owned())).collect();
        let form = Typed::of(CreateAccount::PATH);
        let foreign = asked.map(|_| organisation.id.to_string()).unwrap_or_default();
        Ok(view! {
            <Page title="Nový účet" sub=organisation.name.clone() crumbs=vec![("/ucty".to_owned(), "Účty".to_owned())]>
                <div class="main main--calm">
                    <PageRefusal/>
                    <div class="cols cols--half">
                        <form class="card stack" method="post">
                            <CommandFields path=CreateAccount::PATH/>
                            <input type="hidden" name="organizace" value=foreign/>
                            <Field name="jmeno" label="Jméno a příjmení" required=true value=form.value("jmeno", "") error=form.error("jmeno")/>
                            <Field name="prihlasovaci" label="Přihlašovací jméno" required=true limit=60 value=form.value("prihlasovaci", "") error=form.error("prihlasovaci")
                                help="Malá písmena bez háčků a čárek, třeba j.novakova. Změnit ho později nejde."/>
                            <Field name="email" label="E-mail (nepovinný)" kind="email" limit=254 value=form.value("email", "") error=form.error("email")
                                help="Slouží k obnově hesla. Může si ho doplnit i uživatel sám."/>
                            <Choice name="sada" label="Sada oprávnění" options value=form.value("sada", "") error=form.error("sada") help="Jednotlivá oprávnění upravíte v účtu."/>
                            <div class="row"><button class="btn btn--primary">"Založit účet"</button><a class="btn" href="/ucty">"Zrušit"</a></div>
                        </form>
                        <section class="card">
                            <h2>"Co sady obsahují"</h2>
                            <dl class="stack">
                                {sets.into_iter().map(|role| view! {
                                    <div><dt><strong>{role.label()}</strong></dt><dd class="meta">{role.rights().iter().map(|right| right.label()).collect::<Vec<_>>().join(", ")}</dd></div>
                                }).collect_view()}
                            </dl>
                            <p class="meta">"Má-li člověk účet v jiné organizaci, napište jeho tamní přihlašovací jméno, jméno a příjmení: účet mu přibude, až ho sám potvrdí."</p>
                        </section>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}
