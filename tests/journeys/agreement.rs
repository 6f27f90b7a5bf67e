//! The main job: four parties sign one agreement, and other people's tools call every signature valid.

use mohor::app::Parts;
use mohor::demo::evidence::Evidence;
use mohor::demo::journey;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;

#[tokio::test]
async fn four_parties_sign_and_every_judge_agrees() {
    let ground = Ground::new();
    let server = ground.server(Parts::default()).await;
    let code = server.console_code().await.expect("a console code");
    let out = ground.path().join("out");
    let mut evidence = Evidence::begin(&out).expect("a folder");
    journey::live(&server, &code, &mut evidence).await.expect("the journey is lived");
    let reports = evidence.conclude(&server).await.expect("our verifier accepts every revision");
    assert_eq!(reports.len(), 4);
    let court = Court::of(&out);
    let names: Vec<_> = (1..=4).map(|number| format!("espa-{number}.pdf")).collect();
    for (name, parties) in names.iter().zip(1..) {
        // The certification of the system is a signature too.
        court.hear_revision(name, parties + 1);
    }
    court.hear_growth(&names);
    court.hear_archive(&names);
    court.hear_authority();
    court.hear_responder(&server).await;
    server.running.stop().await.expect("the server stops");

    // And the judge of the archive can say no: a hidden block, a font that is not there.
    let whole = std::fs::read(out.join("espa-4.pdf")).expect("the agreement");
    for (there, instead, rule) in [("/F 132", "/F 134", "6.3.2"), ("/FontFile2", "/FontFileX", "6.2.11.4")] {
        let broken = ground.path().join("broken.pdf");
        std::fs::write(&broken, replaced(&whole, there.as_bytes(), instead.as_bytes())).expect("written");
        let faults = mohor_tests::judges::archive_faults(&broken);
        assert!(faults.contains(rule), "{there}: {faults}");
    }
}

/// `bytes` with `instead` for every `there`, which is as long.
fn replaced(bytes: &[u8], there: &[u8], instead: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places = bytes.windows(there.len()).enumerate().filter(|(_, window)| *window == there).map(|(at, _)| at);
    for at in places.collect::<Vec<_>>() {
        bytes[at..at + there.len()].copy_from_slice(instead);
    }
    bytes
}
