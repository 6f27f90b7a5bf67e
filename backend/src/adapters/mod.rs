//! The doors out: what stands behind the ports of the rooms.

pub mod blob_files;
pub mod checkpoint_file;
pub mod keystore_software;
pub mod mailbox;
pub mod notary;
pub mod smtp;
pub mod timestamper_http;
