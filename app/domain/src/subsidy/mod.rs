//! The subsidy year: calculation of support, applications, assessment, decision (zákon č. 108/2006 Sb., § 101a).

pub mod amount;
pub mod application;
pub mod assessment;
pub mod award;
pub mod calculation;
pub mod decision;
pub mod inputs;
pub mod intake;
pub mod scheme_edit;
pub mod what_if;
pub mod window;
