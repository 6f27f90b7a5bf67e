//! Every command of ours needs a permission of its own; what the window may call stands in `capabilities/main.json`.

/// The commands, as `src/lib.rs` hands them to the window; `tests/architecture` compares the lists.
const COMMANDS: &[&str] = &[
    "begin",
    "speak",
    "register",
    "arrived",
    "open_link",
    "choose_password",
    "another_code",
    "bind",
    "unlock",
    "lock",
    "set_lock",
    "clear_lock",
    "home",
    "consent",
    "capture",
    "send_picture",
    "hand_in",
    "set_up_totp",
    "totp",
    "turns",
    "show_code",
    "approvals",
    "answer",
    "help_line",
    "notices",
    "read_notice",
    "not_me",
    "history",
    "ask_to_move",
    "finish_move",
    "read_ticket",
    "sign_for",
    "leave",
    "forget",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    Ok(tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?)
}
