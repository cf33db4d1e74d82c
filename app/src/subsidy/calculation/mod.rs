//! Runs of the calculation: started, kept, looked at, compared, tried with other numbers.

pub mod bars;
pub mod gains;
pub mod knobs;
pub mod save_what_if;
pub mod tables;
pub mod what_if_data;
pub mod what_if_island;

#[cfg(feature = "ssr")]
pub mod compare;
#[cfg(feature = "ssr")]
pub mod faults;
#[cfg(feature = "ssr")]
pub mod keep;
#[cfg(feature = "ssr")]
pub mod run;
#[cfg(feature = "ssr")]
pub mod run_table;
#[cfg(feature = "ssr")]
pub mod runs;
#[cfg(feature = "ssr")]
pub mod start_form;
#[cfg(feature = "ssr")]
pub mod start_run;
#[cfg(feature = "ssr")]
pub mod what_if;
