//! Whoever stands at the steps of a ceremony in a test.

use std::sync::{Mutex, mpsc};

use super::super::{Step, Steps};

/// Ends the task at one step, as kill -9 ends the process: nothing behind it runs. Or holds it back there.
#[derive(Default)]
pub(super) struct Killer(pub(super) Mutex<Option<Step>>, pub(super) Mutex<Option<Hold>>);

/// Tells that a ceremony has come as far as `at`, then waits to be let go.
pub(super) struct Hold {
    pub(super) at: Step,
    pub(super) there: mpsc::Sender<()>,
    pub(super) go: mpsc::Receiver<()>,
}

impl Steps for Killer {
    fn reached(&self, step: Step) {
        // Out of the lock first: others pass while one is held.
        let hold = self.1.lock().expect("a lock").take_if(|hold| hold.at == step);
        if let Some(Hold { there, go, .. }) = hold {
            there.send(()).expect("somebody listens");
            tokio::task::block_in_place(|| go.recv()).expect("let go");
        }
        let mut at = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *at == Some(step) {
            *at = None;
            drop(at);
            panic!("killed at {}", step.as_str());
        }
    }
}
