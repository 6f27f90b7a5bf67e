//! The phone app's real window, driven as a person drives it (issue 3): WebKit's own driver, the system's keyring, the
//! real server. `tests/window/stage` brings display and keyring, `MOHOR_APP` names the program.

mod camera;
mod clock;
mod journey;
mod keyring;
mod links;
mod notify;
mod phones;
mod rig;
mod session;
mod speed;
mod steps;
mod walls;
