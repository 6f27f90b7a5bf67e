//! The keyboard.

use thirtyfour::prelude::*;

use super::Chromium;

/// More stops than any page of ours has.
const STOPS: usize = 160;

impl Chromium {
    /// Presses one key, wherever the focus is.
    pub async fn key(&self, key: Key) {
        self.web().action_chain().send_keys(key).perform().await.expect("a key");
    }

    /// Types where the focus is.
    pub async fn type_keys(&self, text: &str) {
        self.web().action_chain().send_keys(text).perform().await.expect("typed");
    }

    /// Presses the tabulator until the focus is on the field or button with this id, name or words, and demands
    /// that it can be seen there (WCAG 2.4.7, 2.4.11).
    pub async fn tab_to(&self, wished: &str) {
        self.wait_for_page().await;
        let mut met = Vec::new();
        for _ in 0..STOPS {
            let here = self.focus().await;
            if here == wished {
                return self.demand_visible_focus(wished).await;
            }
            met.push(here);
            self.key(Key::Tab).await;
        }
        self.stuck(&format!("the tabulator never comes to `{wished}`, only to {met:?}")).await;
    }

    async fn demand_visible_focus(&self, what: &str) {
        let script = "const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            const at = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
            const covered = !(at && (e.contains(at) || at.contains(e)));
            const ring = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
            return [ring, covered];";
        let answer = self.ask(script).await;
        assert_eq!(answer[0], true, "no ring around `{what}`");
        assert_eq!(answer[1], false, "`{what}` has the focus and is covered");
    }
}
