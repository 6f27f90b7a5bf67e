//! Mohor in Chromium, used as its users would: clicked, touched, turned, reloaded, in two tabs, without scripts.

mod correction;
mod keyboard;
mod mails;
mod office;
mod pad;
mod plain;
mod public;
mod refused;
mod reviewer;
mod samples;
mod signee;
mod speed;
mod steps;
