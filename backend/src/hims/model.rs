//! Pure types of agreements, parties and turns.

use crate::typed_id;

typed_id! {
    /// Names a housing sale agreement (eSPA).
    AgreementId
    /// Names one party of one version of an agreement.
    PartyId
    /// Names the turn of one party to sign.
    TurnId
}
