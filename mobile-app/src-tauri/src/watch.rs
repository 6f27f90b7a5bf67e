//! Tells the person through the system that a signature waits, while nobody looks at the window.

use std::collections::HashSet;
use std::time::Duration;

use mohor_phone::{Pending, Phone, WaitingTurn};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use tokio::time::MissedTickBehavior;

use crate::commands::Answer;
use crate::session::Session;
use crate::window;

/// How often the server is asked while nobody looks.
const ROUND: Duration = Duration::from_secs(15);

/// What is told. Anybody who passes by may read it: no name, no document, no code.
fn words(lang: &str) -> &'static str {
    if lang == "en" { "A signature request is waiting" } else { "Permintaan tandatangan menunggu" }
}

/// Watches as long as the program runs. A locked app is told of too: what waits is not shown, only that it does.
pub(crate) fn begin(app: &AppHandle) {
    let front = app.clone();
    _ = app.notification().on_action(move |_| window::come(&front, None));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut asked = false;
        loop {
            rounds.tick().await;
            // The keyring is opened by the person's own doing, never from here.
            let phone = app.state::<Session>().opened();
            let Some(phone) = phone.filter(|phone| matches!(phone.device_id(), Ok(Some(_)))) else { continue };
            if !window::attended(&app) {
                // Without a network there is nothing to tell; the next round asks again.
                _ = round(&app, &phone).await;
            } else if !asked {
                asked = true;
                allow(&app);
            }
        }
    });
}

/// A phone asks its person whether it may tell, while they look; a desktop may.
fn allow(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || app.notification().request_permission());
}

async fn round(app: &AppHandle, phone: &Phone) -> Answer<()> {
    let (turns, approvals) = (phone.turns().await?, phone.approvals().await?);
    let session = app.state::<Session>();
    if session.note_waiting(names(&turns, &approvals)) {
        _ = app.notification().builder().title("Mohor").body(words(session.lang())).show();
    }
    Ok(())
}

/// What waits, by name.
pub(crate) fn names(turns: &[WaitingTurn], approvals: &[Pending]) -> HashSet<String> {
    turns.iter().map(|turn| turn.id.clone()).chain(approvals.iter().map(|pending| pending.id().to_owned())).collect()
}
