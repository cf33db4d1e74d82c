//! What Správa systému does with an account, and how submission is delegated. Each command asks the rules of granting in `domain`.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::error::Code;
#[cfg(feature = "ssr")]
use crate::request::{self, Begun, Command};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {
    domain::accounts::{
        granting::{NotValid, Validity},
        names,
    },
    store::accounts,
};

/// Who reaches the page of an account: Správa systému, and representatives who delegate.
pub const ON_ACCOUNTS: Permission = Permission::AnyOf(&[Right::SystemAdministration, Right::ApplicationSubmit, Right::ReportSubmit]);

#[cfg(feature = "ssr")]
fn refused(refusal: impl ToString) -> AppError {
    AppError::new(Code::Forbidden, refusal.to_string())
}

#[cfg(feature = "ssr")]
fn id(text: Option<String>) -> Result<uuid::Uuid, AppError> {
    text.unwrap_or_default().parse().map_err(|_| AppError::not_found("Účet"))
}

#[cfg(feature = "ssr")]
struct Act {
    command: Box<Command>,
    actor: domain::accounts::Account,
    target: domain::accounts::granting::Target,
    today: chrono::NaiveDate,
}

/// Opens the command and locks the account it is about; none when it was done before.
#[cfg(feature = "ssr")]
async fn act(
    name: &'static str,
    permission: Permission,
    key: Option<String>,
    account: uuid::Uuid,
    request: &(impl serde::Serialize + Sync),
) -> Result<Option<Act>, AppError> {
    let Begun::New(mut command) = Command::begin::<()>(name, permission, &key.unwrap_or_default(), &(account, request)).await? else {
        return Ok(None);
    };
    let today = store::prague::day(command.at);
    let actor = command.actor.account()?.clone();
    let target = accounts::target(&mut command.tx, account, today).await.map_err(|_| AppError::not_found("Účet"))?;
    Ok(Some(Act { command, actor, target, today }))
}

#[cfg(feature = "ssr")]
impl Act {
    fn note(&mut self, kind: &'static str, content: serde_json::Value) {
        let record = store::audit::Record::done(kind, "account", self.target.id, content);
        self.command.tx.audit(record.in_chain_of(self.target.organisation));
    }

    async fn done(self, said: &str) -> Result<(), AppError> {
        let page = format!("/ucty/{}?hotovo={said}", self.target.id);
        self.command.finish(()).await?;
        request::go_to(&page);
        Ok(())
    }
}

#[cfg(feature = "ssr")]
fn day(text: &str, field: &str) -> Result<Option<chrono::NaiveDate>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    domain::time::parse_date(text).map(Some).map_err(|e| AppError::field(field, e.to_string()))
}

/// First and last day of what is given; an empty first one is today. Faults are told at the two fields named.
#[cfg(feature = "ssr")]
fn validity((from, to): (&str, &str), (od, until): (&str, &str), today: chrono::NaiveDate) -> Result<Validity, AppError> {
    Validity::given(day(from, od)?, day(to, until)?, today).map_err(|why| {
        let field = match why {
            NotValid::Past => od,
            NotValid::EndsBeforeStart => until,
        };
        AppError::field(field, why.to_string())
    })
}

