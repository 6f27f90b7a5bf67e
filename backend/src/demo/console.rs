//! The demo with a person at it: what to open, how to sign in as each, and four phones at the keyboard.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tokio::io::{AsyncBufReadExt as _, BufReader, Stdin};

use super::error::DemoError;
use super::handset::Handset;
use super::home::Home;
use super::journey::World;
use super::world::{ADMIN, COUNTER, PASSWORD, PEMAJU, REVIEWER, SIGNEES, Signee};
use crate::app::StartError;
use crate::cli::say;

const HELP: &str = "\
Telefon keempat-empat pihak ada di sini: taip nama dan satu perkataan.
The phones of the four parties are here: type a name and a word.
  aina ikat    selepas Jana eSPA: ikat telefon, hantar gambar eKYC / after Jana eSPA: bind the phone, send the pictures
  aina sedia   selepas eKYC diluluskan: sediakan kod TOTP         / after the approval: set up the TOTP codes
  aina lulus   selepas Jana Sijil Digital: luluskan pada telefon  / after the certificate page: approve on the phone
  aina kod     di Tandatangan Digital: kod untuk giliran ini      / on the signing page: the code of this turn
  kod          kod aplikasi pengesah pejabat sekarang             / the authenticator codes of the office, now";

/// What the person at the keyboard works with.
pub(super) struct Console {
    world: World,
    home: Home,
    phones: BTreeMap<&'static str, Handset>,
}

impl Console {
    /// A console for the `world` at `home`, with the phones that were bound before.
    pub(super) fn new(world: World, home: Home) -> Result<Self, DemoError> {
        let mut phones = BTreeMap::new();
        for who in &SIGNEES {
            let handset = home.handset(&world, who)?;
            if handset.is_bound()? {
                phones.insert(who.ic, handset);
            }
        }
        Ok(Self { world, home, phones })
    }

    /// What to open and how to sign in as each person.
    ///
    /// # Errors
    /// When the pictures for the window cannot be written.
    pub(super) fn welcome(&self) -> Result<String, DemoError> {
        let base = &self.world.base;
        let mut text = format!("\nMohor, dunia demo: {base}\nPeti mel / everybody's mail: {base}/mel\n\n");
        _ = writeln!(text, "Log masuk / sign in: {base}/masuk    kata laluan / password: {PASSWORD}");
        text.push_str(&self.office_codes());
        // Setting up the world has used the codes of this half minute, and a code works once.
        text.push_str("  (kod baharu setiap 30 saat / if one is refused, wait for the next and type: kod)\n");
        _ = writeln!(text, "\nPihak / parties (each acts from the links in their mail):");
        for signee in &SIGNEES {
            let (short, pin) = (short_name(signee), signee.pin);
            _ = writeln!(
                text,
                "  {short:<9} {:<30} {:<26} IC {}  PIN cth. / e.g. {pin}",
                signee.name, signee.email, signee.ic
            );
        }
        _ = writeln!(text, "{}\n\n{HELP}\n", first());
        text.push_str(&self.window()?);
        let after = match self.home.is_kept() {
            true => format!("dunia ini disimpan dalam / the world stays in {}", self.home.path().display()),
            false => "dunia ini dilupakan / the world is forgotten (demo --folder DIR: disimpan / kept)".to_owned(),
        };
        _ = writeln!(text, "  Ctrl-C       keluar / leave: {after}");
        Ok(text)
    }

    /// The same phones as windows, and what they show to the camera that a desk does not have.
    fn window(&self) -> Result<String, DemoError> {
        let mut text = format!(
            "Atau telefon sebagai tetingkap / or a phone as a window:  bash mobile-app/run {}\n\
             Gambar SPESIMEN bagi eKYC dengannya / SPECIMEN pictures for eKYC with it:\n",
            self.world.base
        );
        for signee in &SIGNEES {
            _ = writeln!(text, "  {:<9} {}", short_name(signee), self.home.album(signee)?.display());
        }
        text.push('\n');
        Ok(text)
    }

    fn office_codes(&self) -> String {
        let staff = [ADMIN, PEMAJU, REVIEWER].into_iter().chain(COUNTER);
        staff.zip(self.world.desks()).fold(String::new(), |mut text, (staff, desk)| {
            _ = writeln!(
                text,
                "  {:<30} {:<20} kod sekarang / code now: {}",
                staff.email,
                staff.role,
                desk.authenticator.code()
            );
            text
        })
    }

    /// Reads lines until the keyboard is gone; then waits for ever.
    pub(super) async fn read(mut self) -> Result<(), StartError> {
        let mut lines = BufReader::<Stdin>::new(tokio::io::stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            let answer = self.answer(&line).await.unwrap_or_else(|error| format!("tidak boleh / cannot: {error}"));
            say(&answer)?;
        }
        std::future::pending().await
    }

    async fn answer(&mut self, line: &str) -> Result<String, DemoError> {
        let words: Vec<_> = line.split_whitespace().collect();
        let (name, verb) = match words[..] {
            [] => return Ok(String::new()),
            ["kod"] => return Ok(self.office_codes()),
            [name, verb] => (name, verb),
            _ => return Ok(HELP.to_owned()),
        };
        let Some(who) = SIGNEES.iter().find(|signee| short_name(signee) == name) else { return Ok(HELP.to_owned()) };
        if verb == "ikat" {
            let handset = self.home.handset(&self.world, who)?;
            handset.enrol(&self.world.base, &self.world.mailbox).await?;
            handset.show_identity().await?;
            self.phones.insert(who.ic, handset);
            return Ok(format!("telefon diikat; gambar menunggu / bound; the pictures wait for {}", REVIEWER.email));
        }
        let phone = self.phones.get(who.ic).ok_or_else(|| DemoError::Wrong(format!("dahulu / first: {name} ikat")))?;
        match verb {
            "sedia" => phone.set_up_codes().await.map(|()| "kod telah disediakan / the codes are set up".to_owned()),
            "lulus" => phone.approve().await.map(|()| "telah diluluskan / approved".to_owned()),
            "kod" => phone.marked_code().await.map(|(code, mark)| format!("{code}   tanda / mark: {mark}")),
            _ => Ok(HELP.to_owned()),
        }
    }
}

/// What to do first.
fn first() -> String {
    let who = PEMAJU.email;
    format!(
        "\nMula di sini: log masuk sebagai {who}, buka perjanjian, tekan Jana eSPA.\n\
         Begin here: sign in as {who}, open the agreement, press Jana eSPA."
    )
}

/// The word a person types for a signee: the first name in small letters.
fn short_name(signee: &Signee) -> String {
    signee.name.split(' ').next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_party_has_a_word_of_their_own() {
        let words: std::collections::BTreeSet<_> = SIGNEES.iter().map(short_name).collect();
        assert_eq!(words.len(), SIGNEES.len());
    }
}
