//! Which case a seed plays, and whether anything befalls it.

use crate::campaign::jobs::{CaseJob, Execution, Jobs};
use wireproof_base::{Protocol, Seed};

/// Tickets of a case in which chance has no part but where bytes are cut.
const SCRIPTED: usize = 1;
/// Tickets of a script under drawn faults.
const FAULTY: usize = 4;
/// Tickets of generated traffic: every seed is another dialogue.
const TRAFFIC: usize = 16;
/// One execution of so many stays calm, so that time limits are looked at too.
const CALM: u64 = 8;

/// All cases in a circle, some of them several times. The seed is the place where it stops.
pub struct Wheel {
    tickets: Vec<u32>,
}

impl Wheel {
    /// The first round holds every case once, so as many seeds as there are cases play each once.
    /// The number of tickets is prime: shards that take every n-th seed meet every case too.
    pub fn new<P: Protocol>(jobs: &Jobs<'_, P>) -> Self {
        let mut tickets = Vec::new();
        let mut most: Vec<u32> = Vec::new();
        for round in 0..TRAFFIC {
            let before = tickets.len();
            let here = jobs.cases.iter().enumerate().filter(|(_, case)| share(case) > round);
            tickets.extend(here.map(|(index, _)| index as u32));
            if tickets.len() > before {
                most = tickets[before..].to_vec();
            }
        }
        let mut more = most.into_iter().cycle();
        while !is_prime(tickets.len()) {
            tickets.extend(more.next());
        }
        Self { tickets }
    }

    /// What `seed` plays.
    pub fn draw<P: Protocol>(&self, jobs: &Jobs<'_, P>, seed: u64) -> Execution {
        let case = self.tickets[(seed % self.tickets.len() as u64) as usize] as usize;
        let drawn = jobs.cases[case].limits.is_some() && !scrambled(seed).is_multiple_of(CALM);
        Execution { case, seed: Seed(seed), drawn }
    }
}

fn share<P: Protocol>(case: &CaseJob<'_, P>) -> usize {
    match (&case.scenario.workload, case.scenario.faults.limits()) {
        (Some(_), _) => TRAFFIC,
        (None, Some(_)) => FAULTY,
        (None, None) => SCRIPTED,
    }
}

/// Independent of where the wheel stops.
fn scrambled(seed: u64) -> u64 {
    let word = (seed ^ seed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (word ^ word >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32
}

fn is_prime(number: usize) -> bool {
    let smaller = (2..).take_while(|factor| factor * factor <= number);
    number > 1 && smaller.into_iter().all(|factor| !number.is_multiple_of(factor))
}
