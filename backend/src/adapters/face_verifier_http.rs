//! A face verifier behind HTTP. What it says is a finding for the reviewer; whatever keeps it from answering is
//! "tidak dinilai".
//!
//! ```text
//! POST {url}/same-person   {"document": base64 JPEG, "face": base64 JPEG}   → {"verdict": true | false | null}
//! POST {url}/alive         {"face": base64 JPEG, "prompts": ["left", …]}    → {"verdict": true | false | null}
//! ```

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use serde::Deserialize;
use serde_json::json;

use crate::ekyc::port::FaceVerifier;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 4 * 1024;
/// Of the JPEG that travels, of 100.
const QUALITY: u8 = 90;

/// Asks a verifier by HTTP. Faces travel: the configuration takes TLS, or a verifier on this machine.
pub struct HttpFaceVerifier {
    client: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Answer {
    verdict: Option<bool>,
}

impl HttpFaceVerifier {
    /// A client for the verifier at `url`.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(url: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    async fn ask(&self, what: &str, question: &serde_json::Value) -> Option<bool> {
        let verdict = self.answer(what, question).await;
        if let Err(reason) = &verdict {
            tracing::warn!(what, reason, "the face verifier did not answer: not assessed");
        }
        verdict.ok().flatten()
    }

    async fn answer(&self, what: &str, question: &serde_json::Value) -> Result<Option<bool>, String> {
        let said = |error: reqwest::Error| error.without_url().to_string();
        let request = self.client.post(format!("{}/{what}", self.url)).json(question);
        let mut answer = request.send().await.and_then(reqwest::Response::error_for_status).map_err(said)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(said)? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err("the answer is too long".to_owned());
            }
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        Ok(answer.verdict)
    }
}

#[async_trait]
impl FaceVerifier for HttpFaceVerifier {
    async fn same_person(&self, document: &RgbImage, face: &RgbImage) -> Option<bool> {
        let (document, face) = (encoded(document).await?, encoded(face).await?);
        self.ask("same-person", &json!({ "document": document, "face": face })).await
    }

    async fn alive(&self, face: &RgbImage, prompts: &[String]) -> Option<bool> {
        let face = encoded(face).await?;
        self.ask("alive", &json!({ "face": face, "prompts": prompts })).await
    }
}

async fn encoded(picture: &RgbImage) -> Option<String> {
    let picture = picture.clone();
    let encode = move || {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture).ok()?;
        Some(STANDARD.encode(jpeg))
    };
    tokio::task::spawn_blocking(encode).await.ok()?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Json;
    use axum::extract::State;
    use axum::routing::post;
    use serde_json::Value;
    use tokio::sync::Mutex;

    use super::*;

    type Heard = Arc<Mutex<Vec<Value>>>;

    /// A verifier that says `status` and `answer` to every question.
    #[expect(clippy::disallowed_methods, reason = "ends with the runtime of the test")]
    async fn double(status: u16, answer: &'static str) -> (HttpFaceVerifier, Heard) {
        let heard = Heard::default();
        let say = move |State(heard): State<Heard>, Json(question): Json<Value>| async move {
            heard.lock().await.push(question);
            (axum::http::StatusCode::from_u16(status).expect("a status"), answer)
        };
        let doors = axum::Router::new().route("/v1/{what}", post(say)).with_state(heard.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}/v1/", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, doors).await });
        (HttpFaceVerifier::new(&url).expect("a client"), heard)
    }

    fn picture() -> RgbImage {
        RgbImage::from_pixel(8, 8, image::Rgb([200, 150, 100]))
    }

    #[tokio::test]
    async fn a_verdict_is_handed_on_and_the_question_holds_pictures_and_prompts() {
        let (verifier, heard) = double(200, r#"{"verdict": false}"#).await;
        assert_eq!(verifier.same_person(&picture(), &picture()).await, Some(false));
        assert_eq!(verifier.alive(&picture(), &["left".to_owned()]).await, Some(false));
        let heard = heard.lock().await;
        let jpeg = STANDARD.decode(heard[0]["document"].as_str().expect("a picture")).expect("base64");
        assert_eq!(image::load_from_memory(&jpeg).expect("a JPEG").width(), 8);
        assert_eq!(heard[1]["prompts"], json!(["left"]));
    }

    #[tokio::test]
    async fn whatever_is_no_verdict_is_not_assessed() {
        let long: &'static str =
            Box::leak(format!("{{\"verdict\": true, \"more\": \"{}\"}}", "x".repeat(LONGEST)).into());
        for (status, answer) in [
            (200, r#"{"verdict": null}"#),
            (200, "yes"),
            (200, ""),
            (200, long),
            (500, r#"{"verdict": true}"#),
            (302, ""),
        ] {
            let (verifier, _) = double(status, answer).await;
            assert_eq!(verifier.same_person(&picture(), &picture()).await, None, "{status} {answer}");
        }
        let nobody = HttpFaceVerifier::new("http://127.0.0.1:1").expect("a client");
        assert_eq!(nobody.alive(&picture(), &[]).await, None);
    }
}
