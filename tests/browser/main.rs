//! Mohor in Chromium, used as its users would: clicked, touched, turned, reloaded, in two tabs, without scripts.

mod keyboard;
mod pad;
mod plain;
mod public;
mod refused;
mod signee;
mod steps;
