//! The built-in mailbox page, read as its owner would.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::browser::Browser;
use super::error::DemoError;
use super::page::Page;
use super::patience::Waiting;

/// One mail of the page.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub links: Vec<String>,
}

/// Everybody's mailbox, each opened by address.
pub struct Mailbox {
    browser: Browser,
    /// How many mails of an address were read already: each is read once.
    read: Mutex<BTreeMap<String, usize>>,
}

impl Mailbox {
    /// The mailbox of the server at `base`.
    pub fn open(base: &str) -> Result<Self, DemoError> {
        Ok(Self { browser: Browser::open(base)?, read: Mutex::default() })
    }

    /// Every mail to `address`, oldest first.
    pub async fn letters(&self, address: &str) -> Result<Vec<Letter>, DemoError> {
        let page = self.browser.visit("/mel").await?;
        Ok(letters_of(&page, address))
    }

    /// Waits for the next unread mail to `address` that `wanted` finds something in; mails before it count as read.
    pub async fn wait<T>(
        &self,
        address: &str,
        what: &str,
        wanted: impl Fn(&Letter) -> Option<T>,
    ) -> Result<T, DemoError> {
        let read = self.read_count(address);
        let mut waiting = Waiting::of(format!("{what} to {address}"));
        loop {
            let letters = self.letters(address).await?;
            let found = letters.iter().enumerate().skip(read).find_map(|(at, letter)| Some((at, wanted(letter)?)));
            if let Some((at, found)) = found {
                self.mark_read(address, at + 1);
                return Ok(found);
            }
            waiting.a_little().await?;
        }
    }

    /// Waits for a link that contains `part`.
    pub async fn link(&self, address: &str, part: &str) -> Result<String, DemoError> {
        let find = |letter: &Letter| letter.links.iter().find(|link| link.contains(part)).cloned();
        self.wait(address, &format!("a mail with a link to {part}"), find).await
    }

    /// Waits for a code of `digits` digits.
    pub async fn code(&self, address: &str, digits: usize) -> Result<String, DemoError> {
        self.wait(address, &format!("a mail with {digits} digits"), |letter| code_in(&letter.text, digits)).await
    }

    fn read_count(&self, address: &str) -> usize {
        self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(address).copied().unwrap_or(0)
    }

    fn mark_read(&self, address: &str, count: usize) {
        self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(address.to_owned(), count);
    }
}

/// The page shows one `<article>` per mail, newest first.
fn letters_of(page: &Page, address: &str) -> Vec<Letter> {
    let articles = page.body.split("<article").skip(1).map(|rest| rest.split("</article>").next().unwrap_or_default());
    let mut letters: Vec<_> = articles
        .map(|body| Page { body: format!("<article{body}"), ..page.clone() })
        .filter(|article| article.text().contains(address))
        .map(|article| Letter { text: article.text(), links: article.links() })
        .collect();
    letters.reverse();
    letters
}

/// The first number of exactly `digits` digits that stands alone, in one piece or in two halves.
fn code_in(text: &str, digits: usize) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_digit())).collect();
    let number = |word: &str, length| word.len() == length && word.bytes().all(|byte| byte.is_ascii_digit());
    let whole = words.iter().find(|word| number(word, digits)).map(|word| (*word).to_owned());
    let halves = || words.windows(2).find(|pair| pair.iter().all(|half| number(half, digits / 2)));
    whole.or_else(|| halves().map(<[&str]>::concat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_told_apart_by_address_and_read_oldest_first() {
        let body = "<article><p>a@example.test</p><p>Kod: <b>222222</b>.</p></article>\
                    <article><p>b@example.test</p></article>\
                    <article><p>a@example.test</p><p>15/05/2025 876644</p><a href='/t/x'>go</a></article>";
        let page = Page { status: 200, path: "/mel".to_owned(), body: body.to_owned() };
        let letters = letters_of(&page, "a@example.test");
        assert_eq!(letters.len(), 2);
        assert_eq!(code_in(&letters[0].text, 6).as_deref(), Some("876644"));
        assert_eq!(letters[0].links, ["/t/x"]);
        assert_eq!(code_in("sah hingga 15:49: 1234 5678", 8).as_deref(), Some("12345678"));
        assert_eq!(code_in(&letters[1].text, 6).as_deref(), Some("222222"));
    }
}
