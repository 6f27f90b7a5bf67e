//! Runs one tool.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a tool said.
#[derive(Clone, Debug)]
pub struct Said {
    /// How it was asked.
    pub asked: String,
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Said {
    /// The answer of a tool that must succeed.
    #[track_caller]
    pub fn demand(self) -> Self {
        assert!(self.code == 0, "{} ended with {}:\n{}{}", self.asked, self.code, self.out, self.err);
        self
    }

    /// Whether the tool succeeded.
    pub fn fine(&self) -> bool {
        self.code == 0
    }
}

/// Where the tools of the Python environment stand.
pub fn python_folder() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default();
    std::env::var_os("MOHOR_JUDGES").map_or_else(|| top.join("target/judges"), PathBuf::from).join("bin")
}

/// A tool by its program.
pub(super) struct Tool(PathBuf);

impl Tool {
    /// A tool of Debian.
    pub(super) fn system(name: &str) -> Self {
        Self(PathBuf::from(name))
    }

    /// A tool of the Python environment that `tests/run` makes; `MOHOR_JUDGES` may name another one.
    pub(super) fn python(name: &str) -> Self {
        Self(python_folder().join(name))
    }

    /// Asks; panics when the tool is not there.
    #[track_caller]
    pub(super) fn ask<S: AsRef<OsStr>>(&self, args: &[S]) -> Said {
        let asked = std::iter::once(self.0.as_os_str())
            .chain(args.iter().map(AsRef::as_ref))
            .map(OsStr::to_string_lossy)
            .collect::<Vec<_>>()
            .join(" ");
        let output = match Command::new(&self.0).args(args).env("LC_ALL", "C.UTF-8").env("TZ", "UTC").output() {
            Ok(output) => output,
            Err(error) => panic!("the judge {} cannot be asked ({error}): run `bash tests/run`", self.0.display()),
        };
        Said {
            asked,
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A path as an argument.
#[track_caller]
pub(super) fn arg(path: &Path) -> &str {
    path.to_str().expect("paths of tests are UTF-8")
}
