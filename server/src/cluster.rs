//! The private database: a PostgreSQL cluster of its own in the folder `var`, on a Unix socket, with nothing to set up. A second command joins a
//! running one and never stops it.

use crate::config::Config;
use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use store::databases;

/// How often, and how long apart, a cluster that does not answer is tried again.
const JOIN_TRIES: u32 = 50;
const JOIN_PAUSE: Duration = Duration::from_millis(200);

/// A statement that takes longer is told in the log.
const SLOW: Duration = Duration::from_secs(1);

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL is not installed.
    #[error(
        "PostgreSQL 15 nebo novější není nainstalovaný (hledáno v /usr/lib/postgresql a v PATH). Nainstalujte balíček postgresql, nebo nastavte DATABASE_URL."
    )]
    NotInstalled,
    /// The folder cannot be used.
    #[error("složku {0} nejde použít pro databázi: {1}")]
    Folder(PathBuf, io::Error),
    /// A program of PostgreSQL failed.
    #[error("{0} skončil chybou: {1}")]
    Program(&'static str, String),
    /// A backup goes only into an empty database.
    #[error("databáze {0} už něco obsahuje; zálohu jde obnovit jen do prázdné, třeba s --database obnova")]
    NotEmpty(String),
    /// A configured database is backed up as its superuser.
    #[error("záloha databáze z DATABASE_URL potřebuje DATABASE_SUPERUSER_URL: ostatní role nevidí všechny řádky")]
    NoSuperuser,
    /// The database refused.
    #[error("databáze: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("migrace: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// A database that this process may use; the private cluster is stopped when this process started it.
#[derive(Debug)]
pub struct Database {
    app: PgConnectOptions,
    owner: PgConnectOptions,
    name: String,
    superuser: Option<String>,
    cluster: Option<Cluster>,
}

#[derive(Debug)]
struct Cluster {
    bin: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    as_postgres: bool,
    started_here: bool,
}

impl Database {
    /// Opens the configured database, starting the private cluster when there is none, and migrates it. `name` is the database within the private
    /// cluster.
    pub async fn open(config: &Config, name: &str) -> Result<Self, ClusterError> {
        if let Some(database) = Self::configured(config)? {
            return database.migrated().await;
        }
        let (cluster, mut superuser) = Cluster::prepared(config).await?;
        if !databases::exists(&mut superuser, name).await? {
            databases::create_database(&mut superuser, name).await?;
        }
        superuser.close().await?;
        Self::within(cluster, name).migrated().await
    }

    /// Like [`Database::open`]; `fill` fills it when it is empty. A database of the private cluster that is not there yet gets its name only once it
    /// is full, so that an interrupted filling leaves nothing by halves.
    pub async fn open_filled<E: From<ClusterError>>(
        config: &Config,
        name: &str,
        fill: impl AsyncFnOnce(&Self) -> Result<(), E>,
    ) -> Result<Self, E> {
        if let Some(database) = Self::configured(config)? {
            let database = database.migrated().await?;
            fill(&database).await?;
            return Ok(database);
        }
        let (cluster, mut superuser) = Cluster::prepared(config).await?;
        if databases::exists(&mut superuser, name).await.map_err(ClusterError::from)? {
            superuser.close().await.map_err(ClusterError::from)?;
            let database = Self::within(cluster, name).migrated().await?;
            fill(&database).await?;
            return Ok(database);
        }
        let scratch = format!("{name}_plneni");
        databases::drop_database(&mut superuser, &scratch).await.map_err(ClusterError::from)?;
        databases::create_database(&mut superuser, &scratch).await.map_err(ClusterError::from)?;
        let database = Self::within(cluster, &scratch).migrated().await?;
        fill(&database).await?;
        databases::rename_database(&mut superuser, &scratch, name).await.map_err(ClusterError::from)?;
        superuser.close().await.map_err(ClusterError::from)?;
        let (app, owner) = (database.app.clone().database(name), database.owner.clone().database(name));
        Ok(Self { app, owner, name: name.to_owned(), ..database })
    }

    /// An empty database into which a backup is put: `restore` fills it. The database of the private cluster must not be there yet; a configured
    /// one must have no tables.
    pub async fn restored(
        config: &Config,
        name: &str,
        restore: impl FnOnce(&Self) -> Result<(), ClusterError>,
    ) -> Result<Self, ClusterError> {
        if let Some(database) = Self::configured(config)? {
            let mut owner = database.owner.connect().await?;
            let tables: i64 =
                sqlx::query_scalar("select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
                    .fetch_one(&mut owner)
                    .await?;
            owner.close().await?;
            if tables > 0 {
                return Err(ClusterError::NotEmpty(database.name));
            }
            restore(&database)?;
            return database.migrated().await;
        }
        let (cluster, mut superuser) = Cluster::prepared(config).await?;
        if databases::exists(&mut superuser, name).await? {
            return Err(ClusterError::NotEmpty(name.to_owned()));
        }
        // It gets its name once it is whole.
        let scratch = format!("{name}_obnova");
        databases::drop_database(&mut superuser, &scratch).await?;
        databases::create_database(&mut superuser, &scratch).await?;
        let database = Self::within(cluster, &scratch);
        restore(&database)?;
        databases::rename_database(&mut superuser, &scratch, name).await?;
        superuser.close().await?;
        let (app, owner) = (database.app.clone().database(name), database.owner.clone().database(name));
        Self { app, owner, name: name.to_owned(), ..database }.migrated().await
    }

    /// A program of PostgreSQL aimed at this database, as a superuser, whom no policy stops.
    pub fn tool(&self, program: &'static str) -> Result<Command, ClusterError> {
        match (&self.cluster, &self.superuser) {
            (Some(cluster), _) => {
                let mut command = cluster.command(program);
                command.arg("-h").arg(&cluster.socket).args(["-U", "postgres", "-d", &self.name]);
                Ok(command)
            }
            (None, Some(url)) => {
                let mut command = Command::new(find_binaries().ok_or(ClusterError::NotInstalled)?.join(program));
                command.stdin(Stdio::null()).args(["-d", url]);
                Ok(command)
            }
            (None, None) => Err(ClusterError::NoSuperuser),
        }
    }

    fn configured(config: &Config) -> Result<Option<Self>, ClusterError> {
        let Some(url) = &config.database_url else { return Ok(None) };
        let app: PgConnectOptions = url.parse()?;
        let owner = match &config.database_owner_url {
            Some(url) => url.parse()?,
            None => app.clone().username("kraj_owner"),
        };
        let name = app.get_database().unwrap_or_default().to_owned();
        let (app, owner) = (with_log(app), with_log(owner));
        Ok(Some(Self { app, owner, name, superuser: config.database_superuser_url.clone(), cluster: None }))
    }

    fn within(cluster: Cluster, name: &str) -> Self {
        let server = with_log(PgConnectOptions::new_without_pgpass().host(&cluster.socket.to_string_lossy()).database(name));
        let at = |user: &str| server.clone().username(user);
        Self { app: at("kraj_app"), owner: at("kraj_owner"), name: name.to_owned(), superuser: None, cluster: Some(cluster) }
    }

    async fn migrated(self) -> Result<Self, ClusterError> {
        let mut owner = self.owner.connect().await?;
        store::MIGRATOR.run(&mut owner).await?;
        owner.close().await?;
        Ok(self)
    }

    /// A pool of connections as the role that serves.
    pub async fn pool(&self, most: u32) -> Result<sqlx::PgPool, ClusterError> {
        Ok(PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(10)).connect_with(self.app.clone()).await?)
    }

    /// A connection as the owner, for the bench and for loading code lists.
    pub async fn owner(&self) -> Result<PgConnection, ClusterError> {
        Ok(self.owner.connect().await?)
    }

    /// Stops the private cluster when this process started it, as leaving it does.
    pub fn close(self) {
        drop(self);
    }
}

impl Cluster {
    /// The running cluster with its roles, and a connection of its superuser that keeps other commands from making the same databases until it ends.
    async fn prepared(config: &Config) -> Result<(Self, PgConnection), ClusterError> {
        let (cluster, mut superuser) = Self::reach(config).await?;
        databases::prepare(&mut superuser).await?;
        Ok((cluster, superuser))
    }

    /// Starts the cluster or joins the running one, and connects as its superuser. One that another command is stopping, or that was killed a
    /// moment ago, still looks as if it ran: then both are tried again for a while.
    async fn reach(config: &Config) -> Result<(Self, PgConnection), ClusterError> {
        let mut tries = 0;
        loop {
            let cluster = Self::start(config)?;
            let options = PgConnectOptions::new_without_pgpass();
            let options = options.host(&cluster.socket.to_string_lossy()).username("postgres").database("postgres");
            match options.connect().await {
                Ok(superuser) => return Ok((cluster, superuser)),
                Err(error) if !cluster.started_here && tries < JOIN_TRIES && is_passing(&error) => {
                    tries += 1;
                    tokio::time::sleep(JOIN_PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn start(config: &Config) -> Result<Self, ClusterError> {
        let bin = find_binaries().ok_or(ClusterError::NotInstalled)?;
        let folder = |path: &Path, error| ClusterError::Folder(path.to_owned(), error);
        std::fs::create_dir_all(&config.var).map_err(|e| folder(&config.var, e))?;
        let var = config.var.canonicalize().map_err(|e| folder(&config.var, e))?;
        let as_postgres = running_as_root();
        let mut base = var.join("postgres");
        if as_postgres && !reachable_by_postgres(&var) {
            // PostgreSQL refuses to run as root, and its user cannot reach a checkout below a private folder.
            base = PathBuf::from(format!("/var/lib/postgresql/kraj108-{}", short_name(&var)));
            eprintln!("Složka {} není přístupná uživateli postgres; databáze bude v {}.", var.display(), base.display());
        }
        std::fs::create_dir_all(&base).map_err(|e| folder(&base, e))?;
        if as_postgres {
            run("chown", Command::new("chown").arg("postgres:").arg(&base))?;
        }
        // Paths of Unix sockets are limited to 107 bytes, of which the name of the socket takes 20.
        let mut socket = base.join("socket");
        if socket.as_os_str().len() > 85 {
            socket = std::env::temp_dir().join(format!("kraj108-{}", short_name(&base)));
        }
        let mut cluster = Self { bin, data: base.join("data"), socket, as_postgres, started_here: false };
        if !cluster.data.join("PG_VERSION").exists() {
            run(
                "initdb",
                cluster.command("initdb").arg("-D").arg(&cluster.data).args([
                    "-U",
                    "postgres",
                    "--auth=trust",
                    "--locale=C.UTF-8",
                    "-E",
                    "UTF8",
                ]),
            )?;
        }
        let running =
            cluster.command("pg_ctl").arg("-D").arg(&cluster.data).arg("status").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if running.is_ok_and(|s| s.success()) {
            return Ok(cluster);
        }
        if as_postgres {
            run("install", Command::new("install").args(["-d", "-m", "0750", "-o", "postgres"]).arg(&cluster.socket))?;
        } else {
            use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
            // Whoever reaches the socket is the superuser, so only this user does.
            let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&cluster.socket);
            made.map_err(|e| folder(&cluster.socket, e))?;
            let mine = |path: &Path| -> io::Result<bool> { Ok(std::fs::metadata(path)?.uid() == std::fs::metadata(&cluster.data)?.uid()) };
            if !mine(&cluster.socket).map_err(|e| folder(&cluster.socket, e))? {
                return Err(folder(&cluster.socket, io::Error::other("patří jinému uživateli")));
            }
            let private = std::fs::set_permissions(&cluster.socket, std::fs::Permissions::from_mode(0o700));
            private.map_err(|e| folder(&cluster.socket, e))?;
        }
        // Details of errors hold values of rows, which are no business of the log.
        let mut options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=120 -c shared_buffers=256MB -c max_wal_size=4GB \
             -c timezone=UTC -c log_error_verbosity=terse",
            cluster.socket.display()
        );
        if !config.durable {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let log = base.join("log");
        run(
            "pg_ctl",
            cluster
                .command("pg_ctl")
                .arg("-D")
                .arg(&cluster.data)
                .arg("-l")
                .arg(&log)
                .args(["-w", "-t", "60", "-o", &options, "start"])
                .stdout(Stdio::null()),
        )?;
        cluster.started_here = true;
        Ok(cluster)
    }

    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if self.as_postgres {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.stdin(Stdio::null()).current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.started_here {
            let _ =
                run("pg_ctl", self.command("pg_ctl").arg("-D").arg(&self.data).args(["-m", "fast", "-w", "stop"]).stdout(Stdio::null()));
        }
    }
}

/// Of statements only the slow ones are told.
fn with_log(options: PgConnectOptions) -> PgConnectOptions {
    use tracing::log::LevelFilter;
    options.log_statements(LevelFilter::Off).log_slow_statements(LevelFilter::Warn, SLOW)
}

/// Nobody listens on the socket, or who does is starting or stopping.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "57P03"),
        _ => false,
    }
}

fn run(name: &'static str, command: &mut Command) -> Result<(), ClusterError> {
    // The server that pg_ctl leaves behind would keep a pipe open, so what it says goes to a file.
    let said = tempfile_for_output().map_err(|e| ClusterError::Program(name, e.to_string()))?;
    let status = command.stdout(Stdio::null()).stderr(said.1).status().map_err(|e| ClusterError::Program(name, e.to_string()))?;
    let text = std::fs::read_to_string(&said.0).unwrap_or_default();
    let _ = std::fs::remove_file(&said.0);
    if status.success() { Ok(()) } else { Err(ClusterError::Program(name, text.trim().to_owned())) }
}

fn tempfile_for_output() -> io::Result<(PathBuf, std::fs::File)> {
    let path = std::env::temp_dir().join(format!("kraj108-{}-{}.log", std::process::id(), store::new_id()));
    let file = std::fs::File::create(&path)?;
    Ok((path, file))
}

fn find_binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin).or_else(|| {
        let paths = std::env::var_os("PATH")?;
        std::env::split_paths(&paths).find(|p| p.join("initdb").exists() && p.join("pg_ctl").exists())
    })
}

fn running_as_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

fn reachable_by_postgres(folder: &Path) -> bool {
    Command::new("runuser").args(["-u", "postgres", "--", "test", "-x"]).arg(folder).status().is_ok_and(|s| s.success())
}

fn short_name(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..4])
}
