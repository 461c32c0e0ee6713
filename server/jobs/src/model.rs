//! A model of claim, work, rescue and finish: two workers, one job, every interleaving. A step of the model is one
//! statement of the real thing; between any two steps anything else may happen, however slow a worker is.

use std::collections::HashSet;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum State {
    Available,
    Running,
    Completed,
    Dead,
}

/// What a worker believes: the lease it claimed, or nothing.
type Belief = Option<u8>;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct World {
    state: State,
    lease: u8,
    attempt: u8,
    /// The lease that beat last, where nobody fell silent since.
    fresh: bool,
    believes: [Belief; 2],
    /// What the rescuer saw when it looked: it acts later.
    rescuer_saw: Belief,
    finishes: u8,
    /// A finished job was opened again, or a job was ended by one that did not hold it.
    broken: Option<&'static str>,
}

/// What a worker's write names beside the job's id.
#[derive(Clone, Copy, PartialEq)]
enum Fence {
    Nothing,
    State,
    StateAndLease,
}

#[derive(Clone, Copy)]
struct Guards {
    fence: Fence,
    rescuer_looks_again: bool,
}

const MOST_ATTEMPTS: u8 = 3;

fn begin() -> World {
    World {
        state: State::Available,
        lease: 0,
        attempt: 0,
        fresh: false,
        believes: [None; 2],
        rescuer_saw: None,
        finishes: 0,
        broken: None,
    }
}

/// Every world that one step leads to.
fn steps(world: &World, guards: Guards) -> Vec<World> {
    let mut next = vec![];
    for worker in 0..2 {
        next.extend(claim(world, worker));
        next.extend(finish(world, worker, guards));
        next.extend(fail(world, worker, guards));
        next.extend(beat(world, worker, guards));
        next.extend(die(world, worker));
    }
    next.extend(fall_silent(world));
    next.extend(rescuer_looks(world));
    next.extend(rescuer_acts(world, guards));
    next
}

fn claim(world: &World, worker: usize) -> Option<World> {
    let idle = world.believes[worker].is_none() && world.state == State::Available;
    idle.then(|| {
        let mut next = World { state: State::Running, fresh: true, ..world.clone() };
        next.lease += 1;
        next.attempt += 1;
        next.believes[worker] = Some(next.lease);
        next
    })
}

/// Whether the worker's write finds its row.
fn matches(world: &World, lease: u8, guards: Guards) -> bool {
    match guards.fence {
        Fence::Nothing => true,
        Fence::State => world.state == State::Running,
        Fence::StateAndLease => world.state == State::Running && world.lease == lease,
    }
}

fn finish(world: &World, worker: usize, guards: Guards) -> Option<World> {
    let lease = world.believes[worker]?;
    let mut next = world.clone();
    next.believes[worker] = None;
    if matches(world, lease, guards) {
        next.state = State::Completed;
        next.finishes += 1;
        next.note(world.lease != lease, "finished an attempt of another");
    }
    Some(next)
}

fn fail(world: &World, worker: usize, guards: Guards) -> Option<World> {
    let lease = world.believes[worker]?;
    let mut next = world.clone();
    next.believes[worker] = None;
    if matches(world, lease, guards) {
        next.state = after_failure(world);
        next.note(world.lease != lease, "failed an attempt of another");
    }
    Some(next)
}

fn beat(world: &World, worker: usize, guards: Guards) -> Option<World> {
    let lease = world.believes[worker]?;
    matches(world, lease, guards).then(|| {
        let mut next = World { fresh: true, ..world.clone() };
        next.note(world.lease != lease, "beat for an attempt of another");
        next
    })
}

/// kill -9: it believes nothing any more.
fn die(world: &World, worker: usize) -> Option<World> {
    world.believes[worker]?;
    let mut next = world.clone();
    next.believes[worker] = None;
    Some(next)
}

fn fall_silent(world: &World) -> Option<World> {
    (world.state == State::Running && world.fresh).then(|| World { fresh: false, ..world.clone() })
}

fn rescuer_looks(world: &World) -> Option<World> {
    let stale = world.state == State::Running && !world.fresh && world.rescuer_saw.is_none();
    stale.then(|| World { rescuer_saw: Some(world.lease), ..world.clone() })
}

fn rescuer_acts(world: &World, guards: Guards) -> Option<World> {
    world.rescuer_saw?;
    let mut next = World { rescuer_saw: None, ..world.clone() };
    let still = world.state == State::Running && !world.fresh;
    if still || !guards.rescuer_looks_again {
        next.state = after_failure(world);
        next.note(world.state == State::Completed, "reopened a finished job");
    }
    Some(next)
}

fn after_failure(world: &World) -> State {
    if world.attempt >= MOST_ATTEMPTS { State::Dead } else { State::Available }
}

impl World {
    fn note(&mut self, broke: bool, what: &'static str) {
        self.broken = self.broken.or(broke.then_some(what));
    }

    fn flaw(&self) -> Option<&'static str> {
        self.broken.or((self.finishes > 1).then_some("finished twice"))
    }
}

/// Walks over every world that can be reached; gives the flaws found and how many worlds there are.
fn explore(guards: Guards) -> (HashSet<&'static str>, usize) {
    let (mut seen, mut open, mut flaws) = (HashSet::from([begin()]), vec![begin()], HashSet::new());
    while let Some(world) = open.pop() {
        if let Some(flaw) = world.flaw() {
            flaws.insert(flaw);
            if world.finishes > 1 {
                flaws.insert("finished twice");
            }
        }
        // Attempts end: without the guards a job may be reopened for ever.
        if world.lease > MOST_ATTEMPTS {
            continue;
        }
        for next in steps(&world, guards) {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    (flaws, seen.len())
}

#[test]
fn no_interleaving_finishes_twice_or_writes_for_another() {
    let (flaws, worlds) = explore(Guards { fence: Fence::StateAndLease, rescuer_looks_again: true });
    assert!(flaws.is_empty(), "{flaws:?}");
    assert!(worlds > 100, "only {worlds} worlds: the model does not move");
}

#[test]
fn without_the_lease_in_the_fence_late_writes_hit_the_attempt_of_another() {
    let (flaws, _) = explore(Guards { fence: Fence::State, rescuer_looks_again: true });
    for flaw in ["finished an attempt of another", "failed an attempt of another", "beat for an attempt of another"] {
        assert!(flaws.contains(flaw), "the model is blind to: {flaw}; it sees {flaws:?}");
    }
}

#[test]
fn without_any_fence_a_job_finishes_twice() {
    let (flaws, _) = explore(Guards { fence: Fence::Nothing, rescuer_looks_again: true });
    assert!(flaws.contains("finished twice"), "{flaws:?}");
}

#[test]
fn without_looking_again_the_rescuer_reopens_what_was_finished() {
    let (flaws, _) = explore(Guards { fence: Fence::StateAndLease, rescuer_looks_again: false });
    assert!(flaws.contains("reopened a finished job") && flaws.contains("finished twice"), "{flaws:?}");
}
