//! Refusals as pages.

use askama::Template;

use crate::kernel::words::Lang;
use crate::web::problem::{DoorFault, Problem};

use super::frame::Frame;

/// What happened and what to do, in the reader's language first and in the other one below.
#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub(super) f: Frame,
    pub(super) title: String,
    pub(super) remedy: String,
    pub(super) other_title: String,
    pub(super) other_remedy: String,
    pub(super) other: Lang,
    pub(super) sign_in: bool,
}

impl ProblemPage {
    /// The page of `problem`.
    pub fn new(problem: &Problem, f: Frame) -> Self {
        let (lang, other) = (f.lang, f.other());
        Self {
            title: problem.title(lang),
            remedy: problem.remedy(lang),
            other_title: problem.title(other),
            other_remedy: problem.remedy(other),
            other,
            sign_in: problem.code == "sign-in-needed",
            f,
        }
    }
}

/// Answers every URL that is not in the table.
pub async fn show() -> Problem {
    DoorFault::Missing.into()
}
