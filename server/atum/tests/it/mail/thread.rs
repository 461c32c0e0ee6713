//! Where a mail goes, over the whole way: bytes in the ledger, the job, the ticket through the API.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::support::{Mailbox, mail, proved};
use crate::support::Test;

async fn step(mailbox: &Mailbox<'_>, number: &Value, step: &str, body: Value) -> Value {
    mailbox.admin().post(&format!("/api/v1/tickets/{number}/{step}"), body).await.expect(200)
}

#[tokio::test]
async fn the_requesters_answer_lands_in_its_ticket_and_brings_it_back() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let first =
        support.deliver(mail("Ana <ana@home.test>", &support.address, "Printer", "", "It does not print.")).await;
    assert_eq!((&first["outcome"], &first["reason"]), (&json!("accepted"), &json!("new")));
    let number = &first["number"];
    let ticket = support.ticket(number).await;
    assert_eq!((&ticket["subject"], &ticket["status"]), (&json!("Printer"), &json!("new")));
    assert_eq!(
        (&ticket["requester"]["email"], &ticket["requester"]["has_account"]),
        (&json!("ana@home.test"), &json!(false))
    );
    step(&support, number, "accept", json!({})).await;
    step(&support, number, "start", json!({})).await;
    step(&support, number, "wait", json!({})).await;

    // A phone that dropped every header, but answers to where it was told to.
    let answer = mail("Ana <ANA@home.test>", &support.reply_address(number), "Re: Printer", "", "Still not.");
    let answered = support.deliver(answer).await;
    assert_eq!((&answered["reason"], &answered["number"]), (&json!("reply_address"), number));
    assert_eq!(support.ticket(number).await["status"], "in_progress");
    let messages = support.messages(number).await;
    let last = messages.last().unwrap();
    assert_eq!(
        (&last["body"], &last["channel"], &last["visibility"]),
        (&json!("Still not."), &json!("mail"), &json!("public"))
    );
    assert_eq!((&last["mail"]["from"]["name"], &last["mail"]["third_party"]), (&json!("Ana"), &json!(false)));

    let forged =
        mail("Ana <ana@home.test>", &support.reply_address(number).replace("+t1", "+t2"), "Re: Printer", "", "?");
    assert_eq!(support.deliver(forged).await["reason"], "new", "a token for another ticket");
}

#[tokio::test]
async fn a_stranger_never_joins_silently() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let customer = acme.person("Ana", Role::Customer).await;
    let number =
        &support.deliver(mail(&customer.email, &support.address, "Printer", "", "Help.")).await["number"].clone();
    for (name, body) in [("accept", json!({})), ("start", json!({})), ("wait", json!({}))] {
        step(&support, number, name, body).await;
    }
    let before = support.ticket(number).await;
    let aside = mail("Eve <eve@evil.test>", &support.reply_address(number), "Re: Printer", "", "Send it to me.");
    let aside = support.deliver(aside).await;
    assert_eq!((&aside["number"], &aside["reason"]), (number, &json!("reply_address")));
    let after = support.ticket(number).await;
    for field in ["status", "requester", "version", "sla", "participants"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    let messages = support.messages(number).await;
    let last = messages.last().unwrap();
    assert_eq!((&last["mail"]["third_party"], &last["visibility"]), (&json!(true), &json!("internal")));
    let seen = customer.get(&format!("/api/v1/tickets/{number}/messages")).await;
    assert!(!seen.text().contains("Send it to me") && !seen.text().contains("evil"), "{}", seen.text());

    // The number in a subject is what anybody can write.
    let weak = mail("Eve <eve@evil.test>", &support.address, &format!("Re: [#{number}] Printer"), "", "And this?");
    let weak = support.deliver(weak).await;
    assert_eq!(weak["reason"], "subject_token");
    assert_ne!(&weak["number"], number);
    let own = support.ticket(&weak["number"]).await;
    assert_eq!((&own["links"][0]["kind"], &own["links"][0]["ticket"]["number"]), (&json!("related"), number));
    let seen = customer.get(&format!("/api/v1/tickets/{number}")).await.expect(200);
    assert_eq!(seen["links"], json!([]), "a link to a stranger's ticket is none of the customer's business");

    let id = last["id"].as_str().unwrap();
    customer.post(&format!("/api/v1/messages/{id}/admit"), json!({})).await.problem("forbidden");
    support.admin().post(&format!("/api/v1/messages/{id}/admit"), json!({})).await.expect(204);
    support.admin().post(&format!("/api/v1/messages/{id}/admit"), json!({})).await.problem("wrong-state");
    assert!(customer.get(&format!("/api/v1/tickets/{number}/messages")).await.text().contains("Send it to me"));
    let more =
        support.deliver(mail("eve@evil.test", &support.reply_address(number), "Re: Printer", "", "Thanks.")).await;
    let messages = support.messages(&more["number"]).await;
    assert_eq!(messages.last().unwrap()["mail"]["third_party"], false, "who was let in takes part");
    assert_eq!(support.ticket(number).await["status"], "in_progress");
}

