//! Journeys through the real doors, on SQLite and, with `MOHOR_TEST_DATABASE`, on PostgreSQL.

mod agreement;
mod certificate;
mod correction;
mod enrolment;
mod forms;
mod pages;
mod refusals;
mod reset;
mod turns;
mod window;
