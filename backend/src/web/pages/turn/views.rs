//! What the signer's pages show.

use askama::Template;

use crate::document::picture::WIDTHS;
use crate::kernel::words::Lang;
use crate::vault::PinState;
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;

/// The agreement and the turn, at the head of every page of the journey.
#[derive(Clone, Debug)]
pub struct Head {
    /// The link's token.
    pub token: String,
    /// Kod Pemajuan.
    pub code: String,
    /// Nama Pemajuan.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Who sells.
    pub developer: String,
    /// The role of the person, in the page's language.
    pub role: String,
    /// `DD/MM/YYYY HH:MM`, while the window runs.
    pub deadline: Option<String>,
    /// How long that is, for people.
    pub left: Option<String>,
}

/// Which bytes a page is about: shown before they are signed, and with the proof afterwards (PUB-LAW-10).
#[derive(Clone, Debug)]
pub struct Subject {
    /// Serial number; none before the first signature (HIMS-16).
    pub serial: Option<String>,
    /// Version of the agreement.
    pub version: String,
    /// Number of pages.
    pub pages: usize,
    /// Size of the file, for people.
    pub size: String,
    /// SHA-256, hexadecimal.
    pub digest: String,
}

impl Subject {
    /// Enough of the digest to tell one document of the turn from another: it stands in three addresses of every
    /// page, and a long agreement has many pages.
    fn mark(&self) -> &str {
        self.digest.get(..MARK).unwrap_or_default()
    }
}

/// Digits of a digest in the address of a picture.
pub(super) const MARK: usize = 16;

/// The link was opened: it names the turn and asks for a proof.
#[derive(Template)]
#[template(path = "turn/landing.html")]
pub struct Landing {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) form: Form,
}

/// Asks for a mailed code.
#[derive(Template)]
#[template(path = "turn/code.html")]
pub struct CodePage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
    /// Where the code is sent to.
    pub(in crate::web) action: String,
    /// Where another code is asked for.
    pub(in crate::web) back: String,
    /// The mail server takes no mails.
    pub(in crate::web) mails_wait: bool,
}

/// Section A of SCR-1: what is known of the person.
#[derive(Clone, Debug)]
pub struct Particulars {
    /// Full name.
    pub name: String,
    /// Masked number of the identity document.
    pub id_masked: String,
    /// E-mail address.
    pub email: String,
    /// Postal address; asked for when missing (CERT-4).
    pub address: Option<String>,
    /// Postcode; asked for when missing.
    pub postcode: Option<String>,
}

/// SCR-1: Jana Sijil Digital.
#[derive(Template)]
#[template(path = "turn/certificate.html")]
pub struct CertificatePage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) person: Particulars,
    /// Code and name, Malaysia first.
    pub(in crate::web) countries: Vec<(String, String)>,
    pub(in crate::web) form: Form,
}

/// SCR-2: the document, the tick, "Jana & Tandatangan".
#[derive(Template)]
#[template(path = "turn/review.html")]
pub struct ReviewPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) subject: Subject,
    /// How many have signed, of how many.
    pub(in crate::web) progress: (String, String),
    pub(in crate::web) form: Form,
}

impl ReviewPage {
    /// The widths that a picture of a page comes in.
    const fn widths(&self) -> [u16; 2] {
        WIDTHS
    }
}

/// SCR-2, the modal: which bytes, and what the button means (PUB-LAW-10, LEG-3, LEG-4).
#[derive(Template)]
#[template(path = "turn/confirm.html")]
pub struct ConfirmPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) subject: Subject,
    /// Shows that the box was ticked on these bytes (SIGN-3).
    pub(in crate::web) agreed: String,
    /// Nobody has signed yet: this signature also writes the serial number and the QR code (HIMS-16, HIMS-17).
    pub(in crate::web) first: bool,
}

/// SCR-3 (and SCR-4 when codes come by mail): "Tandatangan Digital".
#[derive(Template)]
#[template(path = "turn/sign.html")]
pub struct SignPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) subject: Subject,
    /// Names this submission: twice the same is once.
    pub(in crate::web) key: String,
    /// The person's name, as the placeholder of the typed signature.
    pub(in crate::web) name: String,
    /// The code comes by e-mail (SIGN-11, SIGN-15).
    pub(in crate::web) by_mail: bool,
    /// A code was mailed just now.
    pub(in crate::web) mail_sent: bool,
    /// The mail server takes no mails.
    pub(in crate::web) mails_wait: bool,
    /// Masked address that codes are mailed to.
    pub(in crate::web) mail: String,
    /// What the PIN still allows.
    pub(in crate::web) pin: PinState,
    /// The tag of the code that the person's phone shows for this document now.
    pub(in crate::web) tag: Option<String>,
    /// Number of the identity document, for a signer who has no app (SCR-4).
    pub(in crate::web) id_masked: Option<String>,
    pub(in crate::web) form: Form,
}

