//! What is wrong with a particular of a process, an appointment or a document.

use crate::fault;

/// Why a particular cannot be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IgfmasInput {
    /// Not between one sen and RM999,999,999,999.99.
    #[error("not an amount")]
    Amount,
    /// Not the code of a module: 2 to 12 letters and digits.
    #[error("not a module")]
    Module,
    /// The steps are not an order of signatures.
    #[error("not an order of steps")]
    Steps,
    /// Not the reference of a document: 1 to 20 letters and digits.
    #[error("not a reference")]
    Reference,
    /// The payment data are not complete, or not printable.
    #[error("not payment data")]
    Payload,
    /// The remark is too long or not printable.
    #[error("not a remark")]
    Remark,
}

fault! {
    IgfmasInput {
        Amount => "igfmas-amount-unacceptable", Invalid;
        Module => "igfmas-module-unacceptable", Invalid;
        Steps => "igfmas-steps-unacceptable", Invalid;
        Reference => "igfmas-reference-unacceptable", Invalid;
        Payload => "igfmas-payload-unacceptable", Invalid;
        Remark => "igfmas-remark-unacceptable", Invalid;
    }
}
