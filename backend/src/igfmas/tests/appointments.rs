//! Who may do what.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn an_officer_is_appointed_and_the_appointment_ends_once() {
    let world = world().await;
    let person = world.person(1).await;
    let new = world.for_a_year(&person, Role::Perakuan1, 50_000);
    let id = appoint(&world.work(), &world.admin, &new).await.expect("appoints");
    let known = appointments_of(&world.work(), &person).await.expect("reads");
    assert_eq!(known, [Appointment { id: id.clone(), says: new }]);
    world.bench.clock.advance(Duration::from_secs(60));
    let (one, two) = (world.work(), world.work());
    let raced = tokio::join!(end_appointment(&one, &world.admin, &id), end_appointment(&two, &world.admin, &id));
    let refused = match raced {
        (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused.code(), "igfmas-appointment-ended");
    assert_eq!(appointments_of(&world.work(), &person).await.expect("reads")[0].says.until, world.work().now);
}

#[tokio::test]
async fn an_appointment_that_has_not_begun_never_begins() {
    let world = world().await;
    let person = world.person(1).await;
    let later = world.work().now.plus_months(1);
    let new = NewAppointment { from: later, ..world.for_a_year(&person, Role::Penyedia, 1) };
    let id = appoint(&world.work(), &world.admin, &new).await.expect("appoints");
    end_appointment(&world.work(), &world.admin, &id).await.expect("ends");
    assert_eq!(appointments_of(&world.work(), &person).await.expect("reads")[0].says.until, later);
    let again = end_appointment(&world.work(), &world.admin, &id).await.expect_err("ended");
    assert_eq!(again.code(), "igfmas-appointment-ended");
}

#[tokio::test]
async fn nobody_is_appointed_by_themselves_backwards_or_nowhere() {
    let world = world().await;
    let person = world.person(1).await;
    let work = world.work();
    let good = world.for_a_year(&person, Role::Perakuan1, 50_000);
    let refused = async |admin: &Officer<Admin>, new: &NewAppointment| {
        appoint(&work, admin, new).await.expect_err("refused").code()
    };
    let oneself = Officer::for_test(&work, Some(person.clone()));
    assert_eq!(refused(&oneself, &good).await, "igfmas-appointment-oneself");
    let kinds: Vec<_> = crate::audit::trail(&work, person.as_str()).await.expect("reads");
    assert!(kinds.iter().any(|entry| entry.kind == "igfmas.appointment-refused"), "{kinds:?}");
    let backwards = NewAppointment { until: good.from, ..good.clone() };
    assert_eq!(refused(&world.admin, &backwards).await, "igfmas-appointment-dates");
    let executor = NewAppointment { role: Role::Pelaksana, ..good.clone() };
    assert_eq!(refused(&world.admin, &executor).await, "igfmas-appointment-role");
    let stranger = NewAppointment { person: PersonId::new(&work), ..good.clone() };
    assert_eq!(refused(&world.admin, &stranger).await, "igfmas-appointment-unknown");
    let nowhere = NewAppointment { office: OfficeId::new(&work), ..good };
    assert_eq!(refused(&world.admin, &nowhere).await, "igfmas-appointment-unknown");
    let unknown = end_appointment(&work, &world.admin, &AppointmentId::new(&work)).await.expect_err("none");
    assert_eq!(unknown.code(), "igfmas-appointment-unknown");
}
