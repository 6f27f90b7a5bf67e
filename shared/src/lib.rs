//! What the server and the phone must agree on, to the byte: numbers people carry, codes, signed messages,
//! sealed messages, the shapes of the `/m/v1` calls, and pictures of identity documents.
//!
//! Pure: no clock, no generator, no network, no database. Whoever calls hands in the instant and the
//! random bytes, so every answer can be repeated by a test vector.

pub mod approve;
pub mod binding;
pub mod card;
pub mod code;
pub mod dpop;
pub mod ic;
pub mod jws;
pub mod mrz;
pub mod ocra;
pub mod otp;
pub mod picture;
pub mod pin;
pub mod sealed;
#[cfg(feature = "specimen")]
pub mod specimen;
pub mod totp;
pub mod transcript;
pub mod wire;
