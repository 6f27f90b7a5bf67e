//! Tests follow with the stand-ins.
