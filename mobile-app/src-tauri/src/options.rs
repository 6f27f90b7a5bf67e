//! What the program is started with.

use std::path::PathBuf;

/// The server of this build. A phone has no command line: whoever builds the app names it.
const SERVER: &str = match option_env!("MOHOR_SERVER") {
    Some(server) => server,
    None => "https://mohor.example.test",
};

/// The variable by which WebKit's driver asks for a webview that programs may drive.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// What the program is started with.
pub(crate) struct Options {
    pub(crate) server: String,
    profile: String,
    /// A link that the system hands over; whether it is ours is looked at where it is opened.
    pub(crate) link: Option<String>,
}

impl Options {
    /// `mohor-app [--server URL] [--profile NAME] [LINK]`: several phones on one desk have several profiles.
    pub(crate) fn of_process() -> Self {
        Self::parse(std::env::args().skip(1))
    }

    fn parse(mut words: impl Iterator<Item = String>) -> Self {
        let mut options = Self { server: SERVER.to_owned(), profile: "utama".to_owned(), link: None };
        while let Some(word) = words.next() {
            let value = match word.as_str() {
                "--server" => &mut options.server,
                "--profile" => &mut options.profile,
                link if link.contains(':') => {
                    options.link = Some(word);
                    continue;
                }
                _ => continue,
            };
            *value = words.next().unwrap_or_default();
        }
        options
    }

    /// The profile as the name of a folder and of keyring entries: letters, digits and hyphens.
    pub(crate) fn profile(&self) -> PathBuf {
        let name: String = self.profile.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
        PathBuf::from(if name.is_empty() { "utama".to_owned() } else { name })
    }
}

/// A program for people does not open where another program would press its buttons.
pub(crate) fn automation_allowed() -> bool {
    cfg!(feature = "e2e") || std::env::var_os(AUTOMATION).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Options {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_server_and_the_profile_are_named_on_the_line() {
        let options = parse("--server http://127.0.0.1:8080 --profile pembeli-1");
        assert_eq!((options.server.as_str(), options.profile()), ("http://127.0.0.1:8080", "pembeli-1".into()));
        assert_eq!((parse("").server.as_str(), parse("").link), (SERVER, None));
    }

    #[test]
    fn a_link_stands_anywhere_on_the_line_and_changes_no_server() {
        let link = "mohor://mohor.example.test/daftar/01J.x";
        for line in
            [format!("--profile b {link}"), format!("{link} --profile b"), format!("--verbose {link} --profile b")]
        {
            let options = parse(&line);
            assert_eq!((options.link.as_deref(), options.server.as_str()), (Some(link), SERVER), "{line}");
            assert_eq!(options.profile(), PathBuf::from("b"), "{line}");
        }
        assert_eq!(parse("--server").server, "", "which is no address, and is said on the first screen");
    }

    #[test]
    fn a_profile_is_never_a_way_out_of_its_folder() {
        assert_eq!(parse("--profile ../../etc").profile(), PathBuf::from("etc"));
        assert_eq!(parse("--profile ../..").profile(), PathBuf::from("utama"));
    }
}
