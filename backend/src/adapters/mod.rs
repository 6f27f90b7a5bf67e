//! The doors out: what stands behind the ports of the rooms.

pub mod keystore_software;
pub mod timestamper_http;
