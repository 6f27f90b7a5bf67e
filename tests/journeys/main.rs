//! Journeys through the real doors, on SQLite and, with `MOHOR_TEST_DATABASE`, on PostgreSQL.

mod agreement;
mod certificate;
mod commands;
mod correction;
mod crash;
mod enrolment;
mod forms;
mod judged;
mod linted;
mod office;
mod outage;
mod outsiders;
mod pages;
mod permissions;
mod program;
mod refusals;
mod reset;
mod rsa;
mod secrets;
mod servers;
mod stuck;
mod tls;
mod token;
mod turns;
mod window;
