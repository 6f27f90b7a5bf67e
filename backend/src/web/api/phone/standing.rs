//! How the person stands, and taking leave.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mohor_shared::wire::{HelpLine, PicturesSent, Standing};

use super::{Caller, official};
use crate::web::Doors;
use crate::web::problem::Problem;
use crate::{certificate, device, ekyc, person};

/// `GET /m/v1/standing`
pub(super) async fn show(caller: Caller) -> Result<Json<Standing>, Problem> {
    let (work, id) = (&caller.work, caller.device.person());
    let person = person::by_id(work, id).await?;
    let check = ekyc::status(work, id).await?;
    let certificate = certificate::current_for(work, id).await?;
    Ok(Json(Standing {
        name: person.map(|person| person.name.to_string()).unwrap_or_default(),
        ekyc: official(check).to_owned(),
        ekyc_reason: match check {
            ekyc::Status::Rejected(reason) | ekyc::Status::Retake(reason) => {
                Some(caller.lang.say(&format!("ekyc-reason-{}", reason.as_str())))
            }
            ekyc::Status::Ended { at } => Some(caller.lang.say_with("ekyc-ended", &[("date", &at.myt())])),
            _ => None,
        },
        ekyc_open: ekyc::progress(work, id).await?.map(|(taken, needed)| PicturesSent { taken, needed }),
        ekyc_until: if let ekyc::Status::Approved { until } = check { Some(until.seconds()) } else { None },
        certificate_until: certificate.map(|leaf| leaf.not_after.seconds()),
    }))
}

/// `GET /m/v1/help`: whom to ask, for everybody who has the app.
pub(super) async fn help(State(doors): State<Arc<Doors>>) -> Json<HelpLine> {
    let hims = &doors.settings.hims;
    Json(HelpLine { line: hims.help_line.clone(), mail: hims.help_mail.clone() })
}

/// `POST /m/v1/leave`: the person takes this phone out of use (APP-10); codes then go by e-mail only.
pub(super) async fn leave(caller: Caller) -> Result<StatusCode, Problem> {
    device::leave(&caller.work, &caller.device).await?;
    Ok(StatusCode::NO_CONTENT)
}
