//! Pure types of an identity check.

use crate::typed_id;

typed_id! {
    /// Names one identity check of one person.
    SubmissionId
}
