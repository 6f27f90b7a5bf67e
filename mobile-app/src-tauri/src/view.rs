//! What the window shows. Every field here is meant for the eyes of the person; none is a secret of the phone.

use mohor_phone::{
    Capture, EkycConsent, EnrolLinkState, Event, Frozen, Me, Move, Notice, Pending, Shown, ShownForTurn, Standing,
};
use mohor_phone::{TurnBrowser, WaitingTurn};
use qrcode::{Color, QrCode};
use serde::Serialize;

use crate::trouble::Trouble;

/// How the app stands when it opens.
#[derive(Serialize)]
pub(crate) struct Begin {
    pub(crate) lang: &'static str,
    pub(crate) lang_chosen: bool,
    pub(crate) server: String,
    pub(crate) version: &'static str,
    pub(crate) bound: bool,
    pub(crate) lock: LockView,
    pub(crate) trouble: Option<Trouble>,
}

/// The app's own lock.
#[derive(Default, Serialize)]
pub(crate) struct LockView {
    pub(crate) set: bool,
    pub(crate) open: bool,
    pub(crate) wait: i64,
    pub(crate) left: u32,
}

/// How far an invitation has come.
#[derive(Serialize)]
pub(crate) struct LinkView {
    password_set: bool,
    code_until: Option<i64>,
    claimed: bool,
}

impl From<EnrolLinkState> for LinkView {
    fn from(state: EnrolLinkState) -> Self {
        Self { password_set: state.password_set, code_until: state.code_until, claimed: state.claimed }
    }
}

/// The first screen.
#[derive(Serialize)]
pub(crate) struct Home {
    name: String,
    /// `active`, `cooling`, `unvouched`, `replaced`, `frozen`.
    state: String,
    cool_until: Option<i64>,
    vouching: bool,
    assurance: String,
    ekyc: String,
    ekyc_reason: Option<String>,
    ekyc_until: Option<i64>,
    certificate_until: Option<i64>,
    totp: String,
    turns: usize,
    approvals: usize,
    unread: usize,
    /// Pictures that have arrived of a capture that may be taken up again, and how many it needs.
    taken: u32,
    needed: u32,
}

impl Home {
    pub(crate) fn new(me: Me, standing: Standing, turns: usize, approvals: usize, unread: usize) -> Self {
        let (taken, needed) = standing.ekyc_open.map_or((0, 0), |open| (open.taken, open.needed));
        Self {
            name: standing.name,
            state: me.state,
            cool_until: me.cool_until,
            vouching: me.vouching,
            assurance: me.assurance,
            ekyc: standing.ekyc,
            ekyc_reason: standing.ekyc_reason,
            ekyc_until: standing.ekyc_until,
            certificate_until: standing.certificate_until,
            totp: me.totp,
            turns,
            approvals,
            unread,
            taken,
            needed,
        }
    }
}

/// The consent in force. The face gives the version back, so that what is kept is what was read.
#[derive(Serialize)]
pub(crate) struct ConsentView {
    version: String,
    text: String,
}

impl From<EkycConsent> for ConsentView {
    fn from(consent: EkycConsent) -> Self {
        Self { version: consent.version, text: consent.text }
    }
}

/// An open capture.
#[derive(Serialize)]
pub(crate) struct CaptureView {
    slots: Vec<String>,
    sent: Vec<String>,
    prompts: Vec<String>,
    until: i64,
}

impl From<Capture> for CaptureView {
    fn from(capture: Capture) -> Self {
        Self { slots: capture.slots, sent: capture.sent, prompts: capture.prompts, until: capture.exp }
    }
}

/// What became of a picture: reasons to take it again, or the capture with it.
#[derive(Serialize)]
pub(crate) struct Judged {
    pub(crate) reasons: Vec<&'static str>,
    /// Told often enough: the person may send it all the same.
    pub(crate) may_insist: bool,
    pub(crate) capture: Option<CaptureView>,
}

