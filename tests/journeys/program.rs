//! The program as a process of its own: this test binary runs itself again and becomes `mohor`.

use std::process::{Command, ExitCode};

/// The arguments, one in a line, with which the new process becomes the program.
const BECOMES: &str = "MOHOR_TEST_BECOMES";

/// `mohor` with `arguments`, as a process.
pub(crate) fn mohor(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["program::the_test_binary_becomes_the_program", "--exact", "--nocapture"]);
    command.env(BECOMES, arguments.join("\n"));
    command
}

#[test]
fn the_test_binary_becomes_the_program() -> ExitCode {
    if let Ok(arguments) = std::env::var(BECOMES) {
        return mohor::cli::main(std::iter::once("mohor").chain(arguments.lines()).map(Into::into));
    }
    let said = mohor(&["--version"]).output().expect("a process");
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).contains("mohor 0."), "{said:?}");
    ExitCode::SUCCESS
}
