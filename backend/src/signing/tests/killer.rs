//! Whoever stands at the steps of a ceremony in a test.

use std::sync::{Mutex, mpsc};

use super::super::{Step, Steps};

/// Ends the task at one step, as kill -9 ends the process: nothing behind it runs. Or holds it back before its PIN is
/// looked at.
#[derive(Default)]
pub(super) struct Killer(pub(super) Mutex<Option<Step>>, pub(super) Mutex<Option<Hold>>);

/// Tells that a try is spent, then waits to be let go.
pub(super) struct Hold {
    pub(super) spent: mpsc::Sender<()>,
    pub(super) go: mpsc::Receiver<()>,
}

impl Steps for Killer {
    fn reached(&self, step: Step) {
        let held = if step == Step::TrySpent { self.1.lock().expect("a lock").take() } else { None };
        if let Some(Hold { spent, go }) = held {
            spent.send(()).expect("somebody listens");
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