#[tokio::test]
async fn staffs_address_acts_as_staff_only_where_it_was_proved() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let agent = acme.person("Ben", Role::Agent).await;
    let number =
        &support.deliver(mail("ana@home.test", &support.address, "Printer", "", "Help.")).await["number"].clone();
    step(&support, number, "accept", json!({})).await;
    let to = support.reply_address(number);
    let forged =
        "Authentication-Results: mx.other.test; dmarc=pass header.from=acme.test\r\n".to_owned() + &proved("acme.test");
    for headers in ["", &forged] {
        support.deliver(mail(&agent.email, &to, "Re: Printer", headers, "Give me the password.")).await;
        let messages = support.messages(number).await;
        let last = messages.last().unwrap();
        assert_eq!(
            (&last["visibility"], &last["mail"]["warning"]),
            (&json!("internal"), &json!("unauthenticated_agent"))
        );
        assert_eq!(support.ticket(number).await["status"], "accepted", "no work began");
    }
    support.deliver(mail(&agent.email, &to, "Re: Printer", &proved("acme.test"), "Turn it on.")).await;
    let messages = support.messages(number).await;
    let last = messages.last().unwrap();
    assert_eq!((&last["visibility"], &last["mail"]["warning"]), (&json!("public"), &json!(null)));
    assert_eq!(last["author"]["id"], json!(agent.person_id));
    assert_eq!(support.ticket(number).await["status"], "in_progress");
}

#[tokio::test]
async fn an_answer_to_what_ended_opens_a_follow_up_and_an_absence_brings_nothing_back() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let number =
        &support.deliver(mail("ana@home.test", &support.address, "Printer", "", "Help.")).await["number"].clone();
    for (name, body) in [("accept", json!({})), ("start", json!({})), ("resolve", json!({ "resolution": "Mended." }))] {
        step(&support, number, name, body).await;
    }
    let to = support.reply_address(number);
    let away = "Auto-Submitted: auto-replied\r\n";
    let absent = support.deliver(mail("ana@home.test", &to, "Away", away, "I am away.")).await;
    assert_eq!((&absent["number"], &support.ticket(number).await["status"]), (number, &json!("resolved")));
    assert_eq!(support.messages(number).await.last().unwrap()["mail"]["automatic"], true);
    step(&support, number, "close", json!({})).await;
    let again = support.deliver(mail("ana@home.test", &to, "Re: Printer", "", "Again.")).await;
    assert_ne!(&again["number"], number);
    let next = support.ticket(&again["number"]).await;
    assert_eq!((&next["links"][0]["kind"], &next["links"][0]["ticket"]["number"]), (&json!("follow_up_of"), number));
    assert_eq!(support.ticket(number).await["status"], "closed");
}

#[tokio::test]
async fn what_staff_put_elsewhere_stays_there_with_all_that_answers_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let one = support.deliver(mail("ana@home.test", &support.address, "Printer", "", "Help.")).await;
    let two =
        support.deliver("From: ana@home.test\r\nMessage-ID: <two@home.test>\r\nSubject: Mouse\r\n\r\nSqueaks.").await;
    let id = two["message_id"].as_str().unwrap();
    let address = format!("/api/v1/messages/{id}/move");
    support.admin().post(&address, json!({ "ticket_number": 99 })).await.problem("validation");
    support.admin().post(&address, json!({ "ticket_number": two["number"] })).await.problem("validation");
    let moved = support.admin().post(&address, json!({ "ticket_number": one["number"] })).await.expect(200);
    assert_eq!(moved["ticket"]["number"], one["number"]);
    let messages = support.messages(&one["number"]).await;
    assert_eq!((&messages[1]["body"], &messages[1]["mail"]["reason"]), (&json!("Squeaks."), &json!("moved")));
    assert_eq!(support.messages(&two["number"]).await, Vec::<Value>::new());
    let found = support.admin().get("/api/v1/search?q=squeaks").await.expect(200);
    assert_eq!(found["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(found["tickets"][0]["number"], one["number"]);

    // Its token is the old ticket's still; what staff did outweighs it.
    let to = support.reply_address(&two["number"]);
    let answer = mail("ana@home.test", &to, "Re: Mouse", "References: <two@home.test>\r\n", "More.");
    let answer = support.deliver(answer).await;
    assert_eq!((&answer["reason"], &answer["number"]), (&json!("moved"), &one["number"]));

    let fresh = support.admin().post(&address, json!({ "ticket_number": null })).await.expect(200);
    let ticket = support.ticket(&fresh["ticket"]["number"]).await;
    assert_eq!((&ticket["subject"], &ticket["links"][0]["kind"]), (&json!("Mouse"), &json!("related")));
}

#[tokio::test]
async fn the_same_mail_in_two_mailboxes_is_two_tickets_that_know_each_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let sales = Mailbox::open(&test, &acme, "sales@acme.test").await;
    let raw = mail(
        "ana@home.test",
        "support@acme.test, sales@acme.test",
        "Printer",
        "Cc: Cleo <cleo@home.test>\r\n",
        "Help.",
    );
    let (one, two) = (support.deliver(&raw).await, sales.deliver(&raw).await);
    assert_eq!((&one["reason"], &two["reason"]), (&json!("new"), &json!("same_mail")));
    let ticket = sales.ticket(&two["number"]).await;
    assert_eq!(
        (&ticket["links"][0]["kind"], &ticket["links"][0]["ticket"]["number"]),
        (&json!("related"), &one["number"])
    );
    let cleo = json!([{ "address": "cleo@home.test", "name": "Cleo", "kind": "cc" }]);
    assert_eq!(ticket["participants"], cleo, "own mailboxes take no part");

    // Who was copied answers to all, and goes where the mailbox's own ticket is.
    let id = raw.split("Message-ID: <").nth(1).unwrap().split('>').next().unwrap();
    let reply = mail("cleo@home.test", &sales.address, "Re: Printer", &format!("In-Reply-To: <{id}>\r\n"), "Me too.");
    let reply = sales.deliver(reply).await;
    assert_eq!((&reply["reason"], &reply["number"]), (&json!("reference"), &two["number"]));
    // Sent on to the other mailbox, it is another matter.
    let forward = mail("ana@home.test", &sales.address, &format!("Fwd: [#{}] Printer", one["number"]), "", "Look.");
    assert_eq!(sales.deliver(forward).await["reason"], "forward");
}
