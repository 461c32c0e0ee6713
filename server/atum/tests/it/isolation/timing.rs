//! Measured on demand, since a time is no fact of the code:
//! `cargo test -p atum --test it isolation::timing -- --ignored --nocapture`

use std::time::{Duration, Instant};

use atum_core::caller::Role;
use uuid::Uuid;

use crate::{
    support::{Client, Test},
    tickets::file,
};

const ROUNDS: usize = 1000;

#[tokio::test]
#[ignore = "a measurement"]
async fn foreign_and_absent_ids_take_the_same_time() {
    let test = Test::new().await;
    let (acme, rival) = (test.organization("acme").await, test.organization("rival").await);
    let (admin, customer) = (acme.sign_in(Role::Admin).await, rival.sign_in(Role::Customer).await);
    let ticket = file(&customer, "Theirs").await["id"].as_str().unwrap().to_owned();
    let upload = customer.upload("/api/v1/files?name=theirs.txt", b"theirs".to_vec()).await.expect(201);
    let paths = [("tickets", ticket.as_str(), "/messages"), ("files", upload["id"].as_str().unwrap(), "")];
    for (noun, foreign, rest) in paths {
        let (mut of_foreign, mut of_absent) = (vec![], vec![]);
        for round in 0..ROUNDS {
            let absent = Uuid::now_v7().to_string();
            // Which comes first takes turns: what warms up for one warms up for the other.
            let order = if round % 2 == 0 { [true, false] } else { [false, true] };
            for is_foreign in order {
                let id = if is_foreign { foreign } else { &absent };
                let took = took(&admin, &format!("/api/v1/{noun}/{id}{rest}")).await;
                if is_foreign { of_foreign.push(took) } else { of_absent.push(took) }
            }
        }
        println!("{noun}: foreign {}, absent {}", told(&mut of_foreign), told(&mut of_absent));
    }
}

async fn took(client: &Client, path: &str) -> Duration {
    let begun = Instant::now();
    let answer = client.get(path).await;
    let took = begun.elapsed();
    answer.problem("not-found");
    took
}

/// The median with its 95 % confidence interval, by order statistics.
fn told(times: &mut [Duration]) -> String {
    times.sort();
    let (half, spread) = (times.len() / 2, ((times.len() as f64).sqrt() * 0.98).ceil() as usize);
    let [low, median, high] = [half - spread, half, half + spread].map(|place| times[place].as_micros());
    format!("{median} µs ({low} to {high})")
}
