//! The one window: our own pages only, the camera and nothing else of the system.

use std::error::Error;

use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse};
use tauri::{App, AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::session::Session;

/// Opens it: the size of a phone on a desktop, the whole screen on a phone.
pub(crate) fn open(app: &App) -> Result<(), Box<dyn Error>> {
    let builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    #[cfg(desktop)]
    let builder = builder.title("Mohor").inner_size(400.0, 780.0).min_inner_size(320.0, 480.0);
    prepare(&builder.build()?)
}

/// Comes to the front, with a link that the face is to open when there is one.
pub(crate) fn come(app: &AppHandle, link: Option<String>) {
    if let (Some(link), Some(session)) = (link, app.try_state::<Session>()) {
        *session.link() = Some(link);
    }
    let Some(window) = app.get_webview_window("main") else { return };
    // A bare event: the face asks for the link itself, by a command that looks at it first.
    _ = window.eval("window.dispatchEvent(new Event('mohor-link'))");
    #[cfg(desktop)]
    {
        _ = window.unminimize();
    }
    _ = window.show();
    _ = window.set_focus();
}

/// Whether somebody looks at the window.
pub(crate) fn attended(app: &AppHandle) -> bool {
    let Some(window) = app.get_webview_window("main") else { return false };
    let hidden = !window.is_visible().unwrap_or(true) || window.is_minimized().unwrap_or(false);
    !hidden && window.is_focused().unwrap_or(true)
}

/// Whether the window may go to `url`: pages that are built into the program, and the development server while
/// developing.
fn is_ours(url: &Url) -> bool {
    let built_in = url.scheme() == "tauri" || matches!(url.host_str(), Some("tauri.localhost"));
    let developing = cfg!(dev) && url.port() == Some(1420) && url.host_str() == Some("127.0.0.1");
    built_in || developing
}

/// The camera for the pictures of an identity check; nothing else.
pub(crate) const fn permission(kind: &PermissionKind) -> PermissionResponse {
    match kind {
        PermissionKind::Camera => PermissionResponse::Allow,
        _ => PermissionResponse::Deny,
    }
}

/// WebKitGTK has cameras and the clipboard switched off until it is told otherwise; the clipboard is needed to clear
/// a code that was copied.
#[cfg(target_os = "linux")]
fn prepare(window: &WebviewWindow) -> Result<(), Box<dyn Error>> {
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};

    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_enable_media_stream(true);
            settings.set_javascript_can_access_clipboard(true);
        }
    })?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn prepare(_: &WebviewWindow) -> Result<(), Box<dyn Error>> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_in_the_program_and_gives_away_the_camera_only() {
        for ours in ["tauri://localhost/index.html", "http://tauri.localhost/"] {
            assert!(is_ours(&ours.parse().expect("a URL")), "{ours}");
        }
        for other in ["https://example.com/", "http://127.0.0.1:8080/", "file:///etc/passwd", "data:text/html,x"] {
            assert!(!is_ours(&other.parse().expect("a URL")), "{other}");
        }
        assert!(matches!(permission(&PermissionKind::Camera), PermissionResponse::Allow));
        assert!(matches!(permission(&PermissionKind::Microphone), PermissionResponse::Deny));
    }
}
