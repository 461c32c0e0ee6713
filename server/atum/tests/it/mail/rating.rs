//! Rating an answer by the link of a mail.

use serde_json::{Value, json};

use super::support::{Mailbox, mail};
use crate::support::Test;

#[tokio::test]
async fn who_has_no_account_rates_by_the_link_of_the_mail() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let row = support.deliver(mail("ana@home.test", &support.address, "Printer", "", "It smokes.")).await;
    let at = |act: &str| format!("/api/v1/tickets/{}{act}", row["number"]);
    support.admin().post(&at("/accept"), json!({})).await.expect(200);
    support.admin().post(&at("/start"), json!({})).await.expect(200);
    support.admin().post(&at("/resolve"), json!({ "resolution": "A new one." })).await.expect(200);
    test.run_jobs().await;
    let link = link(&test).await;
    let nobody = test.anonymous();

    let page = nobody.get(&link.replace("/api/v1/ratings/", "/rate/")).await;
    assert!(page.status == 200 && page.headers["content-type"].to_str().unwrap().starts_with("text/html"), "a page");
    let asked = nobody.get(&link).await.expect(200);
    assert_eq!((&asked["ticket_number"], &asked["subject"]), (&row["number"], &json!("Printer")));
    assert_eq!((&asked["open"], &asked["rating"]), (&json!(true), &Value::Null));
    let wrong = nobody.put(&link, json!({ "score": 9 })).await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/score");
    let rated = nobody.put(&link, json!({ "score": 4, "comment": "Quick" })).await.expect(200);
    assert_eq!((&rated["rating"]["score"], &rated["rating"]["comment"]), (&json!(4), &json!("Quick")));
    assert_eq!(support.ticket(&row["number"]).await["rating"]["score"], 4);

    // A link is for its ticket and its requester.
    let (rest, mac) = link.rsplit_once('-').unwrap();
    let (organization, _) = rest.rsplit_once('-').unwrap();
    for forged in [format!("{organization}-2-{mac}"), format!("{rest}-aaaaaaaaaaaaaaaa"), "/api/v1/ratings/x".into()] {
        nobody.get(&forged).await.problem("not-found");
        nobody.put(&forged, json!({ "score": 1 })).await.problem("not-found");
    }
    support.admin().post(&at("/reopen"), json!({})).await.expect(200);
    assert_eq!(nobody.get(&link).await.expect(200)["open"], false);
    nobody.put(&link, json!({ "score": 1 })).await.problem("wrong-state");
    let other = "update desk.ticket t set requester_id = p.id from desk.person p where p.role = 'admin'";
    sqlx::query(other).execute(&mut test.superuser().await).await.unwrap();
    nobody.get(&link).await.problem("not-found");
}

async fn link(test: &Test) -> String {
    let body = "select body from desk.outgoing_mail where kind = 'ticket_resolved'";
    let body: String = sqlx::query_scalar(body).fetch_one(&mut test.superuser().await).await.unwrap();
    let (_, rest) = body.split_once("/rate/").unwrap_or_else(|| panic!("no link in {body}"));
    format!("/api/v1/ratings/{}", rest.split_whitespace().next().unwrap())
}
