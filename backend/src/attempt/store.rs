//! SQL of the attempt room.

crate::sql! {
    /// One try more, unless the limit is reached; no row means blocked. `$3` ≥ 1.
    SPEND = "INSERT INTO attempt_counter (name, tries, round, changed_at) VALUES ($1, 1, 0, $2) \
        ON CONFLICT (name) DO UPDATE SET tries = attempt_counter.tries + 1, changed_at = $2 \
        WHERE attempt_counter.tries < $3 RETURNING tries, round";
    /// One try back, in the round it was spent in.
    REFUND = "UPDATE attempt_counter SET tries = tries - 1, changed_at = $3 \
        WHERE name = $1 AND round = $2 AND tries > 0";
    /// A new round.
    CLEAR = "UPDATE attempt_counter SET tries = 0, round = round + 1, changed_at = $2 WHERE name = $1 AND tries > 0";
    /// Tries of this round.
    TRIES = "SELECT tries FROM attempt_counter WHERE name = $1";
    /// One use more: in the running window while it has room, or as the first of a new one.
    /// `$2` now, `$3` the end of a window that begins now, `$4` ≥ 1 uses.
    USE = "INSERT INTO attempt_window (name, uses, started_at, ends_at) VALUES ($1, 1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET \
        uses = CASE WHEN attempt_window.ends_at <= $2 THEN 1 ELSE attempt_window.uses + 1 END, \
        started_at = CASE WHEN attempt_window.ends_at <= $2 THEN $2 ELSE attempt_window.started_at END, \
        ends_at = CASE WHEN attempt_window.ends_at <= $2 THEN $3 ELSE attempt_window.ends_at END \
        WHERE attempt_window.ends_at <= $2 OR attempt_window.uses < $4 RETURNING uses";
    /// When the running window ends.
    WINDOW_END = "SELECT ends_at FROM attempt_window WHERE name = $1";
    /// The window is over: what was tried was right.
    FORGIVE = "DELETE FROM attempt_window WHERE name = $1";
    /// A hold is only ever made longer.
    HOLD = "INSERT INTO attempt_hold (name, until) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET until = $2 WHERE attempt_hold.until < $2";
    /// The end of a hold.
    HELD = "SELECT until FROM attempt_hold WHERE name = $1";
    /// Windows that are over.
    SWEEP_WINDOWS = "DELETE FROM attempt_window WHERE ends_at < $1";
    /// Holds that are over.
    SWEEP_HOLDS = "DELETE FROM attempt_hold WHERE until < $1";
}
