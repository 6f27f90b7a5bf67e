//! How long the people of the demo wait for what others have to do.

use std::time::Duration;

use super::error::DemoError;

/// Longer than anything takes on a machine that is busy with other things: whoever waits in vain has met a fault, not a
/// slow day.
pub(super) const PATIENCE: Duration = Duration::from_secs(240);
const GLANCE: Duration = Duration::from_millis(200);

/// Somebody who looks again and again.
pub(super) struct Waiting {
    what: String,
    glances: u128,
}

impl Waiting {
    /// Waiting for `what`.
    pub(super) fn of(what: String) -> Self {
        Self { what, glances: PATIENCE.as_millis() / GLANCE.as_millis() }
    }

    /// It is not there yet: a little later.
    ///
    /// # Errors
    /// [`DemoError::Late`] when it should have come long ago.
    pub(super) async fn a_little(&mut self) -> Result<(), DemoError> {
        self.glances = self.glances.saturating_sub(1);
        if self.glances == 0 {
            return Err(DemoError::Late(self.what.clone(), PATIENCE.as_secs()));
        }
        tokio::time::sleep(GLANCE).await;
        Ok(())
    }
}
