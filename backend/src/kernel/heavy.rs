//! Work that costs a core and much memory for a while: password hashes. As many at once as there are cores; the others
//! wait their turn, so a flood of sign-ins takes neither the memory nor the threads of everybody else.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

static SEATS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(seats())));

/// How many at once.
fn seats() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does `task` off the threads of the doors, when its turn has come. The seat travels with the work: a caller that goes
/// away does not free it before the work is done. `None` when the task panicked.
pub async fn heavy<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let seat = SEATS.clone().acquire_owned().await.ok()?;
    tokio::task::spawn_blocking(move || {
        let _seat = seat;
        #[cfg(test)]
        let _count = tests::Count::one();
        task()
    })
    .await
    .ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    static EVER: AtomicUsize = AtomicUsize::new(0);

    /// Counts a task while it runs.
    pub(super) struct Count;

    impl Count {
        pub(super) fn one() -> Self {
            EVER.fetch_add(1, Ordering::SeqCst);
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Self
        }
    }

    impl Drop for Count {
        fn drop(&mut self) {
            NOW.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// How many tasks there ever were.
    pub(crate) fn ever() -> usize {
        EVER.load(Ordering::SeqCst)
    }

    /// Never were there more at once than there are seats.
    #[track_caller]
    pub(crate) fn never_too_many() {
        let (most, seats) = (MOST.load(Ordering::SeqCst), super::seats());
        assert!(most <= seats, "{most} at once on {seats} seats");
    }
}
