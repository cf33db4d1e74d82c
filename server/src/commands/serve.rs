//! `kraj108 serve`: the server.

use crate::{
    cluster::Database,
    config::Config,
    demo::{
        Scale,
        command::{DemoArgs, Filled, fill},
    },
    router::{Outside, router},
    system_clock::{FileClock, SystemClock},
};
use app::{
    accounts::{DEMO_ACCOUNTS, limits::Limits, passwords::Passwords, second_factor::secret_shown},
    request::{AccountRules, Deps, SiteFiles},
};
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use clap::Args;
use domain::time::Clock;
use hyper_util::rt::TokioTimer;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store::Store;
use tokio::signal::unix::{SignalKind, signal};

/// What `serve` takes.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Port on the loopback address; 0 takes a free one.
    #[arg(long, default_value_t = 1080)]
    pub port: u16,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// File that gets the address once the server answers.
    #[arg(long)]
    pub address_file: Option<PathBuf>,
    /// Fill an empty database with demo data first.
    #[arg(long)]
    pub demo: bool,
    /// Certificate with its chain (PEM): the server speaks TLS 1.2 and 1.3 itself. SIGHUP reads it anew.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Key of the certificate (PEM).
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// File with an instant (RFC 3339) that counts as now: for tests of deadlines.
    #[arg(long, hide = true)]
    pub clock: Option<PathBuf>,
}

/// Reads the names of the hashed files of the browser part.
pub fn site_files(site: &Path) -> Result<SiteFiles, Box<dyn std::error::Error>> {
    let path = site.join("manifest.json");
    let text = std::fs::read_to_string(&path)
        .map_err(|e| format!("prohlížečová část není sestavená ({}: {e}); spusťte ./run --build", path.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let file = |name: &str| {
        manifest["files"][name]["path"]
            .as_str()
            .or_else(|| manifest[name].as_str())
            .map(ToOwned::to_owned)
            .ok_or_else(|| format!("{}: chybí {name}", path.display()))
    };
    Ok(SiteFiles { css: file("style.css")?, loader: file("islands.js")?, js: file("frontend.js")?, wasm: file("frontend.wasm")? })
}

/// Serves until Ctrl-C or SIGTERM, which end a filling as well.
pub async fn serve(config: &Config, database: &str, args: &ServeArgs) -> Result<(), Box<dyn std::error::Error>> {
    let site = site_files(&config.site)?;
    let stop = Stop::install()?;
    let clock: Arc<dyn Clock> = match &args.clock {
        Some(file) => Arc::new(FileClock(file.clone())),
        None => Arc::new(SystemClock),
    };
    let passwords = Arc::new(passwords(config)?);
    let open = async {
        if args.demo {
            Database::open_filled(config, database, async |database: &Database| fill_demo(database, &passwords, &*clock).await).await
        } else {
            Database::open(config, database).await.map_err(Into::into)
        }
    };
    let opened = tokio::select! {
        opened = open => opened?,
        () = stop.fired() => return Ok(()),
    };
    let result = serve_from(config, args, site, &opened, (clock, passwords), stop).await;
    opened.close();
    result
}

/// Hashing and rules as they are set.
pub fn passwords(config: &Config) -> Result<Passwords, app::error::AppError> {
    let (memory, passes, at_once) = config.hashing;
    let mut passwords = Passwords::new(memory, passes, at_once)?;
    passwords.rules = config.passwords.clone();
    Ok(passwords)
}

/// Services of a round that `--demo` makes: enough to see, and soon there.
const SHOWN: usize = 120;

async fn fill_demo(database: &Database, passwords: &Arc<Passwords>, clock: &dyn Clock) -> Result<(), Box<dyn std::error::Error>> {
    let pool = database.pool(24).await?;
    let args = DemoArgs { scale: Scale::Kraj, seed: 1, write_rpss: None, services: Some(SHOWN), json: false };
    let began = std::time::Instant::now();
    let say = |what: &str| println!("ukázková data: {what} ({} s)", began.elapsed().as_secs());
    let filled = fill(&Store::new(pool.clone()), passwords, clock.now(), &args, &say).await;
    pool.close().await;
    if filled.map_err(|fault| format!("ukázková data: {fault}"))? == Filled::NoAccounts {
        println!("Databáze už má registr, ukázková data se do ní nepřidávají. Ukázku spustíte vedle ní: ./run --database ukazka");
    }
    Ok(())
}

async fn serve_from(
    config: &Config,
    args: &ServeArgs,
    site: SiteFiles,
    database: &Database,
    (clock, passwords): (Arc<dyn Clock>, Arc<Passwords>),
    stop: Stop,
) -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::new(database.pool(24).await?);
    let mut tx = store.begin(&domain::accounts::Actor::System).await?;
    let is_demo = store::accounts::credentials(&mut tx, DEMO_ACCOUNTS[0].login).await?.is_some_and(|found| found.demo);
    drop(tx);
    let listener = tokio::net::TcpListener::bind((args.host.as_str(), args.port)).await.map_err(|e| format!("port {}: {e}", args.port))?;
    let address = listener.local_addr()?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(crate::tls::served(certificate, key)?),
        _ => None,
    };
    let url = format!("{}://localhost:{}", if tls.is_some() { "https" } else { "http" }, address.port());
    let public = config.address.clone().unwrap_or_else(|| url.clone());
    let mail = crate::mail::Post::new(config)?;
    let rules =
        AccountRules { second_factor: config.second_factor.clone(), consent: config.consent.clone(), passkey_first: config.passkey_first };
    let deps = Deps {
        store: store.clone(),
        clock: clock.clone(),
        site: Arc::new(site),
        passwords,
        address: public.trim_end_matches('/').to_owned(),
        mail_in_files: config.smtp.is_none(),
        limits: Arc::new(Limits::new(config.tries)),
        demo: is_demo,
        sessions: config.sessions,
        rules: Arc::new(rules),
        passkeys: app::accounts::passkeys::verifier(&public).map(Arc::new),
        providers: Arc::new(app::accounts::openid::Providers::new()?),
        notices: Arc::default(),
    };
    let outside = Outside {
        proxies: config.proxies.clone(),
        secure: public.starts_with("https://"),
        body_pause: None,
        metrics_token: config.metrics_token.clone(),
    };
    crate::metrics::start();
    crate::housekeeping::note(&store, "system.start", clock.now()).await?;
    let (stopped, stop_clock) = (store.clone(), clock.clone());
    let app = router(deps, &config.site, outside).into_make_service_with_connect_info::<SocketAddr>();
    let housekeeping = tokio::spawn(crate::housekeeping::work(store.clone(), clock.clone(), crate::housekeeping::Kept::from(config)));
    let watching = tokio::spawn(crate::housekeeping::watch(store.clone(), clock.clone(), !is_demo));
    let postman = tokio::spawn(mail.work(store, clock));
    println!("Kraj108 běží na {url}");
    if is_demo {
        println!("Ukázkové účty:");
        for account in DEMO_ACCOUNTS {
            println!("  {:<24} {:<14} {}", account.label, account.login, account.password);
            if let Some(secret) = account.second_factor {
                println!("  {:<24} {:<14} klíč pro aplikaci s kódy (TOTP): {}", "", "", secret_shown(secret));
            }
        }
    }
    if let Some(file) = &args.address_file {
        std::fs::write(file, &url)?;
    }
    serve_on(listener, tls, args, app, stop).await?;
    postman.abort();
    housekeeping.abort();
    watching.abort();
    crate::housekeeping::note(&stopped, "system.stop", stop_clock.now()).await?;
    Ok(())
}

