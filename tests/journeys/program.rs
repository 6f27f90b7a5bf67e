//! The program as a process of its own: this test binary runs itself again and becomes `mohor`.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Output, Stdio};
use std::time::Duration;

/// The arguments, one in a line, with which the new process becomes the program.
const BECOMES: &str = "MOHOR_TEST_BECOMES";
const GLANCE: Duration = Duration::from_millis(50);
const GLANCES: u32 = 4800;

/// `mohor` with `arguments`, as a process.
pub(crate) fn mohor(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["program::the_test_binary_becomes_the_program", "--exact", "--nocapture"]);
    command.env(BECOMES, arguments.join("\n")).env("NO_COLOR", "1");
    command
}

/// What a process that ended said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) out: String,
    /// Its standard error.
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs `mohor` with `arguments` to its end.
pub(crate) fn run(arguments: &[&str]) -> Said {
    mohor(arguments).stdin(Stdio::null()).output().expect("a process").into()
}

/// A port that nobody listens at.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr()).expect("a port").port()
}

/// `mohor serve` at work; killed when it is dropped.
pub(crate) struct Serving {
    process: Child,
    log: PathBuf,
}

impl Serving {
    /// Serves after `config`, when the ceremony is done, until its listener at `port` answers.
    pub(crate) async fn open(config: &Path, port: u16) -> Self {
        Self::open_with(config, port, &[]).await
    }

    /// The same with variables of its own.
    pub(crate) async fn open_with(config: &Path, port: u16, variables: &[(String, String)]) -> Self {
        let ceremony = mohor(&["ceremony", "--config", config.to_str().expect("UTF-8")])
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .output();
        let ceremony = Said::from(ceremony.expect("a process"));
        assert_eq!(ceremony.code, 0, "{ceremony:#?}");
        let log = config.with_extension("log");
        let file = File::create(&log).expect("a log");
        let mut command = mohor(&["serve", "--config", config.to_str().expect("UTF-8")]);
        command.envs(variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("the log")).stderr(file);
        let mut serving = Self { process: command.spawn().expect("a process"), log };
        let door = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        for _ in 0..GLANCES {
            // The listener is bound before the server is put together; it says so in its log when it is.
            if serving.log().contains("open address=") && TcpStream::connect(door).is_ok() {
                return serving;
            }
            if let Some(status) = serving.ended() {
                panic!("the server did not start: {status:?}\n{}", serving.log());
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("the server does not answer\n{}", serving.log());
    }

    /// Everything that it has said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ctrl-C: the status with which it ends.
    pub(crate) async fn interrupt(self) -> ExitStatus {
        self.signal("INT");
        self.end().await
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", "kill -$0 $1", name, &self.process.id().to_string()]).status();
        assert!(sent.expect("a shell").success());
    }

    /// Waits until its log says `words`.
    pub(crate) async fn says(&self, words: &str) {
        for _ in 0..GLANCES {
            if self.log().contains(words) {
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("it does not say {words:?}\n{}", self.log());
    }

    /// Waits for its end: the status.
    pub(crate) async fn end(mut self) -> ExitStatus {
        for _ in 0..GLANCES {
            if let Some(status) = self.ended() {
                return status;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("it does not end\n{}", self.log());
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().expect("its status")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

#[test]
fn the_test_binary_becomes_the_program() {
    if let Ok(arguments) = std::env::var(BECOMES) {
        let code = mohor::cli::main(std::iter::once("mohor").chain(arguments.lines()).map(Into::into));
        // The harness would make one code of every failure.
        let number = (0..=u8::MAX).find(|number| ExitCode::from(*number) == code);
        std::process::exit(i32::from(number.expect("a code")));
    }
    let said = run(&["--version"]);
    assert!(said.code == 0 && said.out.contains("mohor 0."), "{said:?}");
}
