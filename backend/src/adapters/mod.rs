//! The doors out: what stands behind the ports of the rooms.

pub mod blob_files;
pub mod checkpoint_file;
#[cfg(test)]
mod conformance;
pub mod face_verifier_http;
pub mod keystore_pkcs11;
pub mod keystore_software;
pub mod mailbox;
pub mod notary;
pub mod premises;
pub mod secret_file;
pub mod smtp;
pub mod tesseract;
pub mod timestamper_http;
