//! `kraj108 create-admin`: the first account of the ministry, from which all others follow.

use crate::{cluster::Database, config::Config};
use app::accounts::{
    gates::read_email,
    new_account::read_login,
    passwords::{Passwords, one_time},
};
use clap::Args;
use domain::{
    accounts::{Actor, OrganisationKind, Role},
    text::typed,
    time::Clock,
};
use serde_json::json;
use store::{
    Store,
    accounts::{NewAccount, NewOrganisation, create_account, ensure_organisation, login_taken},
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
    let passwords = Passwords::new(config.hash_memory, 2, 1)?;
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
    let name = typed(&args.name, 200)?;
    if name.split_whitespace().count() < 2 {
        return Err("Napište jméno i příjmení.".into());
    }
    let email = args.email.as_deref().map(read_email).transpose()?.flatten();
    let at = clock.now();
    let password = one_time()?;
    let hash = passwords.hash(password.clone()).await?;
    let mut tx = store.begin(&Actor::System).await?;
    if login_taken(&mut tx, &login).await? {
        return Err(format!("Přihlašovací jméno {login} už má někdo jiný. Vyberte jiné.").into());
    }
    let mpsv = NewOrganisation {
        kind: OrganisationKind::Mpsv,
        name: "Ministerstvo práce a sociálních věcí",
        ico: Some("00551023"),
        kraj_code: None,
        provider: None,
    };
    let organisation = ensure_organisation(&mut tx, &mpsv, at).await?;
    for kraj in domain::codelists::Kraj::all() {
        let code = kraj.code().to_string();
        let new = NewOrganisation { kind: OrganisationKind::Kraj, name: kraj.name(), ico: None, kraj_code: Some(&code), provider: None };
        ensure_organisation(&mut tx, &new, at).await?;
    }
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
    tx.commit(at).await?;
    Ok((login, password))
}
