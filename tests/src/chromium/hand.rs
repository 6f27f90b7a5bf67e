//! A hand on the pad: strokes by touch or by mouse.

use serde_json::{Value, json};
use thirtyfour::common::command::Command;

use super::{Chromium, GLANCE, PATIENCE};

/// A stroke in the pad: points between 0 and 1.
type Stroke<'a> = &'a [(f64, f64)];

/// A signature of two strokes.
const SIGNATURE: [Stroke<'static>; 2] = [
    &[(0.10, 0.55), (0.16, 0.30), (0.22, 0.75), (0.28, 0.35), (0.34, 0.70), (0.40, 0.50), (0.46, 0.55)],
    &[(0.52, 0.40), (0.58, 0.72), (0.64, 0.36), (0.70, 0.66), (0.78, 0.44), (0.88, 0.50)],
];

impl Chromium {
    /// Draws a signature of two strokes: with a finger on a phone, with the mouse at a desk.
    pub async fn draw(&self) {
        for stroke in SIGNATURE {
            self.stroke(stroke).await;
        }
    }

    /// Draws one stroke.
    pub async fn stroke(&self, points: Stroke<'_>) {
        let mut moves = self.along(points).await;
        moves.push(json!({"type": "pointerUp", "button": 0}));
        self.point(moves).await;
    }

    /// Begins a stroke and leaves the finger on the glass.
    pub async fn begin_stroke(&self, points: Stroke<'_>) {
        let moves = self.along(points).await;
        self.point(moves).await;
    }

    /// Lifts the finger.
    pub async fn lift(&self) {
        self.point(vec![json!({"type": "pointerUp", "button": 0})]).await;
    }

    async fn along(&self, points: Stroke<'_>) -> Vec<Value> {
        self.wait_for_page().await;
        let pad = self.find("canvas").await;
        pad.scroll_into_view().await.expect("the pad in view");
        let script = "const b = arguments[0].getBoundingClientRect(); return [b.left, b.top, b.width, b.height];";
        let bounds = self.ask_with(script, vec![pad.to_json().expect("an element")]).await;
        let [left, top, width, height]: [f64; 4] = serde_json::from_value(bounds).expect("four numbers");
        assert!(width > 100.0 && height > 60.0, "the pad is {width} by {height}");
        let to = |&(x, y): &(f64, f64), duration: u32| {
            let (x, y) = ((left + x * width).round() as i64, (top + y * height).round() as i64);
            json!({"type": "pointerMove", "duration": duration, "x": x, "y": y, "origin": "viewport"})
        };
        let mut moves = vec![to(&points[0], 0), json!({"type": "pointerDown", "button": 0})];
        moves.extend(points[1..].iter().map(|point| to(point, 20)));
        moves
    }

    async fn point(&self, moves: Vec<Value>) {
        let (id, kind) = if self.look().phone { ("jari", "touch") } else { ("tetikus", "mouse") };
        let sequence = json!([{"type": "pointer", "id": id, "parameters": {"pointerType": kind}, "actions": moves}]);
        self.web().handle().cmd(Command::PerformActions(sequence.into())).await.expect("the hand moves");
    }

    /// Waits until so many pixels of the pad carry ink: a pad is drawn anew when it comes, turns or changes its size.
    pub async fn wait_for_ink(&self, what: &str, enough: impl Fn(u64) -> bool) {
        let begun = tokio::time::Instant::now();
        while !enough(self.ink().await) {
            if begun.elapsed() > PATIENCE {
                self.stuck(&format!("{what}: {} pixels of ink", self.ink().await)).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// How many pixels of the pad carry ink. Read from a copy: Chromium warns of a pad that is read twice.
    pub async fn ink(&self) -> u64 {
        self.find("canvas").await;
        let script = "const pad = document.querySelector('canvas');
            const c = Object.assign(document.createElement('canvas'), {width: pad.width, height: pad.height});
            const copy = c.getContext('2d', {willReadFrequently: true});
            copy.drawImage(pad, 0, 0);
            const p = copy.getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < p.length; i += 4) n += p[i] > 0 ? 1 : 0; return n;";
        self.ask(script).await.as_u64().unwrap_or(0)
    }
}
