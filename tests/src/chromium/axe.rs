//! axe-core, the accessibility judge, inside the page.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use super::Chromium;

/// WCAG 2.2 AA and everything below it that axe-core can decide.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// What axe-core found wrong.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// Its rule.
    pub id: String,
    /// How bad it is for somebody.
    pub impact: Option<String>,
    /// What should be.
    pub help: String,
    /// Where.
    pub nodes: Vec<Node>,
}

/// One element.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// The element as it stands in the page.
    pub html: String,
    /// What to mend.
    pub failure_summary: Option<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.id, self.help)?;
        for node in &self.nodes {
            write!(f, "\n  {}\n  {}", node.html, node.failure_summary.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Report {
    violations: Vec<Violation>,
    passes: usize,
}

impl Chromium {
    /// Has axe-core judge the page as it stands.
    pub async fn violations(&self) -> Vec<Violation> {
        self.violations_of(json!(TAGS)).await
    }

    /// The same without the house rules of pages: what a mail, which is no page, owes its reader.
    pub async fn violations_of_wcag(&self) -> Vec<Violation> {
        self.violations_of(json!(TAGS[..5])).await
    }

    /// The same for one rule: contrast in the dark, when the rest was judged in the light.
    pub async fn violations_of_rule(&self, rule: &str) -> Vec<Violation> {
        self.violations_of(json!({"type": "rule", "values": [rule]})).await
    }

    async fn violations_of(&self, wanted: Value) -> Vec<Violation> {
        judge(self.web(), wanted).await
    }

    /// Fails when axe-core finds anything.
    pub async fn demand_access(&self, what: &str) {
        let found = self.violations().await;
        let list: Vec<_> = found.iter().map(Violation::to_string).collect();
        let path = self.see().await.path;
        assert!(found.is_empty(), "{what} at {path}, {:?}:\n{}", self.look(), list.join("\n"));
    }
}

/// Has axe-core judge the page in the window of `web` by everything that [`TAGS`] names.
pub async fn violations(web: &WebDriver) -> Vec<Violation> {
    judge(web, json!(TAGS)).await
}

/// The script is handed over by WebDriver, not by the page: our content security policy stays as it is.
async fn judge(web: &WebDriver, wanted: Value) -> Vec<Violation> {
    let loaded = web.execute("return typeof window.axe === 'object';", vec![]).await.expect("an answer");
    if loaded.json() != &json!(true) {
        web.execute(axe_core(), vec![]).await.expect("axe-core loads");
    }
    let script = "const done = arguments[arguments.length - 1];
        window.axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']})
          .then((r) => done({violations: r.violations, passes: r.passes.length}), (e) => done(String(e)));";
    let answer = web.execute_async(script, vec![wanted]).await.expect("axe-core answers");
    let report: Report = serde_json::from_value(answer.json().clone())
        .unwrap_or_else(|error| panic!("axe-core says {}: {error}", answer.json()));
    assert!(report.passes > 0, "axe-core judged nothing");
    report.violations
}

/// The text of axe-core that `tests/run` fetches and checks.
fn axe_core() -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default();
    let folder = std::env::var_os("MOHOR_JUDGES").map_or_else(|| top.join("target/judges"), PathBuf::from);
    let file = folder.join("axe.min.js");
    match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => panic!("the judge {} cannot be asked ({error}): run `bash tests/run`", file.display()),
    }
}
