//! Founding.
fn main() {}