/// Gives a right, from a day on and until a day, both of which may be left out.
#[server(name = GrantRight, prefix = "/prikaz", endpoint = "ucty/pridelit")]
pub async fn grant_right(
    klic: Option<String>,
    ucet: Option<String>,
    pravo: Option<String>,
    od: Option<String>,
    r#do: Option<String>,
) -> Result<(), AppError> {
    let account = id(ucet)?;
    let request = [pravo, od, r#do].map(Option::unwrap_or_default);
    let Some(mut act) = act("accounts.right.grant", ON_ACCOUNTS, klic, account, &request).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    let right = Right::from_code(&request[0]).ok_or_else(|| AppError::field("pravo", "Vyberte oprávnění ze seznamu."))?;
    act.actor.may_grant(&act.target, right).map_err(refused)?;
    let days = validity((&request[1], &request[2]), ("od", "do"), act.today)?;
    let held = accounts::grants(&mut act.command.tx, account).await?;
    if held.iter().filter_map(|grant| grant.gives(right)).any(|held| held.meets(days)) {
        return Err(AppError::field("pravo", "Toto oprávnění účet v té době už má. Chcete-li jinou platnost, nejdřív ho odeberte."));
    }
    accounts::grant(&mut act.command.tx, account, &[right], days, act.command.at).await?;
    accounts::renew_sessions_of(&mut act.command.tx, account).await?;
    act.note("accounts.right.grant", serde_json::json!({ "right": right.code(), "from": days.from, "to": days.to }));
    act.done("pravo").await
}
permit!(GrantRight => ON_ACCOUNTS);

/// Gives the rights of a named set that the account does not have in that time, from a day on and until a day, both of which may be left out.
#[server(name = GrantSet, prefix = "/prikaz", endpoint = "ucty/pridelit-sadu")]
pub async fn grant_set(
    klic: Option<String>,
    ucet: Option<String>,
    sada: Option<String>,
    sada_od: Option<String>,
    sada_do: Option<String>,
) -> Result<(), AppError> {
    let account = id(ucet)?;
    let [set, od, until] = [sada, sada_od, sada_do].map(Option::unwrap_or_default);
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.right.grant_set", permission, klic, account, &(&set, &od, &until)).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    let kind = act.target.kind;
    let role = domain::accounts::Role::from_code(&set)
        .filter(|role| role.kinds().contains(&kind))
        .ok_or_else(|| AppError::field("sada", "Vyberte sadu oprávnění."))?;
    let held = accounts::grants(&mut act.command.tx, account).await?;
    let days = validity((&od, &until), ("sada_od", "sada_do"), act.today)?;
    let given = |right: &Right| held.iter().filter_map(|grant| grant.gives(*right)).collect::<Vec<Validity>>();
    let missing: Vec<Right> =
        role.rights().iter().copied().filter(|right| !given(right).into_iter().any(|held| held.covers(days))).collect();
    if let Some(right) = missing.iter().find(|right| given(right).into_iter().any(|held| held.meets(days))) {
        return Err(AppError::field(
            "sada",
            format!("Oprávnění „{}“ ze sady má účet jen v části té doby. Nejdřív ho odeberte, nebo zadejte jiné dny.", right.label()),
        ));
    }
    if missing.is_empty() {
        return Err(AppError::field("sada", "Všechna oprávnění této sady už účet v té době má."));
    }
    for right in &missing {
        act.actor.may_grant(&act.target, *right).map_err(refused)?;
    }
    accounts::grant(&mut act.command.tx, account, &missing, days, act.command.at).await?;
    accounts::renew_sessions_of(&mut act.command.tx, account).await?;
    let codes: Vec<&str> = missing.iter().map(|right| right.code()).collect();
    act.note("accounts.right.grant_set", serde_json::json!({ "set": role.code(), "rights": codes, "from": days.from, "to": days.to }));
    act.done("pravo").await
}
permit!(GrantSet => Permission::Has(Right::SystemAdministration));

/// Takes a right at once.
#[server(name = RevokeRight, prefix = "/prikaz", endpoint = "ucty/odebrat")]
pub async fn revoke_right(klic: Option<String>, ucet: Option<String>, pridel: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let grant = id(pridel)?;
    let Some(mut act) = act("accounts.right.revoke", ON_ACCOUNTS, klic, account, &grant).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    let (of, code) = accounts::grant_of(&mut act.command.tx, grant).await.map_err(|_| AppError::invalid("Toto oprávnění už účet nemá."))?;
    if of != account {
        return Err(AppError::not_found("Oprávnění"));
    }
    // A right that this version does not know can be taken all the same, by whoever may take any.
    let right = Right::from_code(&code).unwrap_or(Right::AuditView);
    act.actor.may_revoke(&act.target, right).map_err(refused)?;
    accounts::revoke(&mut act.command.tx, grant, act.command.at).await?;
    accounts::renew_sessions_of(&mut act.command.tx, account).await?;
    act.note("accounts.right.revoke", serde_json::json!({ "right": code }));
    act.done("odebrano-pravo").await
}
permit!(RevokeRight => ON_ACCOUNTS);

/// Blocks an account with a reason; its sessions end.
#[server(name = BlockAccount, prefix = "/prikaz", endpoint = "ucty/zablokovat")]
pub async fn block_account(klic: Option<String>, ucet: Option<String>, duvod: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let reason = duvod.unwrap_or_default();
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.block", permission, klic, account, &reason).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    act.actor.may_block(&act.target).map_err(refused)?;
    let reason = domain::text::typed(&reason, 2_000).map_err(|e| AppError::field("duvod", e.to_string()))?;
    if reason.is_empty() {
        return Err(AppError::field("duvod", "Napište, proč účet blokujete. Uvidí to správci systému."));
    }
    let at = act.command.at;
    if !accounts::block(&mut act.command.tx, account, &reason, at).await? {
        return Err(AppError::invalid("Účet mezitím zablokoval někdo jiný."));
    }
    accounts::end_sessions_of_account(&mut act.command.tx, account, accounts::Ended::Blocked, at).await?;
    act.note("accounts.block", serde_json::json!({ "reason": reason }));
    act.done("zablokovano").await
}
permit!(BlockAccount => Permission::Has(Right::SystemAdministration));

/// Unblocks an account.
#[server(name = UnblockAccount, prefix = "/prikaz", endpoint = "ucty/odblokovat")]
pub async fn unblock_account(klic: Option<String>, ucet: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.unblock", permission, klic, account, &()).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    act.actor.may_unblock(&act.target).map_err(refused)?;
    if !accounts::unblock(&mut act.command.tx, account).await? {
        return Err(AppError::invalid("Účet mezitím odblokoval někdo jiný."));
    }
    act.note("accounts.unblock", serde_json::json!({}));
    act.done("odblokovano").await
}
permit!(UnblockAccount => Permission::Has(Right::SystemAdministration));

/// Gives the person a new one-time password, shown once; sessions end.
#[server(name = ResetPassword, prefix = "/prikaz", endpoint = "ucty/nove-heslo")]
pub async fn reset_password(klic: Option<String>, ucet: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.password.reset", permission, klic, account, &()).await? else {
        request::go_to(&format!("/ucty/{account}"));
        return Ok(());
    };
    act.actor.may_reset(&act.target).map_err(refused)?;
    if act.actor.person == act.target.person {
        return Err(refused("Vlastní heslo si změňte na stránce Můj účet."));
    }
    let passwords = request::deps().passwords;
    let password = super::passwords::one_time()?;
    let hash = passwords.hash(password.clone()).await?;
    let (person, at) = (act.target.person, act.command.at);
    let tx = &mut act.command.tx;
    accounts::set_password(tx, person, &hash, Some("initial"), i64::from(passwords.rules.remembered), at).await?;
    accounts::end_sessions_of(tx, person, None, accounts::Ended::Password, at).await?;
    super::own::tell_of_change(&mut act.command.tx, person, "správce systému nastavil nové jednorázové heslo", at).await?;
    super::session::show_once(&password);
    act.note("accounts.password.reset", serde_json::json!({}));
    act.done("jednorazove").await
}
permit!(ResetPassword => Permission::Has(Right::SystemAdministration));

