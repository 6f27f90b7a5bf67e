//! PDF only, and pure: generate, picture, prepare, embed (PAdES), extend (LT, LTA), verify. No database, clock, network.
//!
//! ```text
//! head ──prepare──▶ Prepared{digest} ──cms::signed_attributes──▶ key signs ──cms::assemble──▶ embed ──▶ revision
//! revision ──extend::dss──▶ the same signature with everything needed to judge it later (B-LT)
//! complete ──prepare_stamp──▶ Prepared{digest} ──time stamp──▶ embed ──▶ all of it kept beyond its keys (B-LTA)
//! any bytes ──verify──▶ one verdict per signature
//! ```
//!
//! Invariants: a revision is its head followed by new bytes, the head is never touched (`increment`); the same head
//! and request give the same bytes, so a crash after the signature can be finished; the signing path parses only the
//! objects it needs (`reader`); nothing here holds a private key.

mod budget;
mod fields;
mod increment;
mod pages;
mod reader;
mod syntax;
mod xref;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub mod appearance;
pub mod archive;
pub mod cms;
pub mod embed;
pub mod extend;
pub mod generate;
pub mod model;
pub mod picture;
pub mod prepare;
pub mod verify;

pub use archive::prepare_stamp;
pub use embed::{EmbedError, embed};
pub use extend::ExtendError;
pub use model::{Appearance, Fill, RevocationData, SignatureRequest, SignatureRole};
pub use prepare::{PrepareError, Prepared, prepare};
pub use reader::ReadError;
