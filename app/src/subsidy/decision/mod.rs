//! The chain of decision: a run becomes the proposal, steps change single amounts and close within the allocation, the last one awards.

#[cfg(feature = "ssr")]
pub mod change_amount;
#[cfg(feature = "ssr")]
pub mod close_step;
#[cfg(feature = "ssr")]
pub mod make_proposal;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod proposal;
