//! Names of people and of their contacts.

use crate::typed_id;

typed_id! {
    /// Names a natural person.
    PersonId
    /// Names one contact (an e-mail address or a phone number) of a person.
    ContactId
}
