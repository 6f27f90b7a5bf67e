//! The list of work processes.

use std::collections::BTreeMap;

use super::*;

#[tokio::test]
async fn the_fifty_processes_have_the_checksums_of_fin_28() {
    let world = world().await;
    let all = processes(&world.work()).await.expect("reads");
    assert_eq!(all.iter().map(|process| process.number).collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
    let portal: Vec<_> = all.iter().filter(|p| p.form.system == System::Portal).map(|p| p.number).collect();
    assert_eq!(portal, (1..=28).chain([34, 35]).collect::<Vec<_>>());
    let mut by_steps: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for process in &all {
        by_steps.entry(process.form.steps.words()).or_default().push(process.number);
    }
    assert_eq!(by_steps["perakuan-1 perakuan-2 akuan-terima"], [5, 11, 18, 34]);
    assert_eq!(by_steps["penyemak"], [44, 45, 46]);
    assert_eq!(by_steps[""], [29, 30, 31], "FIN-29, CON-31");
    // FIN-28 counts the four rows with Akuan Terima among the 44 of Perakuan 1 and 2.
    assert_eq!(by_steps["perakuan-1 perakuan-2"].len() + 4, 44);
    assert_eq!(by_steps.len(), 4);
    let batch: Vec<_> = all.iter().filter(|p| p.form.batch).map(|p| p.number).collect();
    assert_eq!(batch, [13, 14, 15, 16, 17, 18, 29], "CON-33");
    let unsure: Vec<_> = all.iter().filter(|p| p.form.confidence == Confidence::Uncertain).map(|p| p.number).collect();
    assert_eq!(unsure, [19, 20, 33, 35, 43], "CON-32");
    assert!(all.iter().all(|p| p.version == 1 && p.form.in_use));
}

#[tokio::test]
async fn a_journal_of_gl_needs_three_signatures_one_of_ap_two_and_hcm_one() {
    let world = world().await;
    let all = processes(&world.work()).await.expect("reads");
    let signatures = |module: &str, name: &str| {
        let found: Vec<_> =
            all.iter().filter(|p| p.form.module.as_str() == module && p.form.name.as_str() == name).collect();
        assert_eq!(found.len(), 1, "{module} {name}");
        found[0].form.steps.signatures().len()
    };
    // FIN-30.
    assert_eq!(signatures("GL", "Baucar Jurnal"), 3);
    assert_eq!(signatures("AP", "Baucar Jurnal"), 2);
    assert_eq!(signatures("HCM", "Payroll Posting to Finance"), 1);
    assert_eq!(signatures("AP", "Kelulusan EFT"), 1, "the executing user");
}

/// Process 22 with Semak AO between the two approvals (PUB-FIN-3).
async fn with_ao(world: &World) -> ProcessForm {
    let before = process(&world.work(), 22, 1).await.expect("reads").expect("known");
    ProcessForm { steps: Steps::parse("perakuan-1 semak-ao perakuan-2").expect("an order"), ..before.form }
}

#[tokio::test]
async fn an_edit_adds_a_version_and_the_old_one_stays() {
    let world = world().await;
    let form = with_ao(&world).await;
    assert_eq!(change_process(&world.work(), &world.admin, 22, 1, &form).await.expect("changes"), 2);
    let now = &processes(&world.work()).await.expect("reads")[21];
    assert_eq!((now.version, now.form.steps.signatures().len()), (2, 3));
    let then = process(&world.work(), 22, 1).await.expect("reads").expect("kept");
    assert_eq!(then.form.steps.signatures().len(), 2);
    let trail = crate::audit::trail(&world.work(), "22").await.expect("reads");
    assert_eq!(trail.len(), 1);
    assert!(trail[0].facts.contains("semak-ao"), "{}", trail[0].facts);
    // Saying the same again is no change.
    assert_eq!(change_process(&world.work(), &world.admin, 22, 2, &form).await.expect("says the same"), 2);
    assert_eq!(crate::audit::trail(&world.work(), "22").await.expect("reads").len(), 1);
}

#[tokio::test]
async fn an_edit_of_an_old_look_an_unknown_process_or_a_hidden_character_is_refused() {
    let world = world().await;
    let form = with_ao(&world).await;
    let change = async |number, seen, form: &ProcessForm| {
        change_process(&world.work(), &world.admin, number, seen, form).await.expect_err("refused").code()
    };
    assert_eq!(change(99, 1, &form).await, "igfmas-process-unknown");
    assert_eq!(change(22, 2, &form).await, "igfmas-process-changed");
    let hidden = ProcessForm { remark: "nota\u{202e}".to_owned(), ..form.clone() };
    assert_eq!(change(22, 1, &hidden).await, "igfmas-remark-unacceptable");
    let taken = add_process(&world.work(), &world.admin, 50, &form).await.expect_err("taken");
    assert_eq!(taken.code(), "igfmas-process-exists");
    add_process(&world.work(), &world.admin, 51, &form).await.expect("adds");
    assert_eq!(processes(&world.work()).await.expect("reads").len(), 51);
}

#[tokio::test]
async fn of_two_editors_one_wins() {
    let world = world().await;
    let form = with_ao(&world).await;
    let other = ProcessForm { in_use: false, ..form.clone() };
    let (one, two) = (world.work(), world.work());
    let raced = tokio::join!(
        change_process(&one, &world.admin, 22, 1, &form),
        change_process(&two, &world.admin, 22, 1, &other)
    );
    let refused = match raced {
        (Ok(2), Err(refused)) | (Err(refused), Ok(2)) => refused,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused.code(), "igfmas-process-changed");
    assert_eq!(processes(&world.work()).await.expect("reads")[21].version, 2);
}
