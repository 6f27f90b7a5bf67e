//! Why a person could not go on, and why the demo world stopped.

/// Why a person could not go on.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The server did not answer.
    #[error("{path}: {source}")]
    Silent {
        /// What was asked for.
        path: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
    /// The page is not the one that was expected.
    #[error("{path} answered {status} where {wanted} was expected: {text}")]
    Unexpected {
        /// The page.
        path: String,
        /// Its status.
        status: u16,
        /// What was looked for.
        wanted: String,
        /// What it says, shortened.
        text: String,
    },
}

/// Why the demo world stopped. The message names the step, for whoever reads the console.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A page was not what a person would have expected.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// Nothing came in time.
    #[error("{0} did not come within {1} seconds")]
    Late(String, u64),
    /// A phone was refused.
    #[error("the phone of {0}: {1}")]
    Phone(&'static str, String),
    /// A result does not hold.
    #[error("{0}")]
    Wrong(String),
    /// A file could not be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The server did not start.
    #[error("the server did not start: {0}")]
    Start(String),
}
