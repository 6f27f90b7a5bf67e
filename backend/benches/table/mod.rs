//! What every bench prints at its end: measured, yardstick, ratio, target, met. The yardstick is measured in the same
//! run, in turn with what it is a yardstick for, so that a noisy machine disturbs both alike.

use std::time::{Duration, Instant};

/// What the issue asks for.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "not every bench has every kind of target")]
pub(crate) enum Target {
    /// Measured is at most so many times the yardstick.
    Times(f64),
    /// The yardstick takes at least so many times as long as measured.
    Faster(f64),
    /// Measured takes at most so many seconds; on a machine that is too slow for it, at most so many times the
    /// yardstick.
    Within(f64, f64),
    /// At most so many times the yardstick would be better than what is asked for: shown, and held against nobody.
    Stretch(f64),
    /// Nothing: the figure is for the reader.
    Nothing,
}

const MISSED: &str = "MISSED";

struct Row {
    what: String,
    measured: f64,
    yardstick: String,
    took: Option<f64>,
    target: Target,
}

impl Row {
    fn cells(&self) -> [String; 6] {
        let millis = |seconds: f64| format!("{:.3} ms", seconds * 1e3);
        let (ratio, target, met) = match (self.target, self.took) {
            (Target::Stretch(_) | Target::Nothing, None) => (None, "–".to_owned(), None),
            (_, None) => (None, "not compared".to_owned(), Some(false)),
            (Target::Times(limit), Some(took)) => {
                let ratio = self.measured / took;
                (Some(ratio), format!("≤ {limit} ×"), Some(ratio <= limit))
            }
            (Target::Faster(least), Some(took)) => {
                let ratio = took / self.measured;
                (Some(ratio), format!("≥ {least} × faster"), Some(ratio >= least))
            }
            (Target::Within(limit, times), Some(took)) => {
                let ratio = self.measured / took;
                let met = self.measured <= limit || ratio <= times;
                (Some(ratio), format!("≤ {} or {times} ×", millis(limit)), Some(met))
            }
            (Target::Stretch(limit), Some(took)) => {
                let ratio = self.measured / took;
                (
                    Some(ratio),
                    format!("stretch: ≤ {limit} × ({})", if ratio <= limit { "met" } else { "not met" }),
                    None,
                )
            }
            (Target::Nothing, Some(took)) => (Some(self.measured / took), "–".to_owned(), None),
        };
        let met = met.map_or("–", |met| if met { "met" } else { MISSED }).to_owned();
        let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2} ×"));
        let took = self.took.map_or_else(|| "ABSENT".to_owned(), millis);
        [self.what.clone(), millis(self.measured), format!("{}: {took}", self.yardstick), ratio, target, met]
    }
}

/// The rows of a run.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// Adds what was `measured` (seconds) beside its yardstick, by name and in seconds; `None`: it could not be had.
    pub(crate) fn add(&mut self, what: &str, measured: f64, yardstick: &str, took: Option<f64>, target: Target) {
        self.0.push(Row { what: what.to_owned(), measured, yardstick: yardstick.to_owned(), took, target });
    }

    /// Prints the table; the bench fails when a target was missed, or a yardstick with one could not be had.
    pub(crate) fn conclude(&self) {
        let head = ["", "measured", "yardstick", "ratio", "target", "met"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head).chain(self.0.iter().map(Row::cells)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<_> = (0..6).map(width).collect();
        println!();
        for row in &rows {
            let cells = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| cell.clone() + &" ".repeat(width.saturating_sub(cell.chars().count())));
            println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
        let missed = rows.iter().filter(|row| row[5] == MISSED).count();
        assert_eq!(missed, 0, "targets missed");
    }
}

/// The medians of several works, in seconds, done in turn.
#[allow(dead_code, reason = "a bench of many cases takes less time for each")]
pub(crate) fn medians<const N: usize>(works: [&mut dyn FnMut(); N]) -> [f64; N] {
    medians_in(Duration::from_secs(3), works)
}

/// The same for about as long as `span`, and fifteen times at least.
pub(crate) fn medians_in<const N: usize>(span: Duration, mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let begun = Instant::now();
    let mut times = [const { Vec::new() }; N];
    while times[0].len() < 15 || (begun.elapsed() < span && times[0].len() < 1000) {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let start = Instant::now();
            work();
            times.push(start.elapsed().as_secs_f64());
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}
