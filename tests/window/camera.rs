//! A camera that sees a specimen document: a canvas gives its pictures to the page through a real video track. All that
//! comes after the track is the program's own.

use mohor_shared::specimen::{Bearer, Shot, Studio, png};

use crate::rig::Window;

const SEE: &str = r#"
const [picture, done] = arguments;
const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
createImageBitmap(new Blob([bytes], { type: "image/png" })).then((bitmap) => {
  const canvas = window.cameraOfTest ??= document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  clearInterval(window.cameraTimer);
  window.cameraTimer = setInterval(() => canvas.getContext("2d").drawImage(bitmap, 0, 0), 50);
  // Not on `navigator.mediaDevices`: WebKit forgets that object, and what was put on it, when nobody holds it.
  MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(20);
  // Pictures of before may still be on their way to the page.
  const video = document.querySelector("video");
  let frames = 0;
  const next = () => (frames++ < 4 ? video.requestVideoFrameCallback(next) : done("sees"));
  video && video.videoWidth ? next() : done("sees");
}, (error) => done(String(error)));
"#;

/// What the camera is held at: the front of a card in the dark, then front, back and face.
pub(crate) struct Views {
    pub(crate) dark: Vec<u8>,
    pub(crate) slots: [(&'static str, Vec<u8>); 3],
}

/// The pictures of one invented person.
pub(crate) fn views(name: &str, number: &str) -> Views {
    let font = |name: &str| {
        let path = format!("{}/../backend/assets/fonts/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(&path).unwrap_or_else(|_| panic!("{path}"))
    };
    let (regular, bold) = (font("NotoSans-Regular.ttf"), font("NotoSans-Bold.ttf"));
    let studio = Studio::new(&regular, &bold).expect("fonts");
    let bearer = Bearer {
        name: name.to_uppercase(),
        number: number.to_owned(),
        address: ["12, JALAN CONTOH 3", "TAMAN CONTOH", "40000 SHAH ALAM", "SELANGOR"].map(str::to_owned).to_vec(),
        citizen: true,
    };
    let [front, back, selfie] = studio.pictures(&bearer);
    let night = Shot { exposure: 0.15, ..Shot::default() };
    Views {
        dark: png(&night.of(&studio.front(&bearer))),
        slots: [("front", front), ("back", back), ("selfie", selfie)],
    }
}

/// Lets the camera of the window see `picture`.
pub(crate) async fn see(window: &Window, picture: &[u8]) {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(picture);
    let answer = window.driver.execute_async(SEE, vec![text.into()]).await.expect("the camera is set");
    assert_eq!(answer.json().as_str(), Some("sees"));
}
