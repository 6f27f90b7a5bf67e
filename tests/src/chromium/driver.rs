//! The `chromedriver` of one browser: started on a free port, ended with the test whatever becomes of it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A running `chromedriver`.
pub(super) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts it and waits until it names its port.
    #[track_caller]
    pub(super) fn start() -> Self {
        let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = match started {
            Ok(process) => process,
            Err(error) => panic!("chromedriver cannot be started ({error}): run `bash tests/run`"),
        };
        let said = process.stdout.take().expect("its standard output");
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        let port = lines.find_map(|line| port_in(&line)).expect("chromedriver names its port");
        // It says little more; a thread hears it out so that the pipe never fills.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port }
    }

    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// "ChromeDriver was started successfully on port 40719."
fn port_in(line: &str) -> Option<u16> {
    line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
}