type Service = axum::extract::connect_info::IntoMakeServiceWithConnectInfo<axum::Router, SocketAddr>;

/// A client has so long to say what it wants.
const HEADERS: Duration = Duration::from_secs(20);
/// Requests that were begun have so long to end after the server was told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Serves until it is told to stop; by TLS where there is a certificate, which SIGHUP reads anew.
async fn serve_on(
    listener: tokio::net::TcpListener,
    tls: Option<RustlsConfig>,
    args: &ServeArgs,
    app: Service,
    stop: Stop,
) -> Result<(), Box<dyn std::error::Error>> {
    let handle = Handle::new();
    let ending = handle.clone();
    let mut renewed = signal(SignalKind::hangup())?;
    let renewing = tls.clone().zip(args.tls_cert.clone().zip(args.tls_key.clone()));
    let watch = tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.fired() => break,
                _ = renewed.recv() => if let Some((served, (certificate, key))) = &renewing {
                    match crate::tls::config(certificate, key) {
                        Ok(config) => served.reload_from_config(Arc::new(config)),
                        Err(fault) => tracing::error!(fault, "certificate not renewed"),
                    }
                },
            }
        }
        ending.graceful_shutdown(Some(GRACE));
    });
    let mut server =
        axum_server::from_tcp(listener.into_std()?)?.acceptor(NoDelayAcceptor::new()).handle(handle).first_request_timeout(HEADERS);
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    server.http_builder().http2().timer(TokioTimer::new());
    match tls {
        None => server.serve(app).await?,
        Some(tls) => server.map(|plain| RustlsAcceptor::new(tls).acceptor(plain)).serve(app).await?,
    }
    watch.abort();
    Ok(())
}

/// Whether the process was told to end.
struct Stop(tokio::sync::watch::Receiver<bool>);

impl Stop {
    /// From now on Ctrl-C and SIGTERM are told here.
    fn install() -> std::io::Result<Self> {
        let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let (tell, told) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            let _ = tell.send(true);
        });
        Ok(Self(told))
    }

    async fn fired(&self) {
        // The sender is dropped only after it was told.
        let _ = self.0.clone().wait_for(|told| *told).await;
    }
}
