//! The phone app's shell: one window, one list of commands, and the walls between them.
//!
//! ```text
//! face (Svelte, ../src) ──bridge.ts──▶ commands/ ──▶ mohor-phone (../core) ──▶ server
//!                        display values            keys, codes, secrets
//! ```
//!
//! Invariants
//! * The webview never holds a secret: commands answer with what is shown and nothing else (`view.rs`). The six digits
//!   of a code leave only after the person asked to see them.
//! * The window calls our commands only: each needs its permission, none of Tauri's own is granted.
//! * While the app is locked every command but those of the lock is refused, whatever the face does.
//! * Secrets rest in the system's keyring. Without one the app says so and keeps nothing.
//! * One window for each phone: a second start hands its link to the first. A link fills a field; it decides nothing.
//! * While nobody looks, the system is told that something waits, and nothing of what it is.
//! * Automation of the webview exists only with the feature `e2e`.

mod commands;
#[cfg(all(desktop, unix))]
mod door;
mod options;
mod session;
mod trouble;
mod view;
mod watch;
mod window;

use std::error::Error;

use tauri::{App, AppHandle, Manager as _, RunEvent};

/// Opens the window and returns when it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    if !options::automation_allowed() {
        complain("this program is for people: it does not open under automation (build it with the feature e2e)");
        return;
    }
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_notification::init())
        .on_permission_request(|_, kind| window::permission(&kind))
        .setup(begin)
        .invoke_handler(tauri::generate_handler![
            commands::begin::begin,
            commands::begin::speak,
            commands::enrol::register,
            commands::enrol::arrived,
            commands::enrol::open_link,
            commands::enrol::choose_password,
            commands::enrol::another_code,
            commands::enrol::bind,
            commands::lock::unlock,
            commands::lock::lock,
            commands::lock::set_lock,
            commands::lock::clear_lock,
            commands::home::home,
            commands::identity::consent,
            commands::identity::capture,
            commands::identity::send_picture,
            commands::identity::hand_in,
            commands::codes::set_up_totp,
            commands::codes::totp,
            commands::codes::turns,
            commands::codes::show_code,
            commands::approvals::approvals,
            commands::approvals::answer,
            commands::home::help_line,
            commands::home::notices,
            commands::home::read_notice,
            commands::account::not_me,
            commands::home::history,
            commands::transfer::ask_to_move,
            commands::transfer::finish_move,
            commands::transfer::read_ticket,
            commands::transfer::sign_for,
            commands::account::leave,
            commands::account::forget,
        ]);
    match builder.build(tauri::generate_context!()) {
        Ok(app) => app.run(|app, event| opened(app, &event)),
        Err(error) => complain(&error.to_string()),
    }
}

fn begin(app: &mut App) -> Result<(), Box<dyn Error>> {
    let mut options = options::Options::of_process();
    let (folder, link) = (app.path().app_data_dir()?.join(options.profile()), options.link.take());
    let session = session::Session::open(options, folder)?;
    #[cfg(all(desktop, unix))]
    if !door::first(app.handle(), session.folder(), link.as_deref()) {
        app.handle().exit(0);
        return Ok(());
    }
    *session.link() = link;
    app.manage(session);
    window::open(app)?;
    watch::begin(app.handle());
    Ok(())
}

/// Phones and Macs hand links to the running program; elsewhere they come on the command line and through the door.
#[cfg(any(target_os = "macos", target_os = "ios", target_os = "android"))]
fn opened(app: &AppHandle, event: &RunEvent) {
    if let RunEvent::Opened { urls } = event {
        window::come(app, urls.last().map(ToString::to_string));
    }
}

#[cfg(not(any(target_os = "macos", target_os = "ios", target_os = "android")))]
const fn opened(_: &AppHandle, _: &RunEvent) {}

#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn complain(what: &str) {
    eprintln!("mohor-app: {what}");
}
