//! After a whole journey with everything that goes wrong in it, no secret stands where it must not: not in the most
//! talkative log, not in a row, not in a file.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mohor::demo::Browser;
use mohor::demo::handset::Handset;
use mohor::demo::journey::CodeFrom;
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::{ADMIN, PASSWORD, PEMAJU, REVIEWER, SIGNEES};
use mohor_tests::ground::Ground;
use mohor_tests::rows;
use mohor_tests::scene::{Scene, attempt, fill, refused, reset_pin, signed, with_pin};

const NEW_PIN: &str = "Kelapa-77-muda";
const WRONG_PIN: &str = "Bukan-Pin-Ini-8";

/// A log that a test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes down everything that the server's own code and its libraries say. The people of this journey live in the
    /// same process: what their browsers say of the addresses they open is not the server's log.
    fn open() -> Self {
        let log = Self::default();
        let copy = log.clone();
        let filter = "trace,reqwest=off,hyper=off,hyper_util=off,rustls=off,mohor::demo=off";
        let open = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || copy.clone());
        open.try_init().expect("one log in a process");
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

/// What nobody must find.
struct Secrets {
    /// Long enough to be looked for anywhere.
    words: BTreeSet<String>,
    /// Codes of a few digits, which stand alone.
    codes: BTreeSet<String>,
}

/// The number in the letters of `who` that stand alone and have 6 or 8 digits.
fn codes_in(text: &str) -> impl Iterator<Item = String> {
    let number = |word: &&str| matches!(word.len(), 6 | 8) && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()))
        .filter(number)
        .map(str::to_owned)
}

impl Secrets {
    async fn of(scene: &Scene, more_codes: Vec<String>) -> Self {
        let mut words: BTreeSet<_> = [PASSWORD, NEW_PIN, WRONG_PIN].map(str::to_owned).into();
        for who in &SIGNEES {
            words.extend([who.pin.to_owned(), who.ic.to_owned(), who.ic.replace('-', "")]);
        }
        let mut codes = BTreeSet::from_iter(more_codes);
        let people = SIGNEES.iter().map(|who| who.email).chain([ADMIN.email, PEMAJU.email, REVIEWER.email]);
        for address in people {
            for letter in scene.world.mailbox.letters(address).await.expect("mails") {
                codes.extend(codes_in(&letter.text));
                let own = letter.links.into_iter().filter(|link| link.starts_with(&scene.server.base));
                // The guide is for everybody.
                let own = own.filter(|link| !link.ends_with("/panduan-ekyc"));
                words.extend(own.filter_map(|link| link.rsplit(['/', '=']).next().map(str::to_owned)));
            }
        }
        words.retain(|word| word.len() >= 8);
        assert!(words.len() > 20 && codes.len() >= 4, "the mails were not read: {words:?} {codes:?}");
        Self { words, codes }
    }

    /// The secrets that stand in `text`, or in hexadecimal in it.
    fn found_in(&self, text: &str) -> Vec<&String> {
        let low = text.to_lowercase();
        let hex = |word: &str| word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let words = self.words.iter().filter(|word| text.contains(*word) || low.contains(&hex(word)));
        let alone: BTreeSet<_> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        words.chain(self.codes.iter().filter(|code| alone.contains(code.as_str()))).collect()
    }

    /// The secrets whose bytes stand in a file below `folder`.
    fn found_below(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(self.found_below(&path));
                continue;
            }
            let bytes = std::fs::read(&path).expect("readable");
            let stands = |word: &&String| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            found.extend(self.words.iter().filter(stands).map(|word| format!("{word} in {}", path.display())));
        }
        found
    }
}

/// Everybody signs, and everything that is refused on the way is refused.
async fn live(scene: &Scene, phones: &[Handset]) -> Vec<String> {
    let (world, buyer) = (&scene.world, &phones[0]);
    let mut codes = Vec::new();
    let stranger = scene.stranger();
    // Wrong code, wrong PIN, somebody else's number with the right code, forgotten PIN.
    let page = stranger.visit("/masuk").await.expect("the door");
    refused(&fill(&stranger, &page, &[("emel", ADMIN.email), ("kata_laluan", PASSWORD), ("kod", "000000")]).await);
    let at = world.certify(buyer).await.expect("a certificate");
    let code = buyer.turn_code().await.expect("a code");
    refused(&attempt(&at, &with_pin(&at, &code, WRONG_PIN)).await);
    codes.push(code);
    let landing = stranger.visit(&at.turn).await.expect("the link");
    let asked = fill(&stranger, &landing, &[("ic", buyer.who.ic)]).await;
    let code = world.mailbox.code(buyer.who.email, 6).await.expect("a code");
    refused(&fill(&stranger, &asked, &[("ic", SIGNEES[1].ic), ("kod", &code)]).await);
    reset_pin(scene, buyer, NEW_PIN).await;
    let at = follow_again(scene, buyer).await;
    let code = buyer.turn_code().await.expect("a code");
    signed(&attempt(&at, &with_pin(&at, &code, NEW_PIN)).await);
    codes.push(code);
    for (phone, from) in phones[1..].iter().zip([CodeFrom::Totp, CodeFrom::Mail, CodeFrom::Phone]) {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, from).await.expect("signs");
    }
    world.completion().await.expect("everybody hears of it");
    codes
}

/// The buyer's turn in a new browser.
async fn follow_again(scene: &Scene, buyer: &Handset) -> AtBrowser {
    let link = scene.links(buyer.who, "/t/").await.pop().expect("the link of the turn");
    let (at, _) =
        AtBrowser::follow(&scene.server.base, &scene.world.mailbox, buyer.who, &link).await.expect("the turn");
    at
}

#[tokio::test]
async fn no_secret_stands_in_a_log_a_row_or_a_file() {
    let log = Log::open();
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let codes = live(&scene, &phones).await;
    // The last word of every link, opened once more, and what a scanner tries.
    for link in scene.links(phones[0].who, "/").await {
        let scanner = Browser::open(&scene.server.base).expect("a browser");
        scanner.get(&link).await.expect("an answer");
    }
    let secrets = Secrets::of(&scene, codes).await;

    let text = log.text();
    assert!(text.contains("DEBUG") && text.contains("refused"), "the log was not taken down");
    assert_eq!(secrets.found_in(&text), Vec::<&String>::new(), "in the log");
    let mut tables = 0;
    for (table, rows) in rows::all(scene.work().db()).await {
        tables += usize::from(!rows.is_empty());
        assert_eq!(secrets.found_in(&rows), Vec::<&String>::new(), "in the table {table}");
    }
    assert!(tables > 30, "only {tables} tables hold anything");
    scene.end().await;
    assert_eq!(secrets.found_below(&ground.path().join("world")), Vec::<String>::new(), "in a file");
    // The search finds what is there.
    std::fs::write(ground.path().join("world/leak"), PASSWORD).expect("written");
    assert_eq!(secrets.found_below(&ground.path().join("world")).len(), 1);
    assert_eq!(secrets.found_in(&format!("x{}y", SIGNEES[0].ic)).len(), 1);
}
