//! Mohor: a digital-signature platform in four floors.
//!
//! Roof (`main`, `cli`, `app`, `config`, `demo`) wires; doors (`web`, `jobs`, `adapters`) speak to the world
//! and never import each other; rooms hold one noun each and import only rooms to their left;
//! [`kernel`] is the ground. `tests/architecture` reads the paths of every file and fails the build when a
//! wall is crossed.
//!
//! Rooms, left to right: audit outbox blob attempt keystore person organisation account device factor ekyc
//! certificate timestamp vault document signing roaming enrolment hims igfmas.

pub mod kernel;
#[cfg(test)]
pub(crate) mod testkit;

// Rooms, left to right.
pub mod account;
pub mod attempt;
pub mod audit;
pub mod blob;
pub mod certificate;
pub mod device;
pub mod document;
pub mod ekyc;
pub mod enrolment;
pub mod factor;
pub mod hims;
pub mod igfmas;
pub mod keystore;
pub mod organisation;
pub mod outbox;
pub mod person;
pub mod roaming;
pub mod signing;
pub mod timestamp;
pub mod vault;

// Doors.
pub mod adapters;
pub mod jobs;
pub mod web;

// Roof.
pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
