//! Assessment of services: the grid of a round, the page of one service, the columns that the kraj fills itself.

#[cfg(feature = "ssr")]
pub mod assign;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod columns;
#[cfg(feature = "ssr")]
pub mod columns_load;
#[cfg(feature = "ssr")]
pub mod columns_save;
#[cfg(feature = "ssr")]
pub mod detail;
#[cfg(feature = "ssr")]
pub mod detail_parts;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod grid;
pub mod grid_keys;
pub mod live;
#[cfg(feature = "ssr")]
pub mod save;
#[cfg(feature = "ssr")]
pub mod view;
