//! The signer's pages: a mailed link names the turn, the person proves themselves, makes the certificate,
//! reviews, confirms and signs (SCR-1 to SCR-6).

pub mod views;