/// Takes the second factor of a person away, who lost the phone and the codes.
#[server(name = ResetSecondFactor, prefix = "/prikaz", endpoint = "ucty/zrusit-faktor")]
pub async fn reset_second_factor(klic: Option<String>, ucet: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.second_factor.reset", permission, klic, account, &()).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    act.actor.may_reset(&act.target).map_err(refused)?;
    if act.actor.person == act.target.person {
        return Err(refused("Vlastní druhý faktor spravujete na stránce Můj účet."));
    }
    let (person, at) = (act.target.person, act.command.at);
    accounts::remove_second_factor(&mut act.command.tx, person).await?;
    let keys = accounts::remove_passkeys(&mut act.command.tx, person).await?;
    let identities = accounts::unlink_identities(&mut act.command.tx, person).await?;
    let what = "správce systému zrušil druhý faktor, přístupové klíče i spojení s jinými systémy";
    super::own::tell_of_change(&mut act.command.tx, person, what, at).await?;
    accounts::end_sessions_of(&mut act.command.tx, person, None, accounts::Ended::Password, at).await?;
    act.note("accounts.second_factor.reset", serde_json::json!({ "passkeys": keys, "identities": identities }));
    act.done("bez-druheho-faktoru").await
}
permit!(ResetSecondFactor => Permission::Has(Right::SystemAdministration));

