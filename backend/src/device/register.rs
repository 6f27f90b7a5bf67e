//! Asking for an invitation from the app (APP-13, SCR-18): e-mail address, MyKad number and phone number.
//!
//! Knowing three facts about somebody binds nothing: the link goes to the address on record, and whoever asks
//! never learns whether the facts were right.

use std::time::Duration;

use mohor_shared::ic::IdNumber;
use mohor_shared::wire::Register;
use serde_json::json;

use super::invite::invite;
use crate::attempt::{self, TooMany};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, Email, FindError, ParticularError, Person, Phone};
use crate::{audit, fault, outbox};

/// Requests in an hour for one identity number.
const TRIES: u32 = 5;

/// Why a request is not taken. Nothing here depends on whom we know.
#[derive(Debug, thiserror::Error)]
pub enum RegisterRefused {
    /// The number is no MyKad and no passport number.
    #[error("not an identity number")]
    Number,
    /// The address or the phone number cannot be one.
    #[error(transparent)]
    Particular(#[from] ParticularError),
    /// Too many requests for this number.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Nobody could be looked up.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RegisterRefused {
        Number => "enrol-number-unfit", Invalid;
    } transparent { Particular, TooMany, Find, Keys, Db }
}

/// Mails the enrolment link when all three belong to one person whom an agency has registered. The answer does not
/// say whether it did.
///
/// # Errors
/// [`RegisterRefused`], for everybody alike.
pub async fn register(work: &Work, keys: &dyn KeyStore, request: &Register) -> Result<(), RegisterRefused> {
    let number = IdNumber::parse(&request.mykad).map_err(|_| RegisterRefused::Number)?;
    let (email, phone) = (Email::parse(&request.email)?, Phone::parse(&request.phone)?);
    let label = person::number_label(keys, "mohor/register-limit", &number).await?;
    attempt::limit(work, &format!("register:{label}"), TRIES, Duration::from_secs(3600)).await?;

    let found = person::by_id_number(work, keys, &number).await?.filter(|person| belongs(person, &email, &phone));
    let Some(person) = found else {
        audit::refused(work, "device.register-refused", &label, json!({})).await?;
        return Ok(());
    };
    let mut tx = work.write().await?;
    let invitation = invite(work, &mut tx, &person.id).await?;
    let to = Recipient::Person(person.id.to_string());
    outbox::mail(work, &mut tx, "device.registration", &to, json!({ "invitation": invitation })).await?;
    Ok(tx.commit().await?)
}

/// A phone number that nobody has recorded yet cannot contradict.
fn belongs(person: &Person, email: &Email, phone: &Phone) -> bool {
    let same_address = person.email.as_ref().is_some_and(|contact| contact.value() == email.as_str());
    let same_phone = person.phone.as_ref().is_none_or(|contact| contact.value() == phone.as_str());
    same_address & same_phone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::testing::person;
    use crate::outbox::Job;
    use crate::testkit::{bench, keys};

    const IC: &str = "900423105484";

    fn request(email: &str, mykad: &str, phone: &str) -> Register {
        Register { email: email.into(), mykad: mykad.into(), phone: phone.into() }
    }

    /// How many letters with a link are on their way.
    async fn letters(work: &Work) -> usize {
        let mut count = 0;
        while let Some(claimed) = outbox::claim(work).await.expect("claims") {
            count +=
                usize::from(matches!(&claimed.job, Job::Mail { template, .. } if template == "device.registration"));
        }
        count
    }

    #[tokio::test]
    async fn three_facts_that_belong_together_mail_the_link_and_the_answer_never_says_so() {
        let (bench, keys) = (bench().await, keys());
        let work = bench.work();
        person(&work, &keys, IC, "aina@example.test").await;
        for (email, number) in [("aina@example.test", "880101145678"), ("lain@example.test", IC)] {
            register(&work, &keys, &request(email, number, "0123456789")).await.expect("the same answer");
            assert_eq!(letters(&work).await, 0);
        }
        register(&work, &keys, &request("Aina@Example.test", "900423-10-5484", "012-345 6789")).await.expect("taken");
        assert_eq!(letters(&work).await, 1);
    }

    /// A number that nobody proved can contradict, and stands for nothing else (ADR 0048).
    #[tokio::test]
    async fn a_phone_number_contradicts_and_opens_nothing() {
        let (bench, keys) = (bench().await, keys());
        let work = bench.work();
        let person = person(&work, &keys, IC, "aina@example.test").await;
        let mut tx = work.write().await.expect("begins");
        let phone = Phone::parse("0123456789").expect("a number");
        person::propose_contact(&work, &mut tx, &person, phone).await.expect("proposes");
        tx.commit().await.expect("commits");
        let cases = [("lain@example.test", "0123456789", 0), ("aina@example.test", "0198765432", 0)];
        for (email, phone, mailed) in cases.into_iter().chain([("aina@example.test", "+60123456789", 1)]) {
            register(&work, &keys, &request(email, IC, phone)).await.expect("the same answer");
            assert_eq!(letters(&work).await, mailed, "{email} {phone}");
        }
    }

    #[tokio::test]
    async fn the_sixth_request_for_a_number_in_an_hour_is_refused_known_or_not() {
        let (bench, keys) = (bench().await, keys());
        let work = bench.work();
        person(&work, &keys, IC, "aina@example.test").await;
        for number in [IC, "880101145678"] {
            let request = request("aina@example.test", number, "0123456789");
            for _ in 0..TRIES {
                register(&work, &keys, &request).await.expect("taken");
            }
            assert!(matches!(register(&work, &keys, &request).await, Err(RegisterRefused::TooMany(_))));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_a_fact_is_named_before_anybody_is_looked_up() {
        let (bench, keys) = (bench().await, keys());
        let work = bench.work();
        let refused = register(&work, &keys, &request("aina@example.test", "12", "0123456789")).await;
        assert!(matches!(refused, Err(RegisterRefused::Number)));
        let refused = register(&work, &keys, &request("aina", IC, "0123456789")).await;
        assert!(matches!(refused, Err(RegisterRefused::Particular(ParticularError::Email))));
        let refused = register(&work, &keys, &request("aina@example.test", IC, "12")).await;
        assert!(matches!(refused, Err(RegisterRefused::Particular(ParticularError::Phone))));
    }
}
