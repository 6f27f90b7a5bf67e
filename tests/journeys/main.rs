//! Journeys through the real doors, on SQLite and, with `MOHOR_TEST_DATABASE`, on PostgreSQL.

mod agreement;
mod refusals;
mod window;
