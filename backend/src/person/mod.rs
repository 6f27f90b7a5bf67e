//! The natural person: who they are, how they are reached, and what they have proved.
//!
//! Invariants: one person for one identity document (unique keyed index of its number); the number itself
//! is stored sealed and leaves this room only through [`Person::identity`]; a contact counts once it was
//! proved, and a proven contact belongs to one person alone. Replacing a proven contact starts the 24 hours
//! during which e-mailed codes are not accepted ([`Person::contact_changed_at`]); the first proof starts
//! nothing, and both the old and the new address are told of a change.
//!
//! ```text
//! contact: PROPOSED ──prove──▶ PROVEN ──another one proven──▶ REPLACED
//!              └─────another one proposed─────▶ REPLACED
//! ```

mod complete;
mod contact;
mod find;
mod id;
pub mod letters;
mod model;
mod name;
mod particular;
mod place;
mod prove;
mod register;
pub mod store;
#[cfg(test)]
mod tests;

pub use complete::{CompleteError, Residence, complete, speak, tell};
pub use contact::{Channel, Contact, Email, Phone};
pub use find::{
    FindError, by_email, by_id, by_id_in, by_id_number, contact, contact_in, hold, holds_id, mailbox, number_label,
    same_human,
};
pub use id::{ContactId, PersonId};
pub use letters::addressee;
pub use model::{IdKind, Person};
pub use name::{PersonName, printable_line};
pub use particular::ParticularError;
pub use place::{Country, PostalAddress, Postcode};
pub use prove::{Proposal, ProveError, code_for, confirm_contact, propose_contact, prove_contact, send_code};
pub use register::{NewPerson, RegisterError, Registration, correct_name, fold_names, index, prepare, register};
