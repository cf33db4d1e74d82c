//! The binary `kraj108`.

use clap::{Parser, Subcommand};
use server::{commands, config::Config, system_clock::SystemClock};
use std::process::ExitCode;

/// Kraj108: register of social services and the subsidy year of the Czech regional authorities.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    /// Database within the private cluster.
    #[arg(long, global = true, default_value = "kraj108")]
    database: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the application.
    Serve(commands::serve::ServeArgs),
    /// Brings the database to the newest shape.
    Migrate,
    /// Imports the open data of the register (rpss.json).
    ImportRegister(commands::import_register::ImportRegisterArgs),
    /// Makes demo data.
    Demo(server::demo::command::DemoArgs),
    /// Recomputes audit chains, sums and states; status 1 when something is wrong.
    Verify {
        /// Machine-readable output.
        #[arg(long)]
        json: bool,
    },
    /// Writes the whole database into one file.
    Backup(commands::backup::BackupArgs),
    /// Puts a backup into an empty database and verifies it; status 1 when something is wrong.
    Restore(commands::backup::RestoreArgs),
    /// Makes the first account of the ministry, with Správa systému.
    CreateAdmin(commands::create_admin::CreateAdminArgs),
    /// Who may do what, as Markdown.
    Permissions {
        /// As a table of Markdown, which is what it always writes.
        #[arg(long)]
        markdown: bool,
    },
    /// Every setting with its default, as Markdown.
    Settings,
    /// Computes a scheme over services: CSV in, CSV or JSON out.
    Calculate(commands::calculate::CalculateArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("KRAJ108_LOG").unwrap_or_else(|_| "warn,kraj108::request=info".into()))
        .json()
        .with_writer(std::io::stderr)
        .init();
    server::request_log::note_panics();
    let cli = Cli::parse();
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(fault) => {
            eprintln!("kraj108: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let result = match &cli.command {
        Command::Serve(args) => commands::serve::serve(&config, &cli.database, args).await.map(|()| true),
        Command::Migrate => commands::migrate::migrate(&config, &cli.database).await.map(|()| true),
        Command::ImportRegister(args) => {
            commands::import_register::import_register(&config, &cli.database, args, &SystemClock).await.map(|()| true)
        }
        Command::Demo(args) => server::demo::command::demo(&config, &cli.database, args, &SystemClock).await.map(|()| true),
        Command::Verify { json } => commands::verify::verify(&config, &cli.database, *json).await,
        Command::Backup(args) => commands::backup::backup(&config, &cli.database, args, &SystemClock).await.map(|()| true),
        Command::Restore(args) => commands::backup::restore(&config, &cli.database, args, &SystemClock).await,
        Command::CreateAdmin(args) => commands::create_admin::create_admin(&config, &cli.database, args, &SystemClock).await.map(|()| true),
        Command::Calculate(args) => {
            commands::calculate::calculate(args, &mut std::io::stdout().lock(), &mut std::io::stderr().lock()).map_err(Into::into)
        }
        Command::Settings => {
            print!("{}", server::config::markdown());
            Ok(true)
        }
        Command::Permissions { markdown: _ } => {
            print!("{}", commands::permissions::markdown());
            Ok(true)
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("kraj108: {error}");
            ExitCode::FAILURE
        }
    }
}
