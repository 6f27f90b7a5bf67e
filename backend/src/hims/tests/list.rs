//! The developer's list, a page at a time.

use super::*;

impl World {
    async fn list(&self, wanted: &Wanted) -> Listed {
        agreements(&self.work(), &self.desk, wanted).await.expect("reads")
    }

    async fn units(&self, wanted: &Wanted) -> Vec<String> {
        self.list(wanted).await.lines.into_iter().map(|(_, line)| line.header.unit).collect()
    }

    /// A draft about a new unit.
    async fn about(&self, number: &str) -> AgreementId {
        let work = self.work();
        let development = organisation::unit(&work, &self.unit).await.expect("reads").expect("known").development;
        let mut tx = work.write().await.expect("begins");
        let unit = organisation::add_unit(&work, &mut tx, self.desk.developer(), &development, &unit(number)).await;
        tx.commit().await.expect("commits");
        draft_agreement(&work, &self.desk, &unit.expect("adds"), Lang::Ms).await.expect("drafts")
    }
}

fn pile(pile: Pile) -> Wanted {
    Wanted { pile: Some(pile), ..Wanted::default() }
}

fn text(text: &str) -> Wanted {
    Wanted { text: text.to_owned(), ..Wanted::default() }
}

#[tokio::test]
async fn what_the_developer_must_mend_comes_first_then_what_waits_then_drafts() {
    let world = world().await;
    let waiting = world.issued().await;
    world.about("A-1").await;
    assert_eq!(world.units(&Wanted::default()).await, ["B-10-02", "A-1"]);
    assert_eq!(world.list(&Wanted::default()).await.piles, [0, 1, 1, 0]);
    assert_eq!(world.units(&pile(Pile::Draft)).await, ["A-1"]);
    // A window that is over counts at once, before any job has noticed.
    world.wait(48);
    let listed = world.list(&pile(Pile::Trouble)).await;
    assert_eq!((listed.lines[0].0, &listed.lines[0].1.id, listed.piles), (Pile::Trouble, &waiting, [1, 0, 1, 0]));
    let awaited = listed.lines[0].1.awaited.as_ref().expect("somebody");
    assert_eq!(awaited.state, TurnState::Expired);
}

#[tokio::test]
async fn a_unit_a_development_and_a_name_are_found_and_signs_have_no_power() {
    let world = world().await;
    world.issued().await;
    world.about("C-1").await;
    for (wanted, found) in [("b-10", 1), ("PARKLAND", 2), ("penandatangan b", 1), ("%", 0), ("_", 0), ("'; --", 0)] {
        assert_eq!(world.units(&text(wanted)).await.len(), found, "{wanted}");
    }
    let other = DeveloperDesk::for_test(&world.work(), organisation::DeveloperId::new(&world.work()));
    assert!(agreements(&world.work(), &other, &text("PARKLAND")).await.expect("reads").lines.is_empty());
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let world = world().await;
    for n in 0..PAGE + 3 {
        world.about(&format!("D-{n}")).await;
    }
    let first = world.list(&Wanted::default()).await;
    assert_eq!((first.lines.len(), first.piles[2]), (PAGE, PAGE + 3));
    // A draft that comes meanwhile belongs before the first page, and moves nothing.
    world.wait(1);
    world.about("E-1").await;
    let next = Place::parse(&first.next.expect("more").word()).expect("survives the address");
    let second = world.list(&Wanted { after: Some(next), ..Wanted::default() }).await;
    assert!(second.next.is_none());
    let mut seen: Vec<_> = first.lines.iter().chain(&second.lines).map(|(_, line)| line.header.unit.clone()).collect();
    seen.sort();
    seen.dedup();
    assert_eq!((second.lines.len(), seen.len()), (3, PAGE + 3));
}

/// Both engines find letters beyond ASCII by any capitals, with accents and without; and rows from before by a job.
#[tokio::test]
async fn letters_beyond_ascii_are_found_however_they_are_typed() {
    let world = world().await;
    let id = world.issued().await;
    let (work, person) = (world.work(), world.detail(&id).await.parties.swap_remove(0).person);
    let mut tx = work.write().await.expect("begins");
    let renamed = "UPDATE person SET name = $2, found_by = NULL WHERE id = $1";
    tx.execute(renamed, args![&person, "Ñandú D’Cruz-Ål முருகன்"]).await.expect("a person from before");
    let unit = organisation::unit(&work, &world.unit).await.expect("reads").expect("known");
    let (name, place) = (title("TAMAN ÉLITE ŞAHİN"), title("Kajang"));
    let developer = world.desk.developer();
    organisation::change_development(&work, &mut tx, developer, &unit.development, &name, &place)
        .await
        .expect("changes");
    tx.commit().await.expect("commits");
    assert_eq!(world.units(&text("CRUZ")).await.len(), 1, "ASCII letters are found before the job");
    for _ in 0..2 {
        person::fold_names(&work).await.expect("folds");
        organisation::fold_names(&work).await.expect("nothing to fold");
    }
    for typed in ["ñandú", "ÑANDÚ", "nandu", "NANDU D'CRUZ-AL", "முருகன்", "élite", "ÉLITE", "elite şahin", "SAHIN"]
    {
        assert_eq!(world.units(&text(typed)).await.len(), 1, "{typed}");
    }
    for other in ["ñandx", "முருகி"] {
        assert_eq!(world.units(&text(other)).await.len(), 0, "{other}");
    }
}
