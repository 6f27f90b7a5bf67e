//! A time-stamp authority behind HTTP (RFC 3161 section 3.4), with limits: when it is down, signatures wait.

use std::time::Duration;

use async_trait::async_trait;

use crate::kernel::work::Work;
use crate::timestamp::{StampError, TimeStamper, ask};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Asks a time-stamp authority by HTTP and believes only tokens of one key.
pub struct HttpStamper {
    client: reqwest::Client,
    url: String,
    spki: Vec<u8>,
}

impl HttpStamper {
    /// A client for the authority at `url` whose key is `spki` (DER `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// [`StampError::Unavailable`] when no client can be made.
    pub fn new(url: &str, spki: Vec<u8>) -> Result<Self, StampError> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(unavailable)?;
        Ok(Self { client, url: url.to_owned(), spki })
    }

    async fn post(&self, question: Vec<u8>) -> Result<Vec<u8>, StampError> {
        let request = self.client.post(&self.url).header("content-type", "application/timestamp-query").body(question);
        let mut answer = request.send().await.and_then(reqwest::Response::error_for_status).map_err(unavailable)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(StampError::Refused("the answer is too long".to_owned()));
            }
        }
        Ok(body)
    }
}

#[async_trait]
impl TimeStamper for HttpStamper {
    async fn token(&self, work: &Work, sha256: [u8; 32]) -> Result<Vec<u8>, StampError> {
        let question = ask::question(work, sha256)?;
        let answer = self.post(question.der.clone()).await?;
        ask::check(&question, &answer, &self.spki)
    }
}

fn unavailable(error: reqwest::Error) -> StampError {
    StampError::Unavailable(error.without_url().to_string())
}
