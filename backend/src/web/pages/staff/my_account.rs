//! `/akaun`: what somebody who signs in does about their own account: recovery codes.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::account;
use crate::web::Doors;
use crate::web::guard::SignedIn;
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::Problem;

/// The page.
#[derive(Template)]
#[template(path = "staff/my_account.html")]
pub struct MyAccountPage {
    pub(in crate::web) f: Frame,
    /// Recovery codes that are left.
    pub(in crate::web) left: String,
    /// New ones, shown this once.
    pub(in crate::web) codes: Vec<String>,
}

/// Shows how many codes are left.
pub async fn show(who: SignedIn) -> Result<Response, Problem> {
    let left = account::recovery_codes_left(&who.work, &who.session.account).await?;
    Ok(Page(MyAccountPage { f: who.frame(), left: left.to_string(), codes: Vec::new() }).into_response())
}

/// Makes new codes and shows them, once.
pub async fn make(State(doors): State<Arc<Doors>>, who: SignedIn) -> Result<Response, Problem> {
    let proof = who.session.fresh(who.work.now)?;
    let codes = account::make_recovery_codes(&who.work, &*doors.keystore, &who.session, proof).await?;
    let codes: Vec<_> = codes.iter().map(|code| code.expose().clone()).collect();
    Ok(Page(MyAccountPage { f: who.frame(), left: codes.len().to_string(), codes }).into_response())
}
