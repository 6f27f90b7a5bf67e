use super::*;
use crate::kernel::error::Fault as _;
use crate::kernel::work::Work;
use crate::testkit::bench;

fn title(text: &str) -> Title {
    Title::parse(text).expect("a line")
}

async fn enter(work: &Work, code: &str) -> Result<DeveloperId, OrganisationError> {
    let new = NewDeveloper {
        code: DeveloperCode::parse(code).expect("a code"),
        name: title("PARKLAND AVENUE SDN. BHD."),
        registration: title("202501000000 (SPESIMEN-X)"),
        address: title("Aras 12, Menara Contoh"),
    };
    let mut tx = work.write().await?;
    let id = register_developer(work, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn develop(work: &Work, developer: &DeveloperId, code: &str) -> Result<DevelopmentId, OrganisationError> {
    let new = NewDevelopment {
        code: DevelopmentCode::parse(code).expect("a code"),
        name: title("PARKLAND AVENUE"),
        jadual: Jadual::H,
        location: title("Kajang, Selangor"),
        term: CertificateTerm::Year,
    };
    let mut tx = work.write().await?;
    let id = register_development(work, &mut tx, developer, &new).await?;
    tx.commit().await?;
    Ok(id)
}

async fn add(work: &Work, developer: &DeveloperId, development: &DevelopmentId) -> Result<UnitId, OrganisationError> {
    let new = NewUnit {
        number: UnitNumber::parse("b-10-02").expect("TV-1"),
        kind: title("Pangsapuri"),
        place: title("Blok B, tingkat 10"),
        title: title("GRN SPESIMEN 1"),
        area: Area::parse("92.9").expect("an area"),
        price: Sen::parse_ringgit("450,000").expect("a price"),
    };
    let mut tx = work.write().await?;
    let id = add_unit(work, &mut tx, developer, development, &new).await?;
    tx.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn a_development_and_its_units_are_registered_once() {
    let bench = bench().await;
    let work = bench.work();
    let developer = enter(&work, "D-1").await.expect("registers");
    assert_eq!(enter(&work, "D-1").await.expect_err("twice").code(), "developer-exists");
    let development = develop(&work, &developer, "20165-9").await.expect("TV-1");
    assert_eq!(develop(&work, &developer, "20165-9").await.expect_err("twice").code(), "development-exists");
    add(&work, &developer, &development).await.expect("adds");
    assert_eq!(add(&work, &developer, &development).await.expect_err("twice").code(), "unit-exists");
    let units = units_of(&work, &development).await.expect("reads");
    assert_eq!(units[0].number.as_str(), "B-10-02");
    assert_eq!(units[0].price.ringgit(), "RM 450,000.00");
}

#[tokio::test]
async fn a_developer_adds_units_to_their_own_developments_only() {
    let bench = bench().await;
    let work = bench.work();
    let owner = enter(&work, "D-1").await.expect("registers");
    let other = enter(&work, "D-2").await.expect("registers");
    let development = develop(&work, &owner, "20165-9").await.expect("registers");
    let refused = add(&work, &other, &development).await.expect_err("not theirs");
    assert_eq!(refused.code(), "organisation-unknown");
    assert!(developments_of(&work, &other).await.expect("reads").is_empty());
}
