//! The `/m/v1` calls: proved by the device key, retried once with a fresh nonce.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mohor_shared::dpop::{self, Call};
use mohor_shared::jws::KeyPair;
use mohor_shared::wire::Problem;
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::PhoneError;
use crate::key::random;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The server, as one phone reaches it.
pub(crate) struct Server {
    origin: String,
    http: Client,
    nonce: Mutex<String>,
    lang: String,
}

/// A body on its way out.
pub(crate) struct Body {
    kind: &'static str,
    bytes: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl Body {
    pub(crate) const fn none() -> Self {
        Self { kind: "application/json", bytes: Vec::new(), headers: Vec::new() }
    }

    pub(crate) fn json(value: &impl Serialize) -> Result<Self, PhoneError> {
        Ok(Self { bytes: serde_json::to_vec(value)?, ..Self::none() })
    }

    pub(crate) const fn picture(bytes: Vec<u8>, headers: Vec<(&'static str, String)>) -> Self {
        Self { kind: "application/octet-stream", bytes, headers }
    }
}

impl Server {
    /// A server at `origin` (`https://host`); plain HTTP only on this machine.
    pub(crate) fn new(origin: &str) -> Result<Self, PhoneError> {
        let origin = origin.trim_end_matches('/').to_owned();
        let url = reqwest::Url::parse(&origin).map_err(|_| PhoneError::Address)?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(PhoneError::Address);
        }
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { origin, http, nonce: Mutex::default(), lang: "ms".to_owned() })
    }

    /// The language refusals are asked for in.
    pub(crate) fn speak(&mut self, lang: &str) {
        lang.clone_into(&mut self.lang);
    }

    /// The origin, as proofs and answers name it.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A call before the phone is bound: nothing to prove with.
    pub(crate) async fn open<T: DeserializeOwned>(&self, path: &str, body: &Body) -> Result<T, PhoneError> {
        read(self.send(Method::POST, path, body, None).await?).await
    }

    /// What everybody may read.
    pub(crate) async fn public<T: DeserializeOwned>(&self, path: &str) -> Result<T, PhoneError> {
        read(self.send(Method::GET, path, &Body::none(), None).await?).await
    }

    /// A call proved by `key`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        key: &(impl KeyPair + ?Sized),
        now: i64,
        method: Method,
        path: &str,
        body: &Body,
    ) -> Result<T, PhoneError> {
        let response = self.proved(key, now, &method, path, body).await?;
        match read(response).await {
            // The nonce that came with the refusal is noted already.
            Err(PhoneError::Refused(problem)) if problem.code == "phone-nonce-stale" => {
                read(self.proved(key, now, &method, path, body).await?).await
            }
            other => other,
        }
    }

    async fn proved(
        &self,
        key: &(impl KeyPair + ?Sized),
        now: i64,
        method: &Method,
        path: &str,
        body: &Body,
    ) -> Result<Response, PhoneError> {
        let url = format!("{}{path}", self.origin);
        let nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let call = Call { method: method.as_str(), url: &url, body: &body.bytes };
        let proof = dpop::prove(key, call, &nonce, *random()?, now)?;
        self.send(method.clone(), path, body, Some(proof)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Body,
        proof: Option<String>,
    ) -> Result<Response, PhoneError> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.origin))
            .header("accept", "application/json")
            .header("accept-language", &self.lang)
            .header("content-type", body.kind)
            .body(body.bytes.clone());
        for (name, value) in &body.headers {
            request = request.header(*name, value);
        }
        if let Some(proof) = proof {
            request = request.header(dpop::HEADER, proof);
        }
        let response = request.send().await?;
        if let Some(fresh) = response.headers().get(dpop::NONCE_HEADER).and_then(|value| value.to_str().ok()) {
            fresh.clone_into(&mut self.nonce.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(response)
    }
}

async fn read<T: DeserializeOwned>(mut response: Response) -> Result<T, PhoneError> {
    let status = response.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(PhoneError::Untrusted);
        }
        bytes.extend_from_slice(&chunk);
    }
    if status.is_success() {
        let bytes = if status == StatusCode::NO_CONTENT { b"null".as_slice() } else { &bytes };
        return Ok(serde_json::from_slice(bytes)?);
    }
    let mut problem: Problem = serde_json::from_slice(&bytes).unwrap_or_default();
    problem.status = status.as_u16();
    Err(PhoneError::Refused(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for fine in ["https://mohor.example.test", "http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:1"] {
            assert!(Server::new(fine).is_ok(), "{fine}");
        }
        for unsafe_ in ["http://mohor.example.test", "ftp://127.0.0.1", "mohor", "http://127.0.0.1.example.test"] {
            assert!(matches!(Server::new(unsafe_), Err(PhoneError::Address)), "{unsafe_}");
        }
    }
}
