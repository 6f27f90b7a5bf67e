//! A browser without a window: cookies, redirects, forms. It knows the server by HTTP and nothing else.

use std::sync::Arc;

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{HeaderMap, HeaderValue, ORIGIN};
use reqwest::multipart;

use super::error::BrowserError;
use super::page::{Form, Page};
use super::patience::PATIENCE;

/// A browser with its own cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    client: reqwest::Client,
    cookies: Arc<Jar>,
    base: String,
}

impl Browser {
    /// A fresh browser on the server at `base` (`http://127.0.0.1:8080`, no slash at the end).
    pub fn open(base: &str) -> Result<Self, BrowserError> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("text/html,application/xhtml+xml"));
        headers.insert("accept-language", HeaderValue::from_static("ms"));
        let cookies = Arc::new(Jar::default());
        let client = reqwest::Client::builder()
            .cookie_provider(cookies.clone())
            .timeout(PATIENCE)
            .default_headers(headers)
            .no_proxy()
            .build()
            .map_err(|source| BrowserError::Silent { path: base.to_owned(), source })?;
        Ok(Self { client, cookies, base: base.to_owned() })
    }

    /// The `Cookie` header that it would send, for whoever asks the server without the network.
    pub fn cookies(&self) -> Option<HeaderValue> {
        self.cookies.cookies(&self.base.parse().ok()?)
    }

    /// Opens a path or a whole address (a mailed link).
    pub async fn get(&self, path: &str) -> Result<Page, BrowserError> {
        self.read(path, self.client.get(self.address(path))).await
    }

    /// Opens a page that must answer 200.
    pub async fn visit(&self, path: &str) -> Result<Page, BrowserError> {
        self.get(path).await?.expect_fine()
    }

    /// The bytes of a download that must answer 200.
    pub async fn download(&self, path: &str) -> Result<Vec<u8>, BrowserError> {
        let silent = |source| BrowserError::Silent { path: path.to_owned(), source };
        let answer = self.client.get(self.address(path)).send().await.map_err(silent)?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.map_err(silent)?;
        if status == 200 {
            return Ok(bytes.to_vec());
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Err(Page { status, path: path.to_owned(), body }.unexpected("a download"))
    }

    /// Sends `form` of `page`.
    pub async fn submit(&self, page: &Page, form: &Form) -> Result<Page, BrowserError> {
        self.submit_files(page, form, Vec::new()).await
    }

    /// Sends `form` with files: field, file name, bytes.
    pub async fn submit_files(
        &self,
        page: &Page,
        form: &Form,
        files: Vec<(&str, &str, Vec<u8>)>,
    ) -> Result<Page, BrowserError> {
        let path = self.target(page, form);
        let address = self.address(&path);
        let request = match form.method.as_str() {
            "get" => self.client.get(with_query(&address, &form.fields)),
            _ if form.multipart => self.client.post(address).multipart(parts(form, files)),
            _ => self.client.post(address).form(&form.fields),
        };
        self.read(&path, request.header(ORIGIN, &self.base)).await
    }

    /// Where `form` of `page` goes.
    fn target(&self, page: &Page, form: &Form) -> String {
        match form.action.as_str() {
            "" => page.path.clone(),
            action if action.starts_with('/') || action.starts_with("http") => action.to_owned(),
            query if query.starts_with('?') => {
                format!("{}{query}", page.path.split('?').next().unwrap_or_default())
            }
            relative => {
                let folder = page.path.split('?').next().and_then(|path| path.rsplit_once('/'));
                format!("{}/{relative}", folder.map_or("", |(folder, _)| folder))
            }
        }
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    async fn read(&self, path: &str, request: reqwest::RequestBuilder) -> Result<Page, BrowserError> {
        let silent = |source| BrowserError::Silent { path: path.to_owned(), source };
        let answer = request.send().await.map_err(silent)?;
        let status = answer.status().as_u16();
        let url = answer.url();
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Page { status, path, body: answer.text().await.map_err(silent)? })
    }
}

fn with_query(address: &str, fields: &[(String, String)]) -> String {
    reqwest::Url::parse_with_params(address, fields).map_or_else(|_| address.to_owned(), String::from)
}

fn parts(form: &Form, files: Vec<(&str, &str, Vec<u8>)>) -> multipart::Form {
    let texts =
        form.fields.iter().fold(multipart::Form::new(), |sum, (name, value)| sum.text(name.clone(), value.clone()));
    files.into_iter().fold(texts, |sum, (name, file, bytes)| {
        sum.part(name.to_owned(), multipart::Part::bytes(bytes).file_name(file.to_owned()))
    })
}

impl Page {
    /// The page, when it answered 200.
    pub fn expect_fine(self) -> Result<Self, BrowserError> {
        if self.status == 200 { Ok(self) } else { Err(self.unexpected("a page")) }
    }

    /// The form with all these fields.
    pub fn need_form(&self, names: &[&str]) -> Result<Form, BrowserError> {
        self.form_with(names).ok_or_else(|| self.unexpected(&format!("a form with {names:?}")))
    }

    /// The form whose action ends so.
    pub fn need_form_to(&self, ending: &str) -> Result<Form, BrowserError> {
        self.form_to(ending).ok_or_else(|| self.unexpected(&format!("a form to {ending}")))
    }

    /// This page was not what was looked for.
    pub fn unexpected(&self, wanted: &str) -> BrowserError {
        let text = self.text().chars().take(600).collect();
        BrowserError::Unexpected { path: self.path.clone(), status: self.status, wanted: wanted.to_owned(), text }
    }
}
