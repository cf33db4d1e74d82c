//! What the browser needs for a what-if: the run with its inputs, read once when the page wakes.

use crate::{carried::Carried, error::AppError};
use domain::subsidy::calculation::StoredRun;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A run, and what its services are called.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WhatIfData {
    /// Number of the run.
    pub number: i32,
    /// What it was made of.
    pub stored: StoredRun,
    /// Name and paragraph of every service, in the order of the rows.
    pub services: Vec<(String, String)>,
    /// By what two computations are compared.
    pub digest: String,
}

/// Reads run `beh` of round `kolo` of year `rok`.
#[server(name = ReadWhatIf, prefix = "/prikaz", endpoint = "dotace/cist-beh")]
pub async fn read_what_if(rok: i32, kolo: i32, beh: i32) -> Result<Carried<WhatIfData>, AppError> {
    use crate::{
        request,
        subsidy::{ROUND_VIEW, tabs},
    };
    use store::subsidy::{rounds, runs};

    let mut tx = request::read(ROUND_VIEW).await?;
    let actor = request::actor();
    let (_, kraj) = actor.kraj()?;
    let round = rounds::round(&mut tx, rok, kolo).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(&mut tx, round.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    let run = runs::run_by_number(&mut tx, own.id, beh).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?;
    let services = run.services.into_iter().map(|service| (service.name, service.paragraph)).collect();
    Ok(Carried(WhatIfData { number: run.row.number, stored: run.stored, services, digest: run.digest }))
}
permit!(ReadWhatIf => crate::subsidy::ROUND_VIEW);
