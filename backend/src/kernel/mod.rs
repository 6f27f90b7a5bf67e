//! The ground floor: what every room stands on, and what knows nothing of any room.
//!
//! Only [`db`] says `sqlx`; only [`clock`] and [`rng`] touch the system clock and the randomness of the
//! operating system. `tests/architecture.rs` keeps it so.

pub mod clock;
pub mod db;
pub mod error;
pub mod heavy;
pub mod id;
pub mod qr;
pub mod rng;
pub mod search;
pub mod secret;
pub mod settings;
pub mod stored;
pub mod words;
pub mod work;
