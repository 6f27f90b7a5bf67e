//! Mails of the agreement: MAIL-1 to MAIL-3, the code for a new browser, and news for the developer.

use serde_json::Value as Json;

use super::model::{AgreementId, CorrectionId, Header, TurnId, TurnState, VersionState};
use super::record::{Agreement, Party, Turn};
use super::{link, store};
use crate::account;
use crate::device::{self, InvitationId};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
use crate::{args, audit, person};

/// What every letter of this room is composed from.
struct Desk<'a> {
    work: &'a Work,
    stationery: &'a Stationery,
    keys: &'a dyn KeyStore,
    ids: &'a Json,
    lang: Lang,
    to: String,
}

/// Composes the templates `hims.mail-1`, `hims.mail-2`, `hims.mail-3`, `hims.proof`, `hims.window-over`,
/// `hims.correction` and `hims.completed`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the turn has moved on; [`ComposeError::Later`] while the audit trail has not
/// yet covered what the letter vouches for.
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    keys: &dyn KeyStore,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    let (lang, to) = match person::mailbox(work, recipient).await? {
        Some((person, to)) => (person.lang, to),
        None => account::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?,
    };
    let desk = Desk { work, stationery, keys, ids, lang, to };
    match template {
        "hims.mail-1" => desk.identity().await,
        "hims.mail-2" => desk.certificate().await,
        "hims.mail-3" => desk.review().await,
        "hims.proof" => desk.proof().await,
        "hims.window-over" => desk.window_over().await,
        "hims.correction" => desk.correction().await,
        "hims.completed" => desk.completed().await,
        _ => Err(ComposeError::Unknown(template.to_owned())),
    }
}

fn later(error: KeyStoreError) -> ComposeError {
    ComposeError::Later(error.to_string())
}

