//! Who calls: the phone whose key proved this very call.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use mohor_shared::dpop::{Call, HEADER};
use mohor_shared::jws::JwsRefusal;
use serde::de::DeserializeOwned;

use crate::device::{self, BoundDevice, ProofRefused};
use crate::kernel::words::Lang;
use crate::kernel::work::{Actor, Work};
use crate::web::Doors;
use crate::web::guard::Visit;
use crate::web::problem::{DoorFault, Problem};

/// A proved call: the phone, the work acting as it, and the body that the proof covers.
pub struct Caller {
    /// The work, acting as the phone.
    pub work: Work,
    /// The phone.
    pub device: BoundDevice,
    /// The language of the app.
    pub lang: Lang,
    body: Bytes,
}

impl Caller {
    /// The body as a message. Members we do not know refuse it.
    pub(super) fn message<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|_| DoorFault::Body.into())
    }

    /// The body as it is.
    pub(super) fn into_bytes(self) -> (Work, BoundDevice, Vec<u8>) {
        (self.work, self.device, self.body.into())
    }
}

impl FromRequest<Arc<Doors>> for Caller {
    type Rejection = Problem;

    async fn from_request(request: Request, doors: &Arc<Doors>) -> Result<Self, Problem> {
        let Some(visit) = request.extensions().get::<Visit>().cloned() else {
            return Err(DoorFault::Failed.into());
        };
        let method = request.method().as_str().to_owned();
        let url = format!("{}{}", doors.settings.public_url, request.uri().path());
        let proof = request.headers().get(HEADER).and_then(|line| line.to_str().ok()).map(str::to_owned);
        let body = Bytes::from_request(request, doors).await.map_err(|_| Problem::from(DoorFault::TooLarge))?;
        let proof = proof.ok_or(ProofRefused::Proof(JwsRefusal::Form))?;
        let call = Call { method: &method, url: &url, body: &body };
        let device = device::prove(&visit.work, &*doors.keystore, &proof, call).await?;
        let work = visit.acting_as(Actor::Device(device.id().to_string()));
        Ok(Self { work, device, lang: visit.lang, body })
    }
}
