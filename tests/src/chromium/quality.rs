//! What every page owes everybody, asked of the page that stands there now.

use super::{Chromium, Look};

impl Chromium {
    /// Demands of this page, in light and in dark: no finding of axe-core, no sideways scrolling, no message
    /// without words, the language of its reader, no complaint of the browser.
    ///
    /// The browser is held as before when it is over. With `MOHOR_SHOTS` the page is photographed as `name`.
    pub async fn demand_quality(&mut self, name: &str) {
        let held = self.look();
        self.wait_for_page().await;
        let seen = self.see().await;
        assert!(!seen.text.contains('⟦'), "{name} at {} lacks words: {}", seen.path, seen.text);
        assert!(!seen.heading.is_empty(), "{name} at {} has no heading", seen.path);
        assert_eq!(self.page_lang().await, held.lang, "{name} at {} speaks another language", seen.path);
        for look in [Look { dark: false, ..held }, Look { dark: true, ..held }] {
            self.hold(look).await;
            self.photograph(name).await;
            self.demand_access(name).await;
            let over = self.overflow().await;
            assert!(over <= 0, "{name} at {} is {over} px wider than {:?}", seen.path, self.look());
        }
        self.hold(held).await;
        self.demand_silence().await;
    }
}
