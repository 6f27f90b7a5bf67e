//! How a page arrives on a slow phone.

use serde::Deserialize;
use serde_json::json;

use super::Chromium;

/// One style sheet, script or picture on its way; times in milliseconds after the address was opened.
#[derive(Clone, Debug, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The browser met its name.
    pub asked: f64,
    /// The answer of the server began.
    pub answered: f64,
    /// It was there.
    pub arrived: f64,
    /// Bytes on the way, packed.
    pub bytes: u64,
}

/// What the browser measured of the page that stands there; times in milliseconds after the address was opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// The answer of the server began.
    pub answered: f64,
    /// The page itself was there.
    pub arrived: f64,
    /// The page was read; the scripts run now.
    pub read: f64,
    /// Something could be seen.
    pub first: f64,
    /// Everything can be read and pressed: the scripts have run.
    pub interactive: f64,
    /// The largest thing on the screen was painted.
    pub largest: f64,
    /// How far things moved under the reader's finger (WCAG has no word for it; 0 is best).
    pub shift: f64,
    /// The longest time that the page did not listen.
    pub longest_task: f64,
    /// Bytes of page, styles and scripts, unpacked.
    pub bytes: u64,
    /// Pictures of pages that were fetched.
    pub pictures: u64,
    /// Pictures of pages that the document has.
    pub pages: u64,
    /// Pictures without a width and a height of their own, or fetched too early.
    pub loose: u64,
    /// What came besides the page.
    pub parts: Vec<Part>,
}

const MEASURE: &str = "
    const done = arguments[arguments.length - 1];
    const seen = (type) => new Promise((ready) => {
      let all = [];
      const watch = new PerformanceObserver((list) => { all = all.concat(list.getEntries()); });
      watch.observe({type, buffered: true});
      setTimeout(() => { all = all.concat(watch.takeRecords()); watch.disconnect(); ready(all); }, 500);
    });
    Promise.all(['largest-contentful-paint', 'layout-shift', 'longtask'].map(seen)).then(([paints, shifts, tasks]) => {
      const page = performance.getEntriesByType('navigation')[0];
      const parts = performance.getEntriesByType('resource');
      const drawn = parts.filter((part) => part.name.includes('/halaman/'));
      const own = parts.filter((part) => part.name.includes('/aset/'));
      const sheets = [...document.querySelectorAll('.sheet img')];
      const loose = sheets.filter((one, n) => !one.getAttribute('width') || !one.getAttribute('height')
        || (n > 0 && one.loading !== 'lazy'));
      done({
        answered: page.responseStart, arrived: page.responseEnd, read: page.domInteractive,
        first: Math.max(0, ...performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)),
        interactive: page.domContentLoadedEventEnd,
        largest: Math.max(0, ...paints.map((one) => one.startTime)),
        shift: shifts.reduce((sum, one) => sum + one.value, 0),
        longestTask: Math.max(0, ...tasks.map((one) => one.duration)),
        bytes: own.reduce((sum, one) => sum + one.decodedBodySize, page.decodedBodySize),
        pictures: drawn.length, pages: sheets.length, loose: loose.length,
        parts: parts.map((part) => ({
          name: new URL(part.name).pathname, asked: part.startTime, answered: part.responseStart,
          arrived: part.responseEnd, bytes: part.encodedBodySize,
        })),
      });
    });";

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { answered, arrived, read, first, largest, interactive, longest_task, bytes, .. } = self;
        writeln!(f, "answered {answered:.0}, arrived {arrived:.0}, read {read:.0}, seen {first:.0}/{largest:.0} ms")?;
        writeln!(f, "interactive {interactive:.0} ms; longest task {longest_task:.0} ms; {bytes} bytes of our own")?;
        for Part { name, asked, answered, arrived, bytes } in &self.parts {
            writeln!(
                f,
                "  {name:28} asked {asked:5.0}  answered {answered:5.0}  arrived {arrived:5.0}  {bytes:6} bytes"
            )?;
        }
        Ok(())
    }
}

impl Chromium {
    /// From now on a processor four times as slow, and a mobile network of the fourth generation on a bad day:
    /// 150 ms, 1.6 Mbit/s down, 0.75 up (the profile that Lighthouse judges phones by).
    pub async fn slow_down(&self) {
        self.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
        let network = json!({
            "offline": false, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8,
        });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", network).await;
    }

    /// Opens an address with nothing kept from before and measures how it arrives.
    pub async fn arrival(&self, address: &str) -> Figures {
        self.devtools("Network.clearBrowserCache", json!({})).await;
        self.visit(address).await;
        let answer = self.web().execute_async(MEASURE, Vec::new()).await.expect("the page measures");
        serde_json::from_value(answer.json().clone()).expect("figures")
    }
}
