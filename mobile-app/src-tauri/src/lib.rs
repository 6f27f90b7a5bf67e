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
//! * Automation of the webview exists only with the feature `e2e`.

mod commands;
mod options;
mod session;
mod trouble;
mod view;
mod window;

use tauri::Manager as _;

/// Opens the window and returns when it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    if !options::automation_allowed() {
        complain("this program is for people: it does not open under automation (build it with the feature e2e)");
        return;
    }
    let builder = tauri::Builder::default()
        .on_permission_request(|_, kind| window::permission(&kind))
        .setup(|app| {
            let options = options::Options::of_process();
            let folder = app.path().app_data_dir()?.join(options.profile());
            app.manage(session::Session::open(options, folder)?);
            window::open(app)
        })
        .invoke_handler(tauri::generate_handler![
            commands::begin::begin,
            commands::begin::speak,
            commands::enrol::register,
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
    if let Err(error) = builder.run(tauri::generate_context!()) {
        complain(&error.to_string());
    }
}

#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
fn complain(what: &str) {
    eprintln!("mohor-app: {what}");
}
