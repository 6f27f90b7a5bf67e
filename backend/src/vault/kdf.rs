//! The price of one guess at a PIN: Argon2id (RFC 9106), off the async threads, a bounded number at a time.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use mohor_shared::pin::Pin;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::model::VaultError;

/// Below the floor of [`Cost`].
#[derive(Debug, thiserror::Error)]
#[error("the work factor is out of bounds: at least 19456 KiB and 2 passes, at most 1 GiB, 16 passes, 4 lanes")]
pub struct CostTooLow;

/// The work factor of the PIN hash. Ordered by memory, then passes: a seal made at a lower one is old.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// The least that is accepted anywhere, also when reading a stored seal: 19 MiB, 2 passes, 1 lane.
    pub const FLOOR: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// The default: 64 MiB and 3 passes (RFC 9106 section 4, the memory-constrained choice) in one lane, because
    /// a server has other persons for its other cores. ADR 0006 has the measured price.
    pub const DEFAULT: Self = Self { memory_kib: 65_536, passes: 3, lanes: 1 };

    /// A work factor: `memory_kib` KiB, `passes` over them, `lanes` in parallel.
    ///
    /// # Errors
    /// [`CostTooLow`] outside the bounds. The upper ones keep a changed row from exhausting the machine.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostTooLow> {
        let enough = memory_kib >= Self::FLOOR.memory_kib && passes >= Self::FLOOR.passes && lanes >= 1;
        let sane = memory_kib <= 1 << 20 && passes <= 16 && lanes <= 4;
        if enough && sane { Ok(Self { memory_kib, passes, lanes }) } else { Err(CostTooLow) }
    }

    /// Memory (KiB), passes and lanes, as the seal stores them.
    pub const fn parts(self) -> [u32; 3] {
        [self.memory_kib, self.passes, self.lanes]
    }

    /// Argon2id version 0x13 of `pin` with `salt`, 32 bytes. Blocks the thread for the whole price.
    ///
    /// # Errors
    /// [`VaultError::Broken`] when the library refuses the parameters or the memory.
    pub fn stretch(self, pin: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let broken = |error: argon2::Error| VaultError::Broken(format!("argon2: {error}"));
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(broken)?;
        let mut out = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(pin.as_bytes(), salt, &mut *out)
            .map_err(broken)?;
        Ok(out)
    }
}

/// Where PINs are hashed.
#[derive(Clone)]
pub(super) struct Kitchen {
    cost: Cost,
    hobs: Arc<Semaphore>,
}

impl Kitchen {
    pub(super) fn new(cost: Cost, at_once: usize) -> Self {
        Self { cost, hobs: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    pub(super) const fn cost(&self) -> Cost {
        self.cost
    }

    /// Hashes `pin` at `cost`. The permit travels with the work: a caller that goes away does not free its
    /// memory before the hash is done, so a flood of abandoned requests cannot exceed the bound.
    pub(super) async fn stretch(
        &self,
        cost: Cost,
        pin: &Pin,
        salt: [u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let broken = |_| VaultError::Broken("the PIN hash was interrupted".to_owned());
        let permit = self.hobs.clone().acquire_owned().await.map_err(|_| VaultError::Broken("closed".to_owned()))?;
        let pin = pin.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            cost.stretch(pin.expose(), &salt)
        })
        .await
        .map_err(broken)?
    }
}
