//! `kraj108 create-admin`: the first account of the ministry, from which all others follow.

use crate::{cluster::Database, config::Config};
use app::accounts::passwords::{Passwords, one_time};
use clap::Args;
use domain::{
    accounts::{
        Actor, Role,
        names::{read_email, read_login, read_name},
    },
    time::Clock,
};
use serde_json::json;
use store::{
    Store,
    accounts::{self, NewAccount, NewConsent, create_account, ensure_authorities, login_taken},
    audit,
};

/// What `create-admin` takes.
#[derive(Debug, Clone, Args)]
pub struct CreateAdminArgs {
    /// Sign-in name: small letters of ASCII, digits, dot, hyphen, underscore.
    #[arg(long)]
    pub login: String,
    /// Name and surname.
    #[arg(long)]
    pub name: String,
    /// E-mail for the recovery of the password.
    #[arg(long)]
    pub email: Option<String>,
    /// Day of the consent with processing of personal data (2026-11-30), where the settings ask for one; it is noted as given on paper.
    #[arg(long)]
    pub consent: Option<chrono::NaiveDate>,
}

/// Makes the account and prints its one-time password.
///
/// # Errors
/// What is wrong with the arguments, or the database's.
pub async fn create_admin(
    config: &Config,
    database: &str,
    args: &CreateAdminArgs,
    clock: &dyn Clock,
) -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::open(config, database).await?;
    let store = Store::new(database.pool(2).await?);
    let passwords = super::serve::passwords(config)?;
    if !config.consent.is_empty() && args.consent.is_none() {
        database.close();
        return Err(
            "Nastavení KRAJ108_CONSENT chce souhlas, bez něj by se nikdo nepřihlásil. Přidejte den souhlasu: --consent 2026-11-30".into()
        );
    }
    let made = make(&store, &passwords, args, clock).await;
    database.close();
    let (login, password) = made?;
    println!("Účet Správy systému MPSV je založený.");
    println!("  přihlašovací jméno  {login}");
    println!("  jednorázové heslo   {password}");
    println!("Při prvním přihlášení si zvolíte vlastní heslo a nastavíte druhý faktor.");
    Ok(())
}

/// Makes the account; gives its sign-in name and one-time password.
///
/// # Errors
/// What is wrong with the arguments, or the database's.
pub async fn make(
    store: &Store,
    passwords: &Passwords,
    args: &CreateAdminArgs,
    clock: &dyn Clock,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    let login = read_login(&args.login)?;
    let name = read_name(&args.name)?;
    let email = args.email.as_deref().map(read_email).transpose()?.flatten();
    let at = clock.now();
    let password = one_time()?;
    let hash = passwords.hash(password.clone()).await?;
    let mut tx = store.begin(&Actor::System).await?;
    if login_taken(&mut tx, &login).await? {
        return Err(format!("Přihlašovací jméno {login} už má někdo jiný. Vyberte jiné.").into());
    }
    let organisation = ensure_authorities(&mut tx, at).await?;
    let new = NewAccount {
        login: &login,
        name: &name,
        email: email.as_deref(),
        password_hash: &hash,
        must_change: Some("initial"),
        organisation,
        role: Role::Administrator,
        valid_from: store::prague::day(at),
        demo: false,
    };
    let account = create_account(&mut tx, &new, at).await?;
    let content = json!({ "login": login, "name": name, "email": email, "set": Role::Administrator.code(), "by": "create-admin" });
    tx.audit(audit::Record::done("accounts.create", "account", account, content).in_chain_of(organisation));
    if let Some(given_on) = args.consent {
        if given_on > store::prague::day(at) {
            return Err("Den souhlasu teprve přijde. Napište, kdy byl souhlas daný.".into());
        }
        let person = accounts::account(&mut tx, account, store::prague::day(at)).await?.person;
        let new = NewConsent { person, given_on, channel: "listina", message_id: None, file: None };
        let consent = accounts::note_consent(&mut tx, organisation, &new, at).await?;
        let content = json!({ "person": person, "given_on": given_on, "channel": "listina", "by": "create-admin" });
        tx.audit(audit::Record::done("accounts.consent.note", "consent", consent, content).in_chain_of(organisation));
    }
    tx.commit(at).await?;
    Ok((login, password))
}
