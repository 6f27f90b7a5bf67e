//! Doors for programs: JSON in, JSON or problem+json out.

pub mod phone;
