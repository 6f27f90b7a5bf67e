//! The one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    mohor::cli::main(std::env::args_os())
}
