//! Requests made from the API's description, good ones and spoiled ones, to a server of its own: whatever is sent, the
//! answer is one that is described, nothing panics, nothing hangs, memory stays bounded, and what the requests left
//! behind can be worked off and is sealed as it was written. docs/fuzzing.md tells how to run more of it.

mod cases;
pub mod child;
mod conform;
mod schema;
mod stage;
mod wild;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use crate::{
    isolation::routes::request::{Operation, operations},
    support::Test,
};
use cases::{Case, case, good, places, short};
use child::{LONGEST, Served};
use conform::Contract;
use serde_json::Value;
use stage::Stage;
use wild::Dice;
use wire::{Response, Wire};

/// Requests for each place that can be spoiled.
const EACH: usize = 12;
/// MiB; see [`Served::most_memory`]. A debug build with two pictures decoded and three passwords hashed at once.
const MOST_MEMORY: u64 = 700;
/// Of a hundred operations as many are carried out at least once, so that what lies behind their checks is tried. The
/// others want what no description tells: a code of a telephone, a passkey, a session of another kind, a link out of a
/// mail, a job that died, a mail that is in doubt.
const CARRIED_OUT_PERCENT: usize = 75;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_sent_the_answer_is_one_that_is_described() {
    let test = Test::new().await;
    let contract = Contract::new(serde_json::to_value(atum::router::openapi()).unwrap());
    let mut stages = [Stage::set(&test, "acmetext").await, Stage::set(&test, "xylograph").await];
    Stage::keep(&test).await;
    let mut served = Served::start(&test);
    let (seed, seconds) = (number("ATUM_FUZZ_SEED", 1), number("ATUM_FUZZ_SECONDS", 0));
    let (begun, mut round, mut run) = (Instant::now(), 0, Run::default());
    while round == 0 || begun.elapsed() < Duration::from_secs(seconds) {
        let [one, other] = &mut stages;
        let (first, second) = tokio::join!(
            go(&test, &contract, &served, one, seed + round, 0),
            go(&test, &contract, &served, other, seed + round, 1),
        );
        run.add(first);
        run.add(second);
        round += 1;
        eprintln!("round {round}: {} requests, at most {} MiB", run.asked, served.most_memory());
    }
    assert!(served.is_running(), "the server ended");
    let (memory, complaints) = (served.most_memory(), served.complaints());
    eprintln!(
        "{} requests in {round} rounds from seed {seed}, {} s, at most {memory} MiB; by status {:?}",
        run.asked,
        begun.elapsed().as_secs(),
        run.statuses,
    );
    assert!(run.findings.is_empty() && complaints.is_empty(), "{}", run.told(seed, &complaints));
    assert!(memory < MOST_MEMORY, "the server took {memory} MiB");
    let never: Vec<&String> = run.operations.difference(&run.carried_out).collect();
    eprintln!("never carried out: {never:?}");
    let percent = run.carried_out.len() * 100 / run.operations.len();
    assert!(percent >= CARRIED_OUT_PERCENT, "only {percent} % of the operations were carried out, and never {never:?}");
    stages[0].heal(&test).await;
    test.run_jobs().await;
    for stage in &stages {
        atum_audit::seal(&test.app).await.unwrap();
        let verified = atum_audit::verify(&test.app, stage.organization, &[]).await.unwrap();
        assert!(verified.findings.is_empty(), "what was written is not what was sealed: {:?}", verified.findings);
    }
}

#[derive(Default)]
struct Run {
    asked: usize,
    statuses: BTreeMap<u16, usize>,
    operations: BTreeSet<String>,
    carried_out: BTreeSet<String>,
    /// One of each kind.
    findings: BTreeMap<(String, String), String>,
}

impl Run {
    fn add(&mut self, other: Run) {
        self.asked += other.asked;
        other.statuses.into_iter().for_each(|(status, count)| *self.statuses.entry(status).or_default() += count);
        self.operations.extend(other.operations);
        self.carried_out.extend(other.carried_out);
        self.findings.extend(other.findings);
    }