/// Orders a change of the password at the next sign-in.
#[server(name = OrderPassword, prefix = "/prikaz", endpoint = "ucty/naridit-zmenu")]
pub async fn order_password(klic: Option<String>, ucet: Option<String>) -> Result<(), AppError> {
    let account = id(ucet)?;
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.password.order", permission, klic, account, &()).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    act.actor.may_reset(&act.target).map_err(refused)?;
    let (person, at) = (act.target.person, act.command.at);
    accounts::set_must_change(&mut act.command.tx, person, Some("ordered")).await?;
    accounts::end_sessions_of(&mut act.command.tx, person, None, accounts::Ended::Password, at).await?;
    act.note("accounts.password.order", serde_json::json!({}));
    act.done("zmena-hesla").await
}
permit!(OrderPassword => Permission::Has(Right::SystemAdministration));

/// Changes name, e-mail and identifikátor klienta of a person who has no account elsewhere.
#[server(name = EditPerson, prefix = "/prikaz", endpoint = "ucty/osoba")]
pub async fn edit_person(
    klic: Option<String>,
    ucet: Option<String>,
    verze: Option<i64>,
    jmeno: Option<String>,
    email: Option<String>,
    klient: Option<String>,
) -> Result<(), AppError> {
    let account = id(ucet)?;
    let request = [jmeno, email, klient].map(Option::unwrap_or_default);
    let permission = Permission::Has(Right::SystemAdministration);
    let Some(mut act) = act("accounts.person.edit", permission, klic, account, &(verze, &request)).await? else {
        request::go_to(&format!("/ucty/{account}?hotovo=ulozeno"));
        return Ok(());
    };
    act.actor.may_edit_person(&act.target).map_err(refused)?;
    let mut wrong = Vec::new();
    let mut keep = |field: &str, sentence: String| wrong.push((field.to_owned(), sentence));
    let name = names::read_name(&request[0]).map_err(|sentence| keep("jmeno", sentence)).ok();
    let email = names::read_email(&request[1]).map_err(|sentence| keep("email", sentence)).ok();
    let client = names::read_client_id(&request[2]).map_err(|sentence| keep("klient", sentence)).ok();
    let (Some(name), Some(email), Some(client)) = (name, email, client) else { return Err(AppError::fields(wrong)) };
    let today = act.today;
    let before = accounts::account(&mut act.command.tx, account, today).await?;
    // What recovers the own password is changed with the password.
    if act.actor.person == act.target.person && before.email != email {
        return Err(AppError::invalid("Vlastní e-mail si změňte na stránce Můj účet; zeptáme se tam na heslo."));
    }
    let edit = accounts::PersonEdit { name: &name, email: email.as_deref(), client_id: client.as_deref() };
    accounts::edit_person(&mut act.command.tx, account, verze.unwrap_or_default(), &edit).await.map_err(|error| match error {
        store::StoreError::Stale { .. } => AppError::new(
            Code::Stale,
            format!(
                "Účet mezitím změnil někdo jiný. Teď je u něj jméno „{}“ a e-mail „{}“. Zkontrolujte to a uložte znovu.",
                before.name,
                before.email.clone().unwrap_or_default()
            ),
        ),
        error if error.constraint() == Some("person_client_id_key") => {
            AppError::field("klient", "Tento identifikátor klienta má jiný člověk. Zkontrolujte ho.")
        }
        error => error.into(),
    })?;
    if let Some(old) = before.email.as_ref().filter(|old| Some(old.as_str()) != email.as_deref()) {
        let at = act.command.at;
        store::mail::post(&mut act.command.tx, old, super::own::EMAIL_CHANGED.0, super::own::EMAIL_CHANGED.1, at).await?;
    }
    act.note(
        "accounts.person.edit",
        serde_json::json!({
            "before": { "name": before.name, "email": before.email, "client_id": before.client_id },
            "after": { "name": name, "email": email, "client_id": client },
        }),
    );
    act.done("ulozeno").await
}
permit!(EditPerson => Permission::Has(Right::SystemAdministration));
