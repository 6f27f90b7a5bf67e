//! iGFMAS: payment documents of the government, certified in steps by officers who are never the same human twice.
//!
//! A work process (FIN-P01 to FIN-P50) says which signatures a document needs and in which order; appointments say who
//! may give them, where, for what and up to which amount.
//!
//! ```text
//! DRAFT ──submit──▶ SUBMITTED(1) ──claim──▶ SIGNING ──made──▶ SIGNED ─┐            SIGNED: others follow
//!   ▲  (amend)       │  │  ▲  ▲              │              CERTIFIED ─┤            CERTIFIED: it was the last
//!   │                │  │  │  └──not made────┘                         ▼
//!   │                │  │  └───────next signature──────────────── VERIFYING ⇄ VERIFY_HELD   no list to be believed
//!   │ version + 1    │  └──reject──▶ REJECTED                       │  │
//!   ├── RETURNED ◀───┘ kuiri                                        │  └─all verified──▶ POSTED
//!   └── POST_FAILED ◀─────────────────a certificate is revoked──────┘
//! ```
//!
//! SUBMITTED is IN_STH of STM-9: the document stands in the task list (Senarai Tugas Harian) of whoever signs next.
//!
//! Invariants
//! * A work process is never changed: an edit adds its next version, and a document keeps the one it began with.
//! * Whoever acts is appointed to that role in that office on that day up to that amount; the guard stands in the
//!   statement that acts. Nobody appoints themselves.
//! * Nobody acts on a document in two roles, in whichever of its versions; the preparer is one of them (PUB-FIN-2, SEC-5).
//! * After a signature nothing is edited: what comes back becomes the next version, and everybody signs anew.
//! * A signature has fourteen events in one order (FIN-1 to FIN-14); without the eighth none is made, without the
//!   thirteenth nothing is posted.
//! * Header and signer's number are shown, never stored: the hash that is signed is the same for everybody (FIN-27).

mod amount;
mod appointment;
mod crl;
mod facts;
mod input;
mod model;
mod payload;
mod prepare;
mod process;
mod purpose;
mod record;
mod refused;
mod run;
mod send_back;
mod sign;
mod signing_record;
pub mod store;
mod submit;
mod tasks;
#[cfg(test)]
mod tests;
mod verify;

pub use amount::Amount;
pub use appointment::{Appointment, AppointmentError, NewAppointment, appoint, appointments_of, end_appointment};
pub use crl::{Held, RevocationLists, Unreachable, Verdict, judge};
pub use facts::{Reference, SignatureInformation, header, shown};
pub use input::IgfmasInput;
pub use model::{AppointmentId, Confidence, DocumentId, DocumentState, Module, Role, StepId, Steps, System};
pub use payload::{Line, Payee, Payload};
pub use prepare::{NewDocument, PrepareError, amend, prepare_document};
pub use process::{Process, ProcessError, ProcessForm, add_process, change_process, process, processes};
pub use purpose::{PAYMENTS, Payments};
pub use record::{Document, DocumentStep, document};
pub use refused::ActRefused;
pub use run::{Fin, open_step, proceed};
pub use send_back::{Sent, send_back};
pub use sign::{NewSignature, claim_step, record_signature, release_step};
pub use signing_record::{Posting, SigningRecord, SigningResult, posting, signing_records};
pub use submit::{Printer, SubmitError, submit};
pub use tasks::{TASKS, Task, TaskPlace, Tasks, tasks, tasks_waiting};
pub use verify::{verify, verify_due};