    fn told(&self, seed: u64, complaints: &[String]) -> String {
        let findings =
            self.findings.iter().map(|((operation, fault), told)| format!("\n{operation} {fault}\n{told}\n"));
        let complaints = complaints.iter().take(20).map(|line| format!("\nthe log: {}", short(line)));
        format!("seed {seed}:{}", findings.chain(complaints).collect::<String>())
    }
}

/// Every second operation.
async fn go(test: &Test, contract: &Contract, served: &Served, stage: &mut Stage, seed: u64, nth: usize) -> Run {
    let mut asking = Asking { test, contract, wire: Wire::new(served.address), run: Run::default() };
    for operation in operations(contract.document()).into_iter().skip(nth).step_by(2) {
        // Of its own, so that a new operation changes nothing for the others.
        let mut dice = Dice::new(operation.id.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31) + u64::from(byte)));
        stage.again(test).await;
        asking.run.operations.insert(operation.id.clone());
        // Rare are the right caller, the right state and nothing wrong at once.
        let mut left = 100;
        while left > 0 && !asking.run.carried_out.contains(&operation.id) {
            let case = good(&operation, stage, &mut dice);
            asking.ask(&operation, stage, &mut dice, case).await;
            left -= 1;
        }
        for _ in 0..EACH * places(&operation) {
            let case = case(&operation, stage, &mut dice);
            asking.ask(&operation, stage, &mut dice, case).await;
        }
    }
    asking.run
}

struct Asking<'a> {
    test: &'a Test,
    contract: &'a Contract,
    wire: Wire,
    run: Run,
}

impl Asking<'_> {
    async fn ask(&mut self, operation: &Operation<'_>, stage: &Stage, dice: &mut Dice, mut case: Case) {
        // Who may do more is asked more.
        let nth = *dice.pick(&[0, 1, 1, 2, 3, 4, 4, 5, 5, 5]);
        let (caller, session) = &stage.callers[nth];
        if let Some(session) = session {
            case.request.header("cookie", format!("atum_session={session}"));
        }
        self.run.asked += 1;
        let answer = tokio::time::timeout(LONGEST, self.wire.send(&case.request, operation.is_stream())).await;
        let faults = match &answer {
            Err(_) => vec!["does not answer".to_owned()],
            Ok(Err(error)) => vec![format!("breaks off: {error}")],
            Ok(Ok(answer)) => self.look(operation, &case, answer),
        };
        let answer = answer.ok().and_then(Result::ok);
        // Signed out by what was asked, or held up by what others asked.
        if answer.as_ref().is_some_and(|answer| answer.status == 401 && nth > 0 || answer.status == 429) {
            stage.heal(self.test).await;
        }
        for fault in faults {
            let told = format!("    as {caller}: {}", case.told(answer.as_ref()));
            self.run.findings.entry((operation.id.clone(), short(&fault))).or_insert(told);
        }
    }

    fn look(&mut self, operation: &Operation<'_>, case: &Case, answer: &Response) -> Vec<String> {
        *self.run.statuses.entry(answer.status).or_default() += 1;
        if answer.status < 300 {
            self.run.carried_out.insert(operation.id.clone());
        }
        let mut faults = self.contract.faults(&operation.id, answer);
        // Of an operation that is never carried out, what we take for a good request may have another fault.
        if self.run.carried_out.contains(&operation.id) {
            faults.extend(unnamed(case, answer));
        }
        faults
    }
}

/// A refusal for the one field that is at fault must name it, or what it is in.
fn unnamed(case: &Case, answer: &Response) -> Option<String> {
    let field = case.at_fault.as_deref()?;
    if answer.status < 300 {
        return Some(format!("is carried out without a good {field}"));
    }
    let problem: Value = serde_json::from_slice(&answer.body).ok()?;
    let pointers: Vec<&str> =
        problem["errors"].as_array()?.iter().filter_map(|error| error["pointer"].as_str()).collect();
    // What is missing in an object that is there is named by itself.
    let is_named = pointers.iter().any(|pointer| *pointer == field || pointer.starts_with(&format!("{field}/")));
    (problem["type"] == "/problems/validation" && !is_named).then(|| format!("names {pointers:?} and not {field}"))
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
