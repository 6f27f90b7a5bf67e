//! What the journey tests lean on: other people's tools as judges, and the worlds they judge.

pub mod chromium;
pub mod clock;
pub mod court;
pub mod gate;
pub mod ground;
pub mod judges;
pub mod rows;
pub mod scene;
pub mod shelf;
pub mod urls;