/// A waiting turn: who asks, which document, how long.
#[derive(Serialize)]
pub(crate) struct TurnView {
    id: String,
    title: String,
    requester: String,
    pages: u32,
    digest: String,
    deadline: i64,
    browsers: Vec<TurnBrowser>,
}

impl From<WaitingTurn> for TurnView {
    fn from(turn: WaitingTurn) -> Self {
        let WaitingTurn { id, title, requester, pages, digest8, deadline, browsers } = turn;
        Self { id, title, requester, pages, digest: digest8, deadline, browsers }
    }
}

/// The code of a turn, after the person asked to see it.
#[derive(Serialize)]
pub(crate) struct TurnCodeView {
    code: String,
    tag: String,
    turn: TurnView,
    left: i64,
}

impl TurnCodeView {
    pub(crate) fn new(shown: ShownForTurn, now: i64) -> Self {
        let code = shown.code.expose().to_owned();
        Self { code, tag: shown.tag, turn: shown.turn.into(), left: (shown.exp - now).max(0) }
    }
}

/// The code of this moment.
#[derive(Serialize)]
pub(crate) struct ClockCode {
    code: String,
    next: String,
    left: i64,
    /// How far the phone's clock is off, in seconds.
    off: i64,
}

impl From<Shown> for ClockCode {
    fn from(shown: Shown) -> Self {
        let (code, next) = (shown.code.expose().to_owned(), shown.next.expose().to_owned());
        Self { code, next, left: shown.seconds_left, off: shown.clock_off_by }
    }
}

/// A question, exactly as it will be signed.
#[derive(Serialize)]
pub(crate) struct ApprovalView {
    id: String,
    kind: String,
    lang: String,
    title: String,
    facts: Vec<(String, String)>,
    requester: String,
    left: i64,
    subject: String,
}

impl ApprovalView {
    pub(crate) fn new(pending: &Pending, now: i64) -> Self {
        let display = pending.display.clone();
        Self {
            id: pending.id().to_owned(),
            kind: pending.kind.clone(),
            lang: display.lang,
            title: display.title,
            facts: display.facts,
            requester: display.requester,
            left: (pending.exp() - now).max(0),
            subject: pending.subject().to_owned(),
        }
    }
}

/// A notice.
#[derive(Serialize)]
pub(crate) struct NoticeView {
    id: String,
    text: String,
    at: i64,
    read: bool,
}

impl From<Notice> for NoticeView {
    fn from(notice: Notice) -> Self {
        Self { id: notice.id, text: notice.text, at: notice.at, read: notice.read }
    }
}

/// Something the person did on this phone.
#[derive(Serialize)]
pub(crate) struct EventView {
    at: i64,
    kind: String,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self { at: event.at, kind: event.kind }
    }
}

/// How long signing is frozen; without an instant until staff have looked.
#[derive(Serialize)]
pub(crate) struct FrozenView {
    until: Option<i64>,
    reinstated: bool,
}

impl From<Frozen> for FrozenView {
    fn from(frozen: Frozen) -> Self {
        Self { until: frozen.until, reinstated: frozen.reinstated }
    }
}

/// What a new phone shows to the old one. The text names a key and a challenge; it opens nothing by itself.
#[derive(Serialize)]
pub(crate) struct TicketView {
    text: String,
    tag: String,
    until: i64,
    /// Modules in a row of the QR code, and the dark ones as an SVG path.
    size: usize,
    path: String,
}

impl TicketView {
    pub(crate) fn new(waiting: &Move) -> Result<Self, Trouble> {
        let text = waiting.ticket();
        let picture = QrCode::new(text.as_bytes()).map_err(|_| Trouble::of("failed"))?;
        let size = picture.width();
        let dark = picture.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % size, at / size)).collect();
        Ok(Self { text, tag: waiting.tag(), until: waiting.exp(), size, path })
    }
}

/// The new phone that the old one is asked to sign for.
#[derive(Serialize)]
pub(crate) struct NewPhoneView {
    pub(crate) model: String,
    pub(crate) tag: String,
}
