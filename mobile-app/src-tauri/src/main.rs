//! The window on a desktop; on a phone the system loads the library.

fn main() {
    mohor_app_lib::run();
}
