//! One party, the unit or the development changed without typing the rest again.

use super::*;
use crate::organisation::{DevelopmentId, OrganisationError};
use crate::person::{Email, PersonName};

impl World {
    async fn development(&self) -> DevelopmentId {
        organisation::unit(&self.work(), &self.unit).await.expect("reads").expect("known").development
    }
}

#[tokio::test]
async fn a_party_is_kept_whole_and_leaves_the_server_for_nobody() {
    let world = world().await;
    let id = world.draft().await;
    let (work, keys) = (world.work(), &*world.keys);
    let kept = kept_parties(&work, keys, &world.desk, &id).await.expect("reads");
    assert_eq!(kept.len(), 3);
    assert_eq!((&kept[0].1.id, kept[0].1.role), (&party(1, Role::Pembeli, None).id, Role::Pembeli));
    let other = DeveloperDesk::for_test(&work, organisation::DeveloperId::new(&work));
    assert_eq!(kept_parties(&work, keys, &other, &id).await.expect_err("theirs").code(), "espa-unknown");

    let mut parties: Vec<_> = kept.into_iter().map(|(_, whole)| whole).collect();
    parties[1].witness_of = Some(0);
    parties[0].email = Email::parse("baharu@example.test").expect("an address");
    let people = world.detail(&id).await.parties;
    set_parties(&work, keys, &world.desk, &id, &parties, None).await.expect("enters");
    let now = world.detail(&id).await.parties;
    for (before, after) in people.iter().zip(&now) {
        assert_eq!(before.person, after.person, "the same people");
    }
    assert_eq!(now[0].email.as_ref().expect("one").0, "b***@example.test");
    assert_eq!(now[1].email.as_ref().expect("one").0, "p***@example.test");
}

#[tokio::test]
async fn what_is_sold_changes_until_an_agreement_about_it_is_issued() {
    let world = world().await;
    let id = world.draft().await;
    let (work, desk) = (world.work(), &world.desk);
    amend_unit(&work, desk, &world.unit, &unit("B-12-02")).await.expect("changes");
    assert_eq!(world.detail(&id).await.header.unit, "B-12-02");
    let development = world.development().await;
    amend_development(&work, desk, &development, &title("PARKLAND HILL"), &title("Kajang")).await.expect("changes");
    assert_eq!(world.detail(&id).await.header.name, "PARKLAND HILL");

    world.press(&id).await.expect("issues");
    let refused = amend_unit(&work, desk, &world.unit, &unit("B-12-03")).await.expect_err("issued");
    assert_eq!(refused.code(), "espa-unit-issued");
    let refused = amend_development(&work, desk, &development, &title("X Y Z"), &title("Kajang")).await;
    assert_eq!(refused.expect_err("issued").code(), "espa-unit-issued");
    assert_eq!(world.detail(&id).await.header.unit, "B-12-02");

    let remark = Remark::parse("Nombor unit salah.").expect("a remark");
    withdraw(&work, desk, &id, &remark).await.expect("takes back");
    amend_unit(&work, desk, &world.unit, &unit("B-12-03")).await.expect("changes again");
}

#[tokio::test]
async fn a_unit_is_its_developer_s_and_its_number_is_its_own() {
    let world = world().await;
    let work = world.work();
    let other = DeveloperDesk::for_test(&work, organisation::DeveloperId::new(&work));
    let refused = amend_unit(&work, &other, &world.unit, &unit("B-1")).await.expect_err("theirs");
    assert!(matches!(refused, AmendError::Organisation(OrganisationError::Unknown)));
    let mut tx = work.write().await.expect("begins");
    let (developer, development) = (world.desk.developer(), world.development().await);
    organisation::add_unit(&work, &mut tx, developer, &development, &unit("B-99")).await.expect("adds");
    tx.commit().await.expect("commits");
    let refused = amend_unit(&work, &world.desk, &world.unit, &unit("B-99")).await.expect_err("taken");
    assert!(matches!(refused, AmendError::Organisation(OrganisationError::UnitExists)));
}

#[tokio::test]
async fn jana_espa_and_a_change_of_the_unit_do_not_pass_each_other() {
    let world = world().await;
    let id = world.draft().await;
    let (work, new) = (world.work(), unit("B-77"));
    let (issued, changed) = tokio::join!(world.press(&id), amend_unit(&work, &world.desk, &world.unit, &new));
    issued.expect("issues");
    let version = world.detail(&id).await.versions.swap_remove(0);
    let bytes = world.shelf.read(&version.head.document, version.head.length).await.expect("reads");
    let texts = turn_facts(&work, &world.browser(&id, 0).await).await.expect("reads").page_texts.join(" ");
    assert!(!bytes.is_empty());
    assert_eq!(texts.contains("B-77"), changed.is_ok(), "the document says what the unit is");
    assert_eq!(texts.contains("B-10-02"), changed.is_err());
}

/// Three parties, of whom the first is called `name`.
fn first_called(name: &str) -> Vec<NewParty> {
    let mut parties = vec![party(1, Role::Pembeli, None), party(2, Role::Saksi, Some(0)), party(3, Role::Pemaju, None)];
    parties[0].name = PersonName::parse(name).expect("a name");
    parties
}

#[tokio::test]
async fn a_mistyped_name_is_put_right_until_a_document_names_the_person() {
    let world = world().await;
    let (work, keys, desk) = (world.work(), &*world.keys, &world.desk);
    let id = world.draft().await;
    let enter = async |id: &AgreementId, name: &str| {
        set_parties(&work, keys, desk, id, &first_called(name), None).await.map_err(|refused| refused.code())
    };
    let before = world.detail(&id).await.parties.swap_remove(0);
    enter(&id, "Aminah binti Slaleh").await.expect("mistyped");
    enter(&id, "Aminah binti Salleh").await.expect("put right");
    let after = world.detail(&id).await.parties.swap_remove(0);
    assert_eq!((after.name.as_str(), &after.person), ("Aminah binti Salleh", &before.person));

    world.press(&id).await.expect("issues");
    let other = draft_agreement(&work, desk, &world.unit, Lang::Ms).await.expect("drafts");
    assert_eq!(enter(&other, "Somebody Else").await, Err("name-differs"), "the document names her");
    assert_eq!(world.detail(&id).await.parties[0].name, "Aminah binti Salleh", "and nothing was changed");

    withdraw(&work, desk, &id, &remark()).await.expect("takes back");
    enter(&id, "Aminah binti Saleh").await.expect("put right in the next version");
    enter(&id, "AMINAH BINTI SALEH").await.expect("the same name");
    assert_eq!(world.detail(&id).await.parties[0].name, "Aminah binti Saleh");
}

#[tokio::test]
async fn a_name_that_an_identity_check_found_on_the_card_is_no_developer_s_to_change() {
    let world = world().await;
    let id = world.draft().await;
    let buyer = world.detail(&id).await.parties.swap_remove(0).person;
    world.identify(&buyer).await;
    let refused =
        set_parties(&world.work(), &*world.keys, &world.desk, &id, &first_called("Somebody Else"), None).await;
    assert_eq!(refused.expect_err("theirs").code(), "name-differs");
}
