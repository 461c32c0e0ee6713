use atum_sla::{ClockState, Metric, Report, Signal};

use super::{ACCEPTED, BERLIN, Ticket};
use crate::support::Test;

const NOTHING: Report = Report { warned: 0, breached: 0, failed: 0 };

fn said(kind: &str) -> (String, String) {
    (kind.to_owned(), "first_response".to_owned())
}

#[tokio::test]
async fn a_clock_warns_once_and_then_breaches_once() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    let tick = async |time: &str| {
        test.at(time);
        atum_sla::tick(&test.app).await.unwrap()
    };
    assert_eq!(tick("2026-11-23T10:59:59+01:00").await, NOTHING);
    assert_eq!(tick("2026-11-23T11:00:00+01:00").await, Report { warned: 1, ..NOTHING });
    assert_eq!(ticket.deadline().await.unwrap().1, "warning");
    assert_eq!(tick("2026-11-23T11:01:00+01:00").await, NOTHING);
    assert_eq!(tick("2026-11-23T12:00:00+01:00").await, Report { breached: 1, ..NOTHING });
    assert_eq!(ticket.deadline().await.unwrap().1, "breached");
    assert_eq!(tick("2026-11-23T12:01:00+01:00").await, NOTHING);
    assert_eq!(ticket.said().await, [said("sla_warned"), said("sla_breached")]);
    assert_eq!(ticket.clock(Metric::FirstResponse).await.state, ClockState::Breached);
    ticket.signal("2026-11-23T12:05:00+01:00", &[Signal::StaffReplied]).await;
    assert_eq!(ticket.clock(Metric::FirstResponse).await.state, ClockState::Missed);
    assert_eq!(ticket.said().await.len(), 2, "what the worker said is not said again");
}

#[tokio::test]
async fn two_workers_flag_a_breach_once_in_every_organization() {
    let test = Test::new().await;
    let (north, south) = (test.organization_in("north", BERLIN).await, test.organization_in("south", BERLIN).await);
    let mut tickets = vec![];
    for organization in [&north, &south] {
        for number in 1..=3 {
            let ticket = Ticket::new(&test, organization, number).await;
            ticket.signal("2026-11-20T16:00:00+01:00", &[ACCEPTED]).await;
            tickets.push(ticket);
        }
    }
    test.at("2026-11-23T12:00:00+01:00");
    let (one, other) = tokio::join!(atum_sla::tick(&test.app), atum_sla::tick(&test.app));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.breached + other.breached, 6, "{one:?} {other:?}");
    assert_eq!((one.failed + other.failed, one.warned + other.warned), (0, 0));
    for ticket in &tickets {
        assert_eq!(ticket.said().await, [said("sla_breached")]);
    }
}

#[tokio::test]
async fn a_paused_clock_says_nothing() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    ticket.signal("2026-11-20T16:30:00+01:00", &[Signal::WaitingStarted]).await;
    test.at("2026-12-24T12:00:00+01:00");
    assert_eq!(atum_sla::tick(&test.app).await.unwrap(), NOTHING);
    assert_eq!(ticket.said().await, []);
}

#[tokio::test]
async fn the_worker_finds_its_clocks_by_index() {
    let test = Test::new().await;
    let mut connection = test.superuser().await;
    let source: String = sqlx::query_scalar("select prosrc from pg_proc where proname = 'due_sla_clock'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    // An empty table is always read whole unless that is forbidden; what an index cannot serve is read whole even then.
    sqlx::query("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    let question = format!("explain {}", source.replace("moment", "now()").replace("most", "500"));
    let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(question)).fetch_all(&mut connection).await.unwrap();
    let plan = plan.join("\n");
    for index in ["sla_clock_due", "sla_clock_warn"] {
        assert!(plan.contains(&format!("Index Scan using {index} on sla_clock")), "{plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
