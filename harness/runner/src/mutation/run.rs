//! All mutants, on several threads. What comes out does not depend on their number: each mutant is
//! taken through the suite by one thread, and results are joined in the order of the list.

use super::audit::Standing;
use super::exceptions::Exceptions;
use super::kill::Kill;
use super::trial::{Goal, Trial};
use crate::campaign::{Jobs, Options, Progress, RunError, Silent};
use crate::library::Library;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use wireproof_base::Role;
use wireproof_driver::{DriverError, MutantInfo, Speaks};
use wireproof_oracle::Judged;

/// How far each mutant is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// First over the cases that cite what it breaks; no further than to a check that reports it.
    #[default]
    Quick,
    /// Over the whole suite.
    Full,
}

/// How thoroughly to look.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Only mutants whose name contains one of these, or that break one of these requirements.
    pub filter: &'a [String],
    /// How far each is taken.
    pub pace: Pace,
    /// Drawn plans per scenario that admits faults; what the scenario says if absent.
    pub seeds: Option<u64>,
    /// Threads.
    pub threads: usize,
    /// Who watches; a step is a mutant.
    pub progress: &'a dyn Progress,
}

impl Settings<'_> {
    /// Whether it is one of those asked for.
    pub fn takes(&self, mutant: &MutantInfo) -> bool {
        let asked = |text: &String| {
            let broken = mutant.requirements.contains(&text.to_uppercase().as_str());
            broken || mutant.name.contains(text.as_str())
        };
        self.filter.is_empty() || self.filter.iter().any(asked)
    }
}

/// Takes every mutant through the suite.
///
/// A quick run ends a mutant at the first check that names what it breaks. Where a requirement is
/// left that nobody reported, the mutants that break it are then looked at again, until one shows.
pub fn run<P: Speaks + Judged>(
    library: &Library<P>,
    exceptions: &Exceptions,
    settings: &Settings<'_>,
) -> Result<Vec<Kill>, RunError> {
    let chosen: Vec<MutantInfo> =
        P::mutants().iter().filter(|mutant| settings.takes(mutant)).copied().collect();
    let goal = match settings.pace {
        Pace::Quick => Goal::Named,
        Pace::Full => Goal::Everything,
    };
    let mut kills = all(library, settings, &chosen, goal)?;
    if settings.pace == Pace::Full {
        return Ok(kills);
    }
    let open: BTreeSet<String> = Standing::of_all(&library.requirements, &kills, exceptions)
        .filter(|(_, standing)| *standing == Standing::Open)
        .map(|(rule, _)| rule.id.clone())
        .collect();
    for id in &open {
        let id = id.as_str();
        let again: Vec<MutantInfo> =
            chosen.iter().filter(|mutant| mutant.requirements.contains(&id)).copied().collect();
        for found in all(library, settings, &again, Goal::Report(&[id]))? {
            let earlier = kills.iter_mut().find(|kill| kill.mutant.name == found.mutant.name);
            if let Some(earlier) = earlier {
                found.named.into_iter().for_each(|(id, killer)| {
                    earlier.named.entry(id).or_insert(killer);
                });
            }
        }
    }
    Ok(kills)
}

fn all<P: Speaks + Judged>(
    library: &Library<P>,
    settings: &Settings<'_>,
    mutants: &[MutantInfo],
    goal: Goal<'_>,
) -> Result<Vec<Kill>, RunError> {
    // The other side is whole, so only its own role can show a defect.
    let jobs = |role: Role| Jobs::new(library.scenarios.iter(), &[role], settings.seeds, 0);
    let (client, server) = (jobs(Role::Client), jobs(Role::Server));
    let one = |mutant: &MutantInfo| -> Result<Kill, DriverError> {
        let driver = format!("mutant:{}", mutant.name);
        let options = Options {
            driver: &driver,
            filter: &[],
            depth: None,
            seeds: settings.seeds,
            first_seed: 0,
            threads: 1,
            verify: false,
            details: false,
            interrupt: &AtomicBool::new(false),
            progress: &Silent,
        };
        let jobs = match mutant.role {
            Role::Client => &client,
            Role::Server => &server,
        };
        Ok(Trial::open(library, jobs, &options, *mutant)?.run(goal))
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(mutants.len()));
    settings.progress.start(mutants.len() as u64);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(index) else { break };
            let kill = one(mutant);
            settings.progress.step(kill.as_ref().is_ok_and(|kill| !kill.killed()));
            results.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((index, kill));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..settings.threads.clamp(1, mutants.len().max(1)) {
            scope.spawn(work);
        }
    });
    settings.progress.finish();
    let mut results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, kill)| kill.map_err(RunError::Driver)).collect()
}
