//! Refusals as pages.

use askama::Template;

use crate::kernel::words::Lang;
use crate::web::problem::{DoorFault, Problem};

use super::frame::Frame;
use super::staff::prove_again;

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
    /// Where to go on, and the key of the words for it.
    pub(super) way: Option<(String, &'static str)>,
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
            way: match problem.code {
                "sign-in-needed" => Some(("/masuk".to_owned(), "web-sign-in")),
                "prove-again" => Some((prove_again::address(&f.path), "web-prove-again")),
                _ => None,
            },
            f,
        }
    }
}

/// Answers every URL that is not in the table.
pub async fn show() -> Problem {
    DoorFault::Missing.into()
}
