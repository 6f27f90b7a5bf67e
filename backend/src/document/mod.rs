//! PDF only, and pure: generate the agreement, prepare and embed a signature, extend it to the long term, verify.
//! Never touches the database, the clock or the network.

pub mod appearance;
pub mod generate;
pub mod model;
