use atum_core::caller::Role;
use serde_json::Value;

use super::file;
use crate::support::{Client, Test};

async fn found(client: &Client, words: &str) -> Vec<String> {
    let found = client.get(&format!("/api/v1/search?q={words}")).await.expect(200);
    let subject = |ticket: &Value| ticket["subject"].as_str().unwrap().to_owned();
    found["tickets"].as_array().unwrap().iter().map(subject).collect()
}

#[tokio::test]
async fn the_newest_are_found_and_of_what_is_older_whole_words_before_their_beginnings() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, agent) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Agent).await);
    for subject in ["valve1", "valve2", "valve3", "valve4", "valve5", "valve6", "valve7", "valve8"] {
        file(&customer, &subject.replace("valve", "valve ")).await;
    }
    file(&customer, "valves").await;
    assert!(found(&agent, "valve").await.contains(&"valves".to_owned()), "the newest, however it goes on");
    assert_eq!(found(&agent, "valv").await.len(), 8);

    write_more(&test, 3_000).await;
    let older = found(&agent, "valve").await;
    assert_eq!(older.len(), 8);
    assert!(!older.contains(&"valves".to_owned()), "behind thousands of others the whole word counts first");
    assert!(found(&agent, "valv").await.contains(&"valves".to_owned()));
    assert_eq!(found(&agent, "valves").await, ["valves"]);
    assert_eq!(found(&customer, "valves").await, ["valves"], "who sees less looks everywhere");
}

/// So many texts came after, of a ticket that says nothing of what is looked for.
async fn write_more(test: &Test, count: i32) {
    let mut conn = test.superuser().await;
    sqlx::query(
        "insert into desk.search_document (organization_id, id, ticket_id, visibility, words)
         select t.organization_id, ('ffffffff-ffff-7fff-bfff-' || lpad(to_hex(n), 12, '0'))::uuid, t.id, 'public',
                to_tsvector('simple', 'chatter ' || n)
           from (select organization_id, id from desk.ticket
                  where organization_id = (select organization_id from desk.ticket where subject = 'valves')
                  order by number limit 1) t, generate_series(1, $1) n",
    )
    .bind(count)
    .execute(&mut conn)
    .await
    .unwrap();
}
