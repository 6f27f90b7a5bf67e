//! What the letters of the agreement say, from facts that were looked up.

use crate::hims::model::{AgreementId, Header, Title};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::outbox::{Block, Letter, Pen, Stationery};

/// Who reads a letter, and on what it is written.
pub(super) struct Reader<'a> {
    pub(super) stationery: &'a Stationery,
    pub(super) lang: Lang,
    pub(super) to: String,
}

/// What the completion mail vouches for.
pub(super) struct Completion {
    pub(super) serial: String,
    pub(super) path: String,
    /// SHA-256 of the last revision, hexadecimal.
    pub(super) digest: String,
    /// The signed head of the audit trail, as its line.
    pub(super) head: String,
}

impl Reader<'_> {
    /// The lines of HIMS-19, the salutation, `body`, the help line and the thanks; to `title` by name of the role
    /// where the requirements greet so.
    fn letter(
        &self,
        subject: &str,
        (header, title): (&Header, Option<&Title>),
        values: &[(&str, &str)],
        body: impl Fn(&Pen<'_>) -> Vec<Block>,
    ) -> Letter {
        self.stationery.letter((self.lang, self.to.clone()), subject, values, |pen| {
            let greeting = title.map(|title| title.say(pen.lang));
            let greeting = greeting.map(|role| Block::Text(pen.say_with("mail-espa-to", &[("role", &role)])));
            let mut blocks: Vec<Block> = greeting.into_iter().collect();
            blocks.extend([facts(header), pen.text("mail-salutation")]);
            blocks.extend(body(pen));
            blocks.extend([pen.text("mail-espa-help"), pen.text("mail-espa-thanks")]);
            blocks
        })
    }

    /// MAIL-1 (EKYC-1 to EKYC-9). Without `path`, to somebody whose phone is registered: another registration would
    /// replace it.
    pub(super) fn identity(&self, header: &Header, path: Option<&str>) -> Letter {
        let values = [("developer", header.developer.as_str())];
        self.letter("mail-1-subject", (header, None), &values, |pen| {
            let second = if path.is_some() { "mail-1-step-2" } else { "mail-1-step-2-registered" };
            let steps = ["mail-1-step-1", second, "mail-1-step-3"].map(|key| pen.say(key));
            let mut blocks = ["mail-1-purpose", "mail-1-why", "mail-1-steps"].map(|key| pen.text(key)).to_vec();
            blocks.push(Block::Lines(steps.to_vec()));
            blocks.extend(path.into_iter().flat_map(|path| [pen.link("mail-1-link", path), pen.qr(path)]));
            blocks.extend(["mail-1-then", "mail-1-trouble", "mail-1-ignore"].map(|key| pen.text(key)));
            blocks
        })
    }

    /// MAIL-2 (HIMS-13; before the turn has arrived under the policy of CON-11).
    pub(super) fn certificate(&self, header: &Header, title: &Title, arrived: bool, path: &str) -> Letter {
        let key = if arrived { "mail-2-body" } else { "mail-2-early" };
        self.letter("mail-2-subject", (header, Some(title)), &[], |pen| {
            vec![pen.text(key), pen.link("mail-2-link", path)]
        })
    }

    /// MAIL-3 (HIMS-20, HIMS-21, HIMS-23).
    pub(super) fn review(&self, header: &Header, title: &Title, deadline: Timestamp, path: &str) -> Letter {
        let deadline = deadline.myt();
        let values = [("deadline", deadline.as_str()), ("developer", header.developer.as_str())];
        self.letter("mail-3-subject", (header, Some(title)), &values, |pen| {
            vec![
                pen.text("mail-3-body"),
                pen.text("mail-3-deadline"),
                pen.link("mail-3-link", path),
                pen.text("mail-3-change"),
            ]
        })
    }

    /// The code that opens a turn in a new browser.
    pub(super) fn proof(&self, header: &Header, code: &str) -> Letter {
        self.letter("mail-proof-subject", (header, None), &[], |pen| {
            vec![pen.text("mail-proof-body"), Block::Code(code.to_owned()), pen.text("mail-proof-warning")]
        })
    }

    /// A window stands still while its signer cannot sign: to the signer with the turn, to the developer with the page
    /// of the agreement.
    pub(super) fn window_extended(
        &self,
        header: &Header,
        title: &Title,
        deadline: &str,
        turn: Option<&str>,
        agreement: &AgreementId,
    ) -> Letter {
        self.letter("mail-window-extended-subject", (header, None), &[("deadline", deadline)], |pen| {
            let role = title.say(pen.lang);
            let link = turn.map_or_else(|| page_of(pen, agreement), |path| pen.link("mail-3-link", path));
            vec![Block::Text(pen.say_with("mail-window-extended-body", &[("role", &role)])), link]
        })
    }

    /// To the developer: a review window is over (GAP-3).
    pub(super) fn window_over(&self, header: &Header, title: &Title, agreement: &AgreementId) -> Letter {
        self.letter("mail-window-over-subject", (header, None), &[], |pen| {
            let role = title.say(pen.lang);
            vec![Block::Text(pen.say_with("mail-window-over-body", &[("role", &role)])), page_of(pen, agreement)]
        })
    }

    /// To the developer: a signer's certificate was revoked before they signed (GAP-13).
    pub(super) fn certificate_revoked(&self, header: &Header, title: &Title, agreement: &AgreementId) -> Letter {
        self.letter("mail-espa-revoked-subject", (header, None), &[], |pen| {
            let role = title.say(pen.lang);
            vec![Block::Text(pen.say_with("mail-espa-revoked-body", &[("role", &role)])), page_of(pen, agreement)]
        })
    }

    /// To the signer: the certificate ended or was revoked before the signature had its time stamp.
    pub(super) fn signature_void(&self, header: &Header, title: &Title, path: &str) -> Letter {
        self.letter("mail-espa-void-subject", (header, Some(title)), &[], |pen| {
            vec![pen.text("mail-espa-void-body"), pen.text("mail-espa-void-then"), pen.link("mail-3-link", path)]
        })
    }

    /// To the developer: a signer asks for a correction (HIMS-23). The remark is theirs, and marked so.
    pub(super) fn correction(&self, header: &Header, title: &Title, remark: &str, agreement: &AgreementId) -> Letter {
        self.letter("mail-correction-subject", (header, None), &[], |pen| {
            let role = title.say(pen.lang);
            vec![
                Block::Text(pen.say_with("mail-correction-body", &[("role", &role)])),
                Block::Quote(remark.to_owned()),
                pen.text("mail-correction-then"),
                page_of(pen, agreement),
            ]
        })
    }

    /// To whoever signed or was asked to: the developer took the version back. The remark is theirs, and marked so.
    pub(super) fn withdrawn(&self, header: &Header, remark: &str) -> Letter {
        let values = [("developer", header.developer.as_str())];
        self.letter("mail-withdrawn-subject", (header, None), &values, |pen| {
            vec![pen.text("mail-withdrawn-body"), Block::Quote(remark.to_owned()), pen.text("mail-withdrawn-then")]
        })
    }

    /// To everybody: all have signed.
    pub(super) fn completed(&self, header: &Header, done: &Completion) -> Letter {
        let values = [("serial", done.serial.as_str()), ("digest", done.digest.as_str())];
        self.letter("mail-completed-subject", (header, None), &values, |pen| {
            vec![
                pen.text("mail-completed-body"),
                pen.link("mail-completed-link", &done.path),
                pen.text("mail-completed-digest"),
                pen.text("mail-completed-audit"),
                Block::Lines(vec![done.head.clone()]),
            ]
        })
    }
}

