//! The month of the reviewer's desk, in numbers.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::account::EkycReviewer;
use crate::ekyc;
use crate::kernel::clock::Timestamp;
use crate::web::guard::At;
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::{DoorFault, Problem};

/// Which month: `2026-11`.
#[derive(Deserialize)]
pub struct Asked {
    bulan: Option<String>,
}

/// The report.
#[derive(Template)]
#[template(path = "staff/ekyc_report.html")]
pub struct ReportPage {
    pub(in crate::web) f: Frame,
    /// The month, `11/2026`.
    pub(in crate::web) month: String,
    /// Addresses of the months before and after.
    pub(in crate::web) around: [String; 2],
    /// Word and number.
    pub(in crate::web) lines: Vec<(&'static str, String)>,
}

/// Shows the report of a month; without one, of this month.
pub async fn show(at: At<EkycReviewer>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (year, month) = match &asked.bulan {
        Some(word) => parse(word).ok_or(DoorFault::Missing)?,
        None => (at.who.work.now.myt_ymd().0, at.who.work.now.myt_ymd().1),
    };
    let (from, to) = (first(year, month)?, first_after(year, month)?);
    let report = ekyc::report(&at.who.work, &at.officer, from, to).await?;
    Ok(Page(ReportPage {
        f: at.who.frame(),
        month: format!("{month:02}/{year}"),
        around: [address(year, month, -1), address(year, month, 1)],
        lines: lines(&report),
    })
    .into_response())
}

pub(in crate::web) fn lines(report: &ekyc::Report) -> Vec<(&'static str, String)> {
    let share = report.disagreement().map_or("–".to_owned(), |mille| format!("{}.{} %", mille / 10, mille % 10));
    vec![
        ("web-ekyc-report-cases", report.cases.to_string()),
        ("web-ekyc-report-approved", report.approved.to_string()),
        ("web-ekyc-report-rejected", report.rejected.to_string()),
        ("web-ekyc-report-retaken", report.retaken.to_string()),
        ("web-ekyc-report-sampled", report.sampled.to_string()),
        ("web-ekyc-report-twice", report.looked_twice.to_string()),
        ("web-ekyc-report-disagreed", report.disagreed.to_string()),
        ("web-ekyc-report-share", share),
        ("web-ekyc-report-wrongly", report.wrongly_approved.to_string()),
        ("web-ekyc-report-erased", report.erased.to_string()),
        ("web-ekyc-report-withdrawn", report.withdrawn.to_string()),
    ]
}

fn parse(word: &str) -> Option<(i16, i8)> {
    let (year, month) = word.split_once('-')?;
    Some((year.parse().ok()?, month.parse().ok().filter(|month| (1..=12).contains(month))?))
}

fn moved(year: i16, month: i8, by: i8) -> (i16, i8) {
    match month + by {
        0 => (year - 1, 12),
        13 => (year + 1, 1),
        month => (year, month),
    }
}

fn address(year: i16, month: i8, by: i8) -> String {
    let (year, month) = moved(year, month, by);
    format!("/kakitangan/ekyc/laporan?bulan={year:04}-{month:02}")
}

fn first(year: i16, month: i8) -> Result<Timestamp, Problem> {
    Timestamp::month(year, month).ok_or_else(|| DoorFault::Missing.into())
}

fn first_after(year: i16, month: i8) -> Result<Timestamp, Problem> {
    let (year, month) = moved(year, month, 1);
    first(year, month)
}
