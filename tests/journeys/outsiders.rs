//! What the README tells a stranger to type, typed.

use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The commands under "Ask other people's tools", with how often which words are to be said.
fn lines() -> Vec<(&'static str, usize, &'static str)> {
    let section = README.split_once("## Ask other people's tools").expect("the section").1;
    let code = section.split("```").nth(1).expect("the commands");
    let parts = |line: &'static str| {
        let (command, told) = line.split_once(" # ")?;
        let (times, words) = told.split_once(" × ")?;
        Some((command.trim(), times.parse().ok()?, words))
    };
    code.trim().lines().map(|line| parts(line).expect(line)).collect()
}

/// Every tool of the README accepts what lies in `out`, by the very line that stands there.
#[track_caller]
pub(crate) fn accept(out: &Path) {
    let lines = lines();
    assert!(lines.len() >= 5, "{lines:?}");
    let judges = mohor_tests::judges::python_folder();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([judges].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    for (command, times, words) in lines {
        let mut shell = Command::new("sh");
        let answer = shell.args(["-c", command]).current_dir(out).env("PATH", &path).output().expect("a shell");
        let said = [answer.stdout, answer.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(answer.status.success(), "{command}\n{said}");
        assert_eq!(said.matches(words).count(), times, "{command}\n{said}");
    }
}
