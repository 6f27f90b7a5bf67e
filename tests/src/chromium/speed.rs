//! How a page arrives on a slow phone.

use serde::Deserialize;
use serde_json::json;

use super::Chromium;

/// What the browser measured of the page that stands there; times in milliseconds after the address was opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// The answer of the server began.
    pub answered: f64,
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
        answered: page.responseStart, interactive: page.domContentLoadedEventEnd,
        largest: Math.max(0, ...paints.map((one) => one.startTime)),
        shift: shifts.reduce((sum, one) => sum + one.value, 0),
        longestTask: Math.max(0, ...tasks.map((one) => one.duration)),
        bytes: own.reduce((sum, one) => sum + one.decodedBodySize, page.decodedBodySize),
        pictures: drawn.length, pages: sheets.length, loose: loose.length,
      });
    });";

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
