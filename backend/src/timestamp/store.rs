//! SQL of the time-stamp authority: its register is the audit trail.

crate::sql! {
    /// The instant of the newest stamp of any server; NULL before the first.
    NEWEST = "SELECT MAX(at) AS at FROM audit_entry WHERE kind = 'timestamp.issued'";
}