impl SignPage {
    /// Said before the PIN is typed: one more wrong one blocks it, or it is blocked (SIGN-17, PIN-7).
    const fn pin_warning(&self) -> Option<(&'static str, &'static str)> {
        match self.pin {
            PinState::Active { left: 1 } => Some(("bad", "web-pin-last")),
            PinState::Active { left: 2 } => Some(("warn", "web-pin-two")),
            PinState::Blocked => Some(("bad", "web-pin-blocked-now")),
            PinState::Active { .. } | PinState::Unset => None,
        }
    }

    /// What PIN and reset are called: SCR-4 writes them otherwise than SCR-3.
    const fn words(&self) -> (&'static str, &'static str) {
        match self.id_masked {
            Some(_) => ("web-pin-placeholder", "web-manual-forgot"),
            None => ("web-cert-pin", "web-forgot-pin"),
        }
    }

    /// The typed alternative is shown at once when it was used.
    fn open_typed(&self) -> bool {
        !self.form.shown("taip").is_empty()
    }
}

/// The pictures of the identity check, and taking back the consent to them (PUB-LAW-15).
#[derive(Template)]
#[template(path = "turn/consent.html")]
pub struct ConsentPage {
    pub(in crate::web) f: Frame,
    /// The link's token.
    pub(in crate::web) token: String,
    /// Days after a decision that pictures are kept.
    pub(in crate::web) days: String,
    pub(in crate::web) form: Form,
}

/// A modal with a sign, words and a way on (SCR-5, SCR-6, SCR-9, CERT-8), and every page that only tells.
#[derive(Template)]
#[template(path = "turn/modal.html")]
pub struct Modal {
    pub(in crate::web) f: Frame,
    /// `good`, `bad` or `wait`.
    pub(in crate::web) tone: &'static str,
    pub(in crate::web) title: String,
    pub(in crate::web) lines: Vec<String>,
    /// What it is about: label and value.
    pub(in crate::web) facts: Vec<(String, String)>,
    /// SHA-256 to show, or empty.
    pub(in crate::web) digest: String,
    /// The main way on: address and words.
    pub(in crate::web) link: Option<(String, String)>,
    /// The signed document to save: address and name of the file.
    pub(in crate::web) file: Option<(String, String)>,
    /// Other ways on.
    pub(in crate::web) others: Vec<(String, String)>,
    /// The main way on closes the tab where the browser lets us (PIN-10).
    pub(in crate::web) closes: bool,
    /// A way on that does something: where the form goes, and the words of its button.
    pub(in crate::web) send: Option<(String, String)>,
    /// Names the request in the log, or empty.
    pub(in crate::web) reference: String,
    /// Nothing is left to sign: the browser may forget what it kept.
    pub(in crate::web) over: bool,
}

impl Modal {
    /// A modal that tells `title` and `lines`.
    pub fn new(f: Frame, tone: &'static str, title: String, lines: Vec<String>) -> Self {
        let (digest, reference) = (String::new(), String::new());
        let (facts, others) = (Vec::new(), Vec::new());
        let (link, file, send, closes, over) = (None, None, None, false, false);
        Self { f, tone, title, lines, facts, digest, link, file, others, closes, send, reference, over }
    }

    /// A modal in the words `<key>-title` and `<key>-text`.
    pub fn of(f: Frame, tone: &'static str, key: &str) -> Self {
        let (title, text) = (f.say(&format!("{key}-title")), f.say(&format!("{key}-text")));
        Self::new(f, tone, title, vec![text])
    }

    /// With a way on.
    #[must_use]
    pub fn going(mut self, href: &str, text: String) -> Self {
        self.link = Some((href.to_owned(), text));
        self
    }

    /// With a fact: the words of `key`, and the value.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.facts.push((self.f.say(key), value.to_owned()));
        self
    }

    /// With a button that sends an empty form to `action`, in the words of `key`.
    #[must_use]
    pub fn sending(mut self, action: &str, key: &str) -> Self {
        self.send = Some((action.to_owned(), self.f.say(key)));
        self
    }

    /// With OK as the way on.
    #[must_use]
    pub fn ok(self, href: &str) -> Self {
        let text = self.f.say("web-ok");
        self.going(href, text)
    }

    /// With a button that looks again: a page that waits by itself is no dead end.
    #[must_use]
    pub fn looking_again(self, href: &str) -> Self {
        let text = self.f.say("web-look-again");
        self.or(href, text)
    }

    /// With another way on.
    #[must_use]
    pub fn or(mut self, href: &str, text: String) -> Self {
        self.others.push((href.to_owned(), text));
        self
    }
}

/// Asks the developer for a change (HIMS-23).
#[derive(Template)]
#[template(path = "turn/correction.html")]
pub struct CorrectionPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) head: Head,
    pub(in crate::web) form: Form,
}

/// The text of the document.
#[derive(Template)]
#[template(path = "turn/text.html")]
pub struct TextPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) back: String,
    /// The text of each page.
    pub(in crate::web) pages: Vec<String>,
    /// The language of the document.
    pub(in crate::web) lang: Lang,
}
