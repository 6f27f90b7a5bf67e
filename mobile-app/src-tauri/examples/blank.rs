//! An empty page in a window of WebKitGTK and nothing of ours: the yardstick beside which the app's start is measured
//! (`tests/window/speed.rs`). Prints how many milliseconds after its process began the page was drawn.

#[cfg(target_os = "linux")]
fn main() -> Result<(), gtk::glib::BoolError> {
    use gtk::prelude::*;
    use webkit2gtk::{WebView, WebViewExt as _};

    gtk::init()?;
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_default_size(400, 780);
    let view = WebView::new();
    view.connect_title_notify(|view| {
        if view.title().as_deref() == Some("drawn") {
            say();
            gtk::main_quit();
        }
    });
    let drawn = "requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'drawn'; }))";
    view.load_html(&format!("<title>blank</title><p>.</p><script>{drawn}</script>"), None);
    window.add(&view);
    window.show_all();
    gtk::main();
    Ok(())
}

#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "the figure is what it is for")]
fn say() {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (stat, uptime) = (text("/proc/self/stat"), text("/proc/uptime"));
    // proc(5): the start time is the 22nd field, the 20th after the name; in hundredths of a second since boot.
    let began: Option<f64> = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(19)?.parse().ok());
    let now: Option<f64> = uptime.split_whitespace().next().and_then(|seconds| seconds.parse().ok());
    if let (Some(began), Some(now)) = (began, now) {
        println!("{:.0}", began.mul_add(-10.0, now * 1000.0));
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
