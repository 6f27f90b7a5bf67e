//! iGFMAS: payment documents of the government, certified in steps by officers who are never the same human twice.
//!
//! A work process (FIN-P01 to FIN-P50) says which signatures a document needs and in which order; appointments say who
//! may give them, where, for what and up to which amount.
//!
//! Invariants
//! * A work process is never changed: an edit adds its next version, and a document keeps the one it began with.
//! * Whoever acts is appointed to that role in that office on that day up to that amount; the guard stands in the
//!   statement that acts. Nobody appoints themselves.

mod amount;
mod appointment;
mod input;
mod model;
mod process;
pub mod store;
#[cfg(test)]
mod tests;

pub use amount::Amount;
pub use appointment::{Appointment, AppointmentError, NewAppointment, appoint, appointments_of, end_appointment};
pub use input::IgfmasInput;
pub use model::{AppointmentId, Confidence, Module, Role, Steps, System};
pub use process::{Process, ProcessError, ProcessForm, add_process, change_process, process, processes};
