//! The register: importing it, correcting it, searching it, and one service or provider with its history.

mod correct;
mod detail;
mod import;
mod runs;
mod search;

pub use correct::{set_identifikator, set_registrar};
pub use detail::{
    FacilityView, HistoryEntry, PrivateView, ProviderHead, ProviderView, Registrar, ServiceKey, ServiceView, private, provider,
    provider_head, providers_with_ico, service, service_id,
};
pub use import::{Closed, ImportError, ImportReport, ImportRequest, ServiceCounts, TouchedCounts, import};
pub use runs::{ImportProblem, ImportRun, imports, newest_day, problems};
pub use search::{AsOf, FacetCounts, SearchFilter, SearchPage, ServiceRow, ServiceState, Sort, search};
