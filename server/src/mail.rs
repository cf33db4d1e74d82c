//! Sending the mail that commands put into the queue: through an SMTP server, or into files where there is none.

use crate::config::Config;
use chrono::{DateTime, Utc};
use domain::{accounts::Actor, time::Clock};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::{Store, mail};

/// Pause between two looks into the queue.
const PAUSE: Duration = Duration::from_secs(2);

/// How mail leaves.
pub struct Post {
    way: Way,
    from: Mailbox,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Files(AsyncFileTransport<Tokio1Executor>, PathBuf),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error("adresa: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("zpráva: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("SMTP: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("soubor: {0}")]
    File(#[from] lettre::transport::file::Error),
    #[error("složka: {0}")]
    Folder(#[from] std::io::Error),
}

impl Unsent {
    /// What the log may hold: its kind and the code of the answer. Its whole text repeats the recipient's address.
    fn logged(&self) -> String {
        let error = match self {
            Self::Address(_) => return "address".to_owned(),
            Self::Message(_) => return "message".to_owned(),
            Self::File(_) => return "file".to_owned(),
            Self::Folder(error) => return format!("folder: {}", error.kind()),
            Self::Smtp(error) => error,
        };
        let kind = if error.is_permanent() {
            "permanent"
        } else if error.is_transient() {
            "transient"
        } else if error.is_timeout() {
            "timeout"
        } else if error.is_tls() {
            "TLS"
        } else if error.is_response() {
            "response"
        } else if error.is_client() {
            "client"
        } else {
            "connection"
        };
        error.status().map_or_else(|| format!("SMTP: {kind}"), |code| format!("SMTP: {kind}, {code}"))
    }
}

impl Post {
    /// The way that the configuration names.
    ///
    /// # Errors
    /// An address that cannot be read.
    pub fn new(config: &Config) -> Result<Self, Box<dyn std::error::Error>> {
        let from = config.mail_from.parse().map_err(|e| format!("KRAJ108_MAIL_FROM: {e}"))?;
        let way = match &config.smtp {
            Some(url) => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|e| format!("KRAJ108_SMTP: {e}"))?;
                Way::Smtp(Box::new(transport.timeout(Some(Duration::from_secs(30))).build()))
            }
            None => {
                let folder = config.var.join("mail");
                Way::Files(AsyncFileTransport::new(&folder), folder)
            }
        };
        Ok(Self { way, from })
    }

    /// Sends what is due, until it is stopped.
    pub async fn work(self, store: Store, clock: Arc<dyn Clock>) {
        loop {
            match self.next(&store, clock.now()).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(PAUSE).await,
                Err(error) => {
                    tracing::error!(%error, "mail queue");
                    tokio::time::sleep(PAUSE * 5).await;
                }
            }
        }
    }

    /// Sends one mail; false when none is due. It is claimed in one transaction, sent outside of it, and noted in a second one.
    async fn next(&self, store: &Store, now: DateTime<Utc>) -> Result<bool, store::StoreError> {
        let mut tx = store.begin(&Actor::System).await?;
        let claimed = mail::claim(&mut tx, now).await?;
        tx.commit(now).await?;
        let Some(waiting) = claimed else { return Ok(false) };
        let sent = self.send(&waiting).await;
        let mut tx = store.begin(&Actor::System).await?;
        match sent {
            Ok(()) => mail::sent(&mut tx, waiting.id, matches!(self.way, Way::Files(..)), now).await?,
            Err(error) => {
                tracing::warn!(error = error.logged(), mail = %waiting.id, tries = waiting.tries, "mail not sent");
                mail::failed(&mut tx, &waiting, &error.to_string(), now).await?;
            }
        }
        tx.commit(now).await?;
        Ok(true)
    }

    async fn send(&self, waiting: &mail::Waiting) -> Result<(), Unsent> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(waiting.recipient.parse()?)
            .subject(waiting.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(waiting.body.clone())?;
        match &self.way {
            Way::Smtp(transport) => {
                transport.send(message).await?;
            }
            Way::Files(transport, folder) => {
                tokio::fs::create_dir_all(folder).await?;
                transport.send(message).await?;
            }
        }
        Ok(())
    }
}
