//! OpenSSL at a listener: throw-away certificates, and handshakes of one version.

use std::path::{Path, PathBuf};

use super::tool::{Said, Tool, arg};

/// A self-signed certificate for `host` and its key, PEM, good for two days.
#[track_caller]
pub fn throw_away_certificate(folder: &Path, name: &str, host: &str) -> (PathBuf, PathBuf) {
    let (chain, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}-key.pem")));
    let (subject, host) = (format!("/CN=SPESIMEN {name}"), format!("subjectAltName=DNS:{host}"));
    let kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    let says = ["-subj", &subject, "-addext", &host, "-addext", "basicConstraints=critical,CA:FALSE"];
    let files = ["-keyout", arg(&key), "-out", arg(&chain)];
    Tool::system("openssl").ask(&[&kind[..], &says, &files].concat()).demand();
    (chain, key)
}

/// A handshake with `localhost:port` in the TLS version that `version` (`-tls1_2`) names, trusting `root` alone. The client
/// itself is as lenient as it can be, so that a refusal is the server's.
#[track_caller]
pub fn openssl_handshake(port: u16, version: &str, root: &Path) -> Said {
    let door = format!("localhost:{port}");
    let to = ["s_client", "-connect", &door, "-servername", "localhost", "-verify_hostname", "localhost"];
    let how = ["-CAfile", arg(root), "-verify_return_error", version, "-cipher", "DEFAULT:@SECLEVEL=0"];
    Tool::system("openssl").ask(&[&to[..], &how].concat())
}
