//! Pure types: roles, sign-in particulars and the proof of a permission.

use crate::typed_id;

typed_id! {
    /// Names somebody who signs in: staff, a developer, an officer.
    AccountId
}