impl Desk<'_> {
    fn say(&self, key: &str, more: &[(&str, &str)]) -> String {
        let stationery = self.stationery;
        let mut values = vec![
            ("app", stationery.brand.app.as_str()),
            ("app_url", stationery.brand.app_url.as_str()),
            ("hims", stationery.brand.hims_full.as_str()),
            ("line", stationery.hims.help_line.as_str()),
            ("mail", stationery.hims.help_mail.as_str()),
        ];
        values.extend_from_slice(more);
        self.lang.say_with(key, &values)
    }

    fn text(&self, key: &str) -> Block {
        Block::Text(self.say(key, &[]))
    }

    /// Salutation and body, then the lines that close every HIMS mail (MAIL-0).
    fn letter(&self, subject: &str, greeting: Option<String>, body: Vec<Block>) -> Letter {
        let mut blocks = Vec::new();
        blocks.extend(greeting.map(Block::Text));
        blocks.extend(body);
        blocks.push(self.text("mail-espa-help"));
        blocks.push(self.text("mail-espa-thanks"));
        blocks.push(Block::Lines(self.stationery.brand.hims_signature.clone()));
        blocks.push(self.text("mail-automatic"));
        Letter { to: self.to.clone(), lang: self.lang, subject: self.say(subject, &[]), blocks }
    }

    /// The three lines of HIMS-19, in Malay in both languages as the fields of the agreement are.
    fn header(&self, header: &Header) -> Block {
        Block::Lines(vec![
            format!("Kod Pemajuan : {}", header.code),
            format!("Nama Pemajuan : {}", header.name),
            format!("Unit : {}", header.unit),
        ])
    }

    fn id<I>(&self, name: &str, parse: fn(&str) -> Option<I>) -> Result<I, ComposeError> {
        let id = self.ids[name].as_str().and_then(parse);
        id.ok_or_else(|| ComposeError::Unknown(format!("hims letter without {name}")))
    }

    async fn turn(&self) -> Result<(Turn, Agreement, Party), ComposeError> {
        let id = self.id("turn", TurnId::parse)?;
        let mut tx = self.work.read().await?;
        let turn = Turn::find(&mut tx, &id).await?.ok_or(ComposeError::Obsolete)?;
        let agreement = Agreement::get(&mut tx, &turn.agreement).await?;
        let party = Party::get(&mut tx, &turn.party).await?;
        Ok((turn, agreement, party))
    }

    fn greeting(&self, party: &Party) -> String {
        self.say("mail-espa-to", &[("role", &party.title.say(self.lang))])
    }

    async fn turn_link(&self, turn: &Turn, label: &str) -> Result<Block, ComposeError> {
        let token = link::token(self.keys, &turn.id, turn.generation).await.map_err(later)?;
        Ok(Block::Link { label: self.say(label, &[]), url: format!("{}/t/{token}", self.stationery.public_url) })
    }

    /// MAIL-1.
    async fn identity(&self) -> Result<Letter, ComposeError> {
        let invitation = self.id("invitation", InvitationId::parse)?;
        let token = device::link(self.keys, &invitation).await.map_err(later)?;
        let enrol = format!("{}/daftar/{token}", self.stationery.public_url);
        let body = vec![
            self.text("mail-1-purpose"),
            self.text("mail-1-why"),
            Block::Lines(vec![
                self.say("mail-1-step-1", &[]),
                self.say("mail-1-step-2", &[]),
                self.say("mail-1-step-3", &[]),
            ]),
            Block::Link { label: self.say("mail-1-link", &[]), url: enrol },
            self.text("mail-1-then"),
            self.text("mail-1-trouble"),
            self.text("mail-1-ignore"),
        ];
        Ok(self.letter("mail-1-subject", Some(self.say("mail-salutation", &[])), body))
    }

    /// MAIL-2.
    async fn certificate(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        if turn.version_state != VersionState::Current || !matches!(turn.state, TurnState::Invited | TurnState::Waiting)
        {
            return Err(ComposeError::Obsolete);
        }
        let body = vec![
            self.header(&agreement.header),
            self.text("mail-salutation"),
            self.text("mail-2-body"),
            self.turn_link(&turn, "mail-2-link").await?,
        ];
        Ok(self.letter("mail-2-subject", Some(self.greeting(&party)), body))
    }

    /// MAIL-3 (EMEL 4).
    async fn review(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        let deadline = self.ids["deadline"].as_i64().map(Timestamp::from_millis);
        let running = matches!(turn.state, TurnState::Reviewing | TurnState::Ready);
        let deadline = deadline.filter(|deadline| running && turn.deadline == Some(*deadline));
        let deadline = deadline.ok_or(ComposeError::Obsolete)?.myt();
        let developer = agreement.header.developer.as_str();
        let body = vec![
            self.header(&agreement.header),
            self.text("mail-salutation"),
            self.text("mail-3-body"),
            Block::Text(self.say("mail-3-deadline", &[("deadline", &deadline)])),
            self.turn_link(&turn, "mail-3-link").await?,
            Block::Text(self.say("mail-3-change", &[("developer", developer)])),
        ];
        Ok(self.letter("mail-3-subject", Some(self.greeting(&party)), body))
    }

    /// The code for a new browser.
    async fn proof(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, _) = self.turn().await?;
        let generation = self.ids["generation"].as_i64().ok_or(ComposeError::Obsolete)?;
        let row = self.work.read().await?.first(store::PROOF, args![&turn.id]).await?;
        let row = row.ok_or(ComposeError::Obsolete)?;
        if row.int("generation")? != generation || self.work.now >= row.time("until")? {
            return Err(ComposeError::Obsolete);
        }
        let code = link::proof_code(self.keys, &turn.id, generation).await.map_err(later)?;
        let body = vec![
            self.header(&agreement.header),
            self.text("mail-proof-body"),
            Block::Code(code.expose().to_owned()),
            self.text("mail-proof-warning"),
        ];
        Ok(self.letter("mail-proof-subject", Some(self.say("mail-salutation", &[])), body))
    }

    async fn window_over(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        if !turn.window_over(self.work.now) {
            return Err(ComposeError::Obsolete);
        }
        let role = party.title.say(self.lang);
        let body = vec![
            self.header(&agreement.header),
            Block::Text(self.say("mail-window-over-body", &[("role", &role)])),
            self.agreement_link(&agreement.id),
        ];
        Ok(self.letter("mail-window-over-subject", Some(self.say("mail-salutation", &[])), body))
    }

    fn agreement_link(&self, id: &AgreementId) -> Block {
        let url = format!("{}/hims/perjanjian/{id}", self.stationery.public_url);
        Block::Link { label: self.say("mail-espa-open", &[]), url }
    }

    async fn correction(&self) -> Result<Letter, ComposeError> {
        let id = self.id("correction", CorrectionId::parse)?;
        let mut tx = self.work.read().await?;
        let row = tx.first(store::CORRECTION, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
        let agreement = Agreement::get(&mut tx, &row.id("agreement")?).await?;
        let role = Party::get(&mut tx, &row.id("party")?).await?.title.say(self.lang);
        drop(tx);
        let body = vec![
            self.header(&agreement.header),
            Block::Text(self.say("mail-correction-body", &[("role", &role)])),
            Block::Text(format!("“{}”", row.text("remark")?)),
            self.text("mail-correction-then"),
            self.agreement_link(&agreement.id),
        ];
        Ok(self.letter("mail-correction-subject", Some(self.say("mail-salutation", &[])), body))
    }

    /// The completion mail carries the signed head of the audit trail that covers the completion: whoever keeps
    /// the mail can hold us to it.
    async fn completed(&self) -> Result<Letter, ComposeError> {
        let id = self.id("agreement", AgreementId::parse)?;
        let at = self.ids["at"].as_i64().map(Timestamp::from_millis).ok_or(ComposeError::Obsolete)?;
        let version = u32::try_from(self.ids["version"].as_i64().unwrap_or(0)).unwrap_or(0);
        let mut tx = self.work.read().await?;
        let agreement = Agreement::get(&mut tx, &id).await?;
        let version = super::record::Version::get(&mut tx, &id, version).await?;
        let head = audit::head(&mut tx).await?.filter(|head| head.at > at);
        drop(tx);
        let head = head.ok_or_else(|| ComposeError::Later("the audit head is older than the completion".to_owned()))?;
        let serial = version.serial.unwrap_or_default();
        let verify = super::serial::address(self.keys, &self.stationery.public_url, &serial).await.map_err(later)?;
        let digest = hex::encode(version.head.sha256);
        let body = vec![
            self.header(&agreement.header),
            Block::Text(self.say("mail-completed-body", &[("serial", &serial)])),
            Block::Link { label: self.say("mail-completed-link", &[]), url: verify },
            Block::Text(self.say("mail-completed-digest", &[("digest", &digest)])),
            self.text("mail-completed-audit"),
            Block::Lines(vec![head.line()]),
        ];
        Ok(self.letter("mail-completed-subject", Some(self.say("mail-salutation", &[])), body))
    }
}
