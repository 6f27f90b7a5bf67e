//! `enrol/finish`: the phone proves that it holds its key, and is bound.

use mohor_shared::jws::{self, Jwk, b64, unb64, unb64_array};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{ENROL, ENROLLED, EnrolDone, EnrolFinish, EnrolProof, Enrolled};
use subtle::ConstantTimeEq as _;

use super::bind::{attestation_result, bind};
use super::challenge::{Candidate, FinishRefused, Ground, Spent, number_mac};
use super::model::EnrolId;
use super::{platform, store, transfer};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;

/// How far the phone's clock may be off: this proof is the first word it hears from us.
const SKEW_SECONDS: i64 = 300;

/// Binds the phone. The challenge is spent and committed first; of two phones with the same invitation, or signed for
/// by the same old phone, one wins.
///
/// # Errors
/// [`FinishRefused`]; the person then starts again, except after [`FinishRefused::Waiting`].
pub async fn finish(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    request: &EnrolFinish,
) -> Result<EnrolDone, FinishRefused> {
    let (jwk, proof): (Jwk, EnrolProof) = jws::verify_embedded(&request.proof, ENROL)?;
    let spent = match spend(work, &proof).await? {
        Some(spent) => spent,
        None => transfer::spend(work, keys, &proof.enrol_id, &jwk.thumbprint()).await?,
    };
    let phone = Candidate { request, jwk, proof, spent };
    fits(work, keys, origin, &phone).await?;

    let bound = bind(work, &phone).await?;
    let srv = Enrolled {
        device_id: bound.id.to_string(),
        jkt: phone.jwk.thumbprint(),
        account: phone.spent.person.to_string(),
        storage: phone.proof.storage,
        att_result: attestation_result(request).to_owned(),
        iat: work.now.seconds(),
    };
    Ok(EnrolDone {
        device_id: srv.device_id.clone(),
        jkt: srv.jkt.clone(),
        state: bound.state.word().to_owned(),
        cool_until: bound.state.cool_until().map(Timestamp::seconds),
        vouching: bound.vouching(),
        srv: platform::sign(keys, ENROLLED, &srv).await?,
    })
}

/// Spends the challenge of an enrolment; `None` when there is none of this name.
async fn spend(work: &Work, proof: &EnrolProof) -> Result<Option<Spent>, FinishRefused> {
    let enrol = EnrolId::parse(&proof.enrol_id).ok_or(FinishRefused::Over)?;
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::SPEND, args![&enrol, work.now]).await? else { return Ok(None) };
    tx.commit().await?;
    let ground = Ground::Invitation { id: row.text("invitation")?, contact: row.id("contact")? };
    let (nonce, number_mac) = (row.bytes("challenge")?, row.bytes("number_mac")?);
    Ok(Some(Spent { person: row.id("person")?, ground, nonce, number_mac }))
}

async fn fits(work: &Work, keys: &dyn KeyStore, origin: &str, phone: &Candidate<'_>) -> Result<(), FinishRefused> {
    let Candidate { request, proof, spent, .. } = phone;
    let number = unb64_array::<32>(&proof.mykad_h)?;
    let number_mac = number_mac(keys, &number).await?;
    let now = work.now.seconds();
    let young = proof.iat <= now + SKEW_SECONDS && proof.exp >= now - SKEW_SECONDS && proof.exp - proof.iat <= 120;
    let ours = proof.iss == "device" && proof.aud == origin && proof.challenge == b64(&spent.nonce);
    let same_person = bool::from(number_mac.ct_eq(&spent.number_mac));
    let attestation = unb64(&request.attestation.data)?;
    let same_attestation = proof.att_h == b64(&sha256(&attestation));
    let known = matches!(proof.storage.as_str(), "software" | "tee" | "strongbox" | "se")
        && matches!(proof.unlock.as_str(), "pin6" | "bio")
        && matches!(request.push.kind.as_str(), "fcm" | "apns" | "none");
    if young && ours && same_person && same_attestation && known { Ok(()) } else { Err(FinishRefused::Proof) }
}