/// The three lines of HIMS-19, in Malay in both languages as the fields of the agreement are.
fn facts(header: &Header) -> Block {
    Block::Facts(vec![
        format!("Kod Pemajuan : {}", header.code),
        format!("Nama Pemajuan : {}", header.name),
        format!("Unit : {}", header.unit),
    ])
}

fn page_of(pen: &Pen<'_>, agreement: &AgreementId) -> Block {
    pen.link("mail-espa-open", &format!("/hims/perjanjian/{agreement}"))
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    use crate::hims::Role;
    let header = Header {
        code: "20165-9".to_owned(),
        name: "PARKLAND AVENUE".to_owned(),
        unit: "B-10-02".to_owned(),
        developer: "PARKLAND AVENUE SDN. BHD.".to_owned(),
    };
    let buyer = Title { role: Role::Pembeli, witnessed: None };
    let witness = Title { role: Role::Saksi, witnessed: Some(Role::TuanTanah) };
    let id = AgreementId::parse("01KA0000000000000000000000").expect("an id");
    let done = Completion {
        serial: "ESPA-2026-0000001".to_owned(),
        path: "/v/ESPA-2026-0000001?t=x".to_owned(),
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        head: "mohor-audit 1 42 9f86d081884c7d65 2026-11-20T01:00:00.000Z c2lnbmF0dXJl".to_owned(),
    };
    let to = Reader { stationery, lang, to: "aina@example.test".to_owned() };
    // TV-2: 25/04/2025 15:49 MYT.
    let deadline = Timestamp::from_seconds(1_745_567_340);
    vec![
        ("hims.mail-1", to.identity(&header, Some("/daftar/x"))),
        ("hims.mail-1 (EKYC-9)", to.identity(&header, None)),
        ("hims.mail-2", to.certificate(&header, &buyer, true, "/t/x")),
        ("hims.mail-2 (CON-11)", to.certificate(&header, &buyer, false, "/t/x")),
        ("hims.mail-3", to.review(&header, &witness, deadline, "/t/x")),
        ("hims.proof", to.proof(&header, "876644")),
        ("hims.window-extended", to.window_extended(&header, &buyer, &deadline.myt(), Some("/t/x"), &id)),
        ("hims.window-extended (Pemaju)", to.window_extended(&header, &buyer, &deadline.myt(), None, &id)),
        ("hims.window-over", to.window_over(&header, &buyer, &id)),
        ("hims.certificate-revoked", to.certificate_revoked(&header, &buyer, &id)),
        ("hims.signature-void", to.signature_void(&header, &buyer, "/t/x")),
        ("hims.correction", to.correction(&header, &buyer, "Poskod tidak betul: 43000, bukan 34000.", &id)),
        ("hims.withdrawn", to.withdrawn(&header, "Alamat e-mel pembeli salah ditaip.")),
        ("hims.completed", to.completed(&header, &done)),
    ]
}
