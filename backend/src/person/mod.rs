//! The natural person: who they are, how they are reached, and what they have proved.
//!
//! Invariants: one person for one identity document (unique keyed index of its number); the number itself
//! is stored sealed and leaves this room only through [`Person::identity`]; a contact counts once it was
//! proved, and a proven contact belongs to one person alone. Replacing a proven contact starts the 24 hours
//! during which e-mailed codes are not accepted ([`Person::contact_changed_at`]).
//!
//! ```text
//! contact: proposed ──prove──▶ proven ──another one proven──▶ replaced
//!              └────another one proposed────▶ replaced
//! ```

pub mod model;

pub use model::{
    Channel, Contact, ContactId, Country, Email, IdKind, ParticularError, Person, PersonId, PersonName, Phone,
    PostalAddress, Postcode,
};
