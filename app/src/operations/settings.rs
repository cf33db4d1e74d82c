//! `/provoz/nastaveni`: contacts of the hotline and who sees the state of a module, for Aktuality, odstávky, provoz of MPSV.

use crate::{components::*, error::AppError, form::Typed, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    audit,
    operations::{self, Setting},
};

const OPERATOR: Permission = Permission::Has(Right::OperationsAdministration);

/// Sets contacts and visibility of a module.
#[server(name = SaveOperations, prefix = "/prikaz", endpoint = "provoz/nastavit")]
pub async fn save_operations(
    klic: Option<String>,
    verze: Option<String>,
    modul: Option<String>,
    telefon: Option<String>,
    hodiny: Option<String>,
    email: Option<String>,
    verejne: Option<String>,
) -> Result<(), AppError> {
    use domain::{operations::Module, text::typed};
    use request::{Begun, Command};
    let key = klic.unwrap_or_default();
    let asked = (&verze, &modul, &telefon, &hodiny, &email, &verejne);
    let Begun::New(mut command) = Command::begin::<()>("operations.setting.save", OPERATOR, &key, &asked).await? else {
        request::go_to("/provoz/nastaveni?hotovo=ulozeno");
        return Ok(());
    };
    command.actor.mpsv()?;
    let module = Module::from_code(&modul.unwrap_or_default()).ok_or_else(|| AppError::not_found("Část systému"))?;
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut text = |name: &str, value: Option<String>, limit| {
        typed(&value.unwrap_or_default(), limit).unwrap_or_else(|e| {
            wrong.push((name.to_owned(), e.to_string()));
            String::new()
        })
    };
    let (phone, hours, email) = (text("telefon", telefon, 60), text("hodiny", hodiny, 100), text("email", email, 254));
    if !email.is_empty() && domain::accounts::names::read_email(&email).is_err() {
        wrong.push(("email".to_owned(), "Adresa nemá tvar jmeno@domena.cz. Opravte ji, nebo pole vyprázdněte.".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong));
    }
    let before = operations::settings(&mut command.tx).await?.into_iter().find(|s| s.module == module.code());
    let new = Setting {
        module: module.code().to_owned(),
        phone,
        hours,
        email,
        state_public: verejne.is_some(),
        version: verze.unwrap_or_default().parse().unwrap_or(0),
    };
    operations::save_setting(&mut command.tx, &new).await?;
    let told = |s: &Setting| serde_json::json!({ "phone": s.phone, "hours": s.hours, "email": s.email, "state_public": s.state_public });
    let content = serde_json::json!({ "drive": before.as_ref().map(told), "nyni": told(&new) });
    command.tx.audit(audit::Record::done("operations.setting.save", "module", module.code(), content));
    command.finish(()).await?;
    request::go_to("/provoz/nastaveni?hotovo=ulozeno");
    Ok(())
}
permit!(SaveOperations => OPERATOR);
permit_page!("/provoz/nastaveni" => OPERATOR);

/// `/provoz/nastaveni`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    use domain::operations::Module;
    loaded(async {
        let mut tx = request::read(OPERATOR).await?;
        let settings = operations::settings(&mut tx).await?;
        let forms = Module::ALL
            .into_iter()
            .filter_map(|module| {
                let s = settings.iter().find(|s| s.module == module.code())?.clone();
                let typed = Typed::of_form(SaveOperations::PATH, "modul", module.code());
                let public = typed.ticked("verejne", s.state_public);
                let heading = format!("modul-{}", module.code());
                let labelled = heading.clone();
                // Names repeat in the two forms, identifiers must not.
                let field = |name: &'static str, label: &'static str, stored: String, limit: u32| {
                    let id = format!("{name}-{}", module.code());
                    let error = typed.error(name);
                    let told = error.is_some().then(|| format!("{id}-m"));
                    view! {
                        <div class="field">
                            <label for=id.clone()>{label}</label>
                            <input class="input" id=id.clone() name=name maxlength=limit value=typed.value(name, stored) aria-invalid=error.is_some().then_some("true") aria-describedby=told.clone()/>
                            {error.map(|text| view! { <Message id=format!("{id}-m") tone=Tone::Error text/> })}
                        </div>
                    }
                };
                Some(view! {
                    <section class="card" aria-labelledby=labelled>
                        <h2 id=heading>{module.label()}</h2>
                        <form class="stack" method="post">
                            <CommandFields path=SaveOperations::PATH version=s.version/>
                            <input type="hidden" name="modul" value=module.code()/>
                            {typed.sentence().map(|sentence| view! { <Alert sentence/> })}
                            {field("telefon", "Telefon horké linky", s.phone.clone(), 60)}
                            {field("hodiny", "Kdy ji někdo zvedá", s.hours.clone(), 100)}
                            {field("email", "E-mail", s.email.clone(), 254)}
                            <label class="check"><input type="checkbox" name="verejne" value="1" checked=public/><span>"Stav této části vidí i veřejnost, bez přihlášení"</span></label>
                            <p><button class="btn btn--primary" aria-label=format!("Uložit: {}", module.label())>"Uložit"</button></p>
                        </form>
                    </section>
                })
            })
            .collect_view();
        Ok(view! {
            <Page title="Horká linka a zveřejnění" crumbs=vec![("/provoz".to_owned(), "Provoz systému".to_owned())] calm=true>
                <div class="main main--calm"><div class="cols cols--half">{forms}</div></div>
            </Page>
        }
        .into_any())
    })
}
