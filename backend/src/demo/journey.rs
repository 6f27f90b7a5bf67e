//! The main job, lived through the doors: four parties sign one agreement.

use std::sync::Arc;

use super::clerk::{self, Agreement};
use super::error::DemoError;
use super::evidence::Evidence;
use super::handset::Handset;
use super::mailbox::Mailbox;
use super::office::{self, Desk};
use super::page::Page;
use super::server::Server;
use super::signee::AtBrowser;
use super::world::{COUNTER, PEMAJU, REVIEWER, SIGNEES, Signee, UNIT};
use crate::kernel::clock::{Clock, SystemClock, Timestamp};

/// Where a signee takes the second factor from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeFrom {
    /// "Tunjuk kod": bound to this turn and this document.
    Phone,
    /// TOTP.
    Totp,
    /// The mailed code, the fallback (SIGN-11).
    Mail,
}

/// The office at work: everybody with an account is signed in, and the agreement is drafted.
pub struct World {
    /// The origin of the server.
    pub base: String,
    /// The time that everybody goes by.
    pub clock: Arc<dyn Clock>,
    /// Everybody's mail.
    pub mailbox: Mailbox,
    /// The first administrator.
    pub admin: Desk,
    /// The developer's clerk.
    pub clerk: Desk,
    /// Who decides on identities.
    pub reviewer: Desk,
    /// Who serves at the counter: nobody, until [`World::open_counter`].
    pub counter: Vec<Desk>,
    /// The agreement.
    pub agreement: Agreement,
}

impl World {
    /// Opens the office and drafts the agreement of TV-1.
    pub async fn prepare(server: &Server, console_code: &str) -> Result<Self, DemoError> {
        Self::with_term(server, console_code, "year").await
    }

    /// The same, with the term of the certificates: `year` or `month`.
    pub async fn with_term(server: &Server, console_code: &str, term: &str) -> Result<Self, DemoError> {
        let (base, clock) = (&*server.base, server.clock.clone());
        let mailbox = Mailbox::open(base)?;
        let admin = office::first_administrator(base, console_code, clock.clone()).await?;
        office::register_developer(&admin).await?;
        let clerk = office::appoint(base, &admin, &mailbox, &PEMAJU).await?;
        let reviewer = office::appoint(base, &admin, &mailbox, &REVIEWER).await?;
        clerk::register_development(&clerk, term).await?;
        let agreement = clerk::draft(&clerk, UNIT).await?;
        Ok(Self { base: base.to_owned(), clock, mailbox, admin, clerk, reviewer, counter: Vec::new(), agreement })
    }

    /// Everybody with an account, in the order of their appointment.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        [&self.admin, &self.clerk, &self.reviewer].into_iter().chain(&self.counter)
    }

    /// Two officers begin to serve at the counter; the journey needs none.
    pub async fn open_counter(&mut self) -> Result<(), DemoError> {
        for staff in &COUNTER {
            self.counter.push(office::appoint(&self.base, &self.admin, &self.mailbox, staff).await?);
        }
        Ok(())
    }

    /// Binds everybody's phone, has every identity checked and sets up the codes: all at the same time.
    pub async fn equip(&self) -> Result<Vec<Handset>, DemoError> {
        let [first, second, third, fourth] = &SIGNEES;
        let (a, b, c, d) = tokio::try_join!(
            self.equip_one(first),
            self.equip_one(second),
            self.equip_one(third),
            self.equip_one(fourth)
        )?;
        Ok(vec![a, b, c, d])
    }

    /// Binds somebody's phone, has the identity checked and sets up the codes.
    pub async fn equip_one(&self, who: &'static Signee) -> Result<Handset, DemoError> {
        let handset = Handset::bind(&self.base, &self.mailbox, who, self.clock.clone()).await?;
        handset.show_identity().await?;
        office::approve_identity(&self.reviewer, who).await?;
        handset.set_up_codes().await?;
        Ok(handset)
    }

    /// The turn arrives: MAIL-2, the certificate page, the phone's approval, MAIL-3. The browser stands before
    /// the review page afterwards.
    pub async fn certify(&self, handset: &Handset) -> Result<AtBrowser, DemoError> {
        let link = self.mailbox.link(handset.who.email, "/t/").await?;
        let (mut at, _) = AtBrowser::follow(&self.base, &self.mailbox, handset.who, &link).await?;
        let progress = at.ask_for_certificate().await?;
        handset.approve().await?;
        at.await_certificate(&progress).await?;
        let link = self.mailbox.link(handset.who.email, "/t/").await?;
        at.enter(&self.mailbox, &link).await?;
        Ok(at)
    }

    /// Reviews, confirms, draws, types PIN and code, sends: the page that says it is signed.
    pub async fn sign(&self, at: &AtBrowser, handset: &Handset, from: CodeFrom) -> Result<Page, DemoError> {
        let page = at.review().await?;
        let (page, code) = match from {
            CodeFrom::Phone => (page, handset.turn_code().await?),
            CodeFrom::Totp => (page, handset.next_totp().await?),
            CodeFrom::Mail => {
                let page = at.ask_for_mailed_code(&page).await?;
                (page, self.mailbox.code(handset.who.email, 6).await?)
            }
        };
        let answer = at.send(&page, &at.entry(&code)).await?;
        if answer.status == 200 && answer.path.ends_with("/berjaya") {
            Ok(answer)
        } else {
            Err(answer.unexpected("the page that says it is signed").into())
        }
    }

    /// The document as it stands now.
    pub async fn document(&self) -> Result<Vec<u8>, DemoError> {
        Ok(clerk::document(&self.clerk, &self.agreement, 1).await?)
    }

    /// Everybody gets the completion mail, with the signed head of the audit trail.
    pub async fn completion(&self) -> Result<(), DemoError> {
        for signee in &SIGNEES {
            let link = self.mailbox.link(signee.email, "/v/").await?;
            self.clerk.browser.visit(&link).await?;
        }
        Ok(())
    }
}

/// Lives the whole journey and keeps what comes of it.
pub async fn live(server: &Server, console_code: &str, evidence: &mut Evidence) -> Result<World, DemoError> {
    let began = now();
    let world = World::prepare(server, console_code).await?;
    evidence.step("the office opens and the agreement is drafted", began);

    let began = now();
    clerk::generate(&world.clerk, &world.agreement).await?;
    evidence.step("Jana eSPA", began);

    let began = now();
    let handsets = world.equip().await?;
    evidence.step("four phones, four identities, four sets of codes", began);

    let from = [CodeFrom::Phone, CodeFrom::Totp, CodeFrom::Mail, CodeFrom::Phone];
    for (handset, from) in handsets.iter().zip(from) {
        let began = now();
        let at = world.certify(handset).await?;
        evidence.step(&format!("{} makes a certificate", handset.who.name), began);
        let began = now();
        world.sign(&at, handset, from).await?;
        evidence.step(&format!("{} signs", handset.who.name), began);
        evidence.revision(world.document().await?)?;
    }

    let began = now();
    world.completion().await?;
    evidence.step("everybody hears that it is complete", began);
    Ok(world)
}

fn now() -> Timestamp {
    SystemClock.now()
}
