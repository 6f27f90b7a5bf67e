//! What OCSP responses (`response`) say of a certificate, and whose answer is believed (RFC 6960 section 4.2.2.2).

use std::rc::Rc;

use super::list::Revoked;
use super::path::{Pool, Purpose, current, fit};
use super::response::Response;
use super::x509::Cert;
use crate::kernel::clock::Timestamp;

/// What a believed response says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// Revoked when.
    pub(super) revoked: Option<Revoked>,
    /// Correct as of.
    pub(super) this: Timestamp,
    /// Good until.
    pub(super) next: Option<Timestamp>,
}

/// What `response` says of `cert`, when it is signed by `issuer` or by somebody `issuer` named for it.
pub(super) fn says(pool: &Pool, response: &Response, cert: &Cert, issuer: &Rc<Cert>) -> Option<Said> {
    // Each name is hashed anew for each answer.
    pool.budget.pairs(response.singles.len(), issuer.der.len() + 256).ok()?;
    // Whoever may be named for it is looked at anew, too.
    pool.budget.pairs(1, response.certs.len() + pool.certs.len()).ok()?;
    let single = response.singles.iter().find(|single| single.known && single.about(cert, issuer))?;
    let signed = |by: &Cert| response.signed_by(by, &pool.budget);
    let delegate = |by: &&Rc<Cert>| {
        by.issuer() == issuer.subject()
            && pool.budget.recall(by.der.len())
            && by.signed_by(issuer, &pool.budget)
            && current(by, response.produced).is_ok()
            && fit(by, Purpose::Responder)
    };
    let believed = signed(issuer) || response.certs.iter().chain(&pool.certs).filter(delegate).any(|by| signed(by));
    believed.then_some(Said { revoked: single.revoked, this: single.this, next: single.next })
}
