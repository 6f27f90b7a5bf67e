//! The task list.

use super::*;
use crate::kernel::db::Engine;

#[tokio::test]
async fn a_document_stands_in_the_list_of_whoever_acts_next_and_in_no_other() {
    let world = world().await;
    let team = world.team().await;
    let listed = async || {
        let mut lists = Vec::new();
        for officer in [&team.preparer, &team.first, &team.second] {
            lists.push(world.tasks(officer).await.lines.len());
            let waiting = tasks_waiting(&world.work(), officer).await.expect("counts");
            assert_eq!(waiting, lists[lists.len() - 1] as u64);
        }
        lists
    };
    let id = world.prepared(22, "07022411247A").await;
    assert_eq!(listed().await, [1, 0, 0]);
    world.submit(&team.preparer, &id, 1).await.expect("submits");
    assert_eq!(listed().await, [0, 1, 0]);
    let line = world.tasks(&team.first).await.lines.remove(0);
    assert_eq!((line.role, line.step, line.amount.plain()), (Role::Perakuan1, 1, "29911.35".to_owned()));
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    // Whoever has signed does not see it again, although they are appointed to the next role too.
    let both = world.for_a_year(&team.first, Role::Perakuan2, 50_000);
    appoint(&world.work(), &world.admin, &both).await.expect("appoints");
    world.signed(&team.first, &one).await;
    assert_eq!(listed().await, [0, 0, 1]);
    world.signed(&team.second, &two).await;
    assert_eq!(listed().await, [0, 0, 0]);
}

/// Documents in the list of person 2 besides the one that is there: 5,000, two of each instant.
async fn fill(world: &World, id: &DocumentId) {
    let text = "INSERT INTO igfmas_document (id, process, process_version, module, office, company, reference, preparer,
            state, version, amount_sen, hash, step, steps, awaits, awaits_office, desk, since, created_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999)
        SELECT '01J00000000000000000' || CAST(100000 + n.i AS TEXT), process, process_version, module, office, company,
            'R' || CAST(n.i AS TEXT), preparer, state, version, amount_sen, hash, step, steps, awaits, awaits_office, desk,
            since + n.i / 2, created_at
        FROM igfmas_document, n WHERE id = $1";
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    assert_eq!(tx.execute(text, args![id]).await.expect("fills"), 4_999);
    tx.execute("ANALYZE", args![]).await.expect("analyses");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn the_pages_of_five_thousand_documents_are_whole_and_in_order() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    fill(&world, &id).await;
    assert_eq!(tasks_waiting(&world.work(), &team.first).await.expect("counts"), 5_000);
    let (mut seen, mut after) = (Vec::new(), None::<TaskPlace>);
    loop {
        let page = tasks(&world.work(), &team.first, after.as_ref()).await.expect("reads");
        assert!(page.lines.len() == TASKS);
        seen.extend(page.lines.into_iter().map(|line| (line.since, line.document)));
        let Some(next) = page.next else { break };
        after = Some(TaskPlace::parse(&next.word()).expect("a place"));
    }
    assert_eq!(seen.len(), 5_000);
    assert!(seen.is_sorted(), "the longest waiting first");
    seen.dedup();
    assert_eq!(seen.len(), 5_000);
    assert_eq!(TaskPlace::parse("1.x"), None);
    assert_eq!(TaskPlace::parse("x"), None);
}

#[tokio::test]
async fn the_first_page_of_five_thousand_is_one_indexed_query() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    fill(&world, &id).await;
    let work = world.work();
    let mut tx = work.read().await.expect("begins");
    let (explain, column) = match tx.engine() {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
        Engine::Postgres => ("EXPLAIN ", "QUERY PLAN"),
    };
    let text: &'static str = Box::leak(format!("{explain}{}", store::DESK).into_boxed_str());
    let desk = format!("{}/perakuan-1", world.office);
    let values = args![desk, &team.first, work.now, i64::MIN, "", 51_i64];
    let plan: Vec<_> = tx.all(text, values).await.expect("explains");
    let plan = plan.iter().map(|row| row.text(column).expect("a line")).collect::<Vec<_>>().join("\n");
    assert!(plan.contains("igfmas_document_desk"), "{plan}");
    // In the order of the index: nothing is sorted, and no table is read from end to end but the smallest.
    for slow in ["TEMP B-TREE", "Sort", "SCAN igfmas_document", "Seq Scan on igfmas_document"] {
        assert!(!plan.contains(slow), "{slow} in\n{plan}");
    }
}
