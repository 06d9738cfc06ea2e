//! Scenarios, vectors and requirements of one protocol, loaded from their folders.

use crate::requirements::{self, CheckKind, Coverage, Requirements};
use crate::scenario::{LoadError, Scenario, Vocabulary, load_dir};
use crate::vectors::{self, Vector};
use std::path::{Path, PathBuf};
use wireproof_driver::{Depth, Speaks};
use wireproof_oracle::Judged;

/// Everything that can be run for a protocol.
pub struct Library<P: Speaks> {
    /// Every variant of every scenario, in order of file and variant.
    pub scenarios: Vec<Scenario<P>>,
    /// Every vector, in order of file and place.
    pub vectors: Vec<Vector>,
    /// Every requirement.
    pub requirements: Requirements,
}

/// The folder that holds `scenarios/` and `vectors/`: `start` or the nearest one above it.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|folder| folder.join("scenarios").is_dir() && folder.join("vectors").is_dir())
        .map(Path::to_path_buf)
}

impl<P: Speaks> Library<P> {
    /// Loads the folders called `name` below `root`. All mistakes of all files are reported.
    pub fn load(root: &Path, name: &str) -> Result<Self, Vec<LoadError>> {
        let scenarios = root.join("scenarios").join(name);
        let requirements = requirements::load(&scenarios.join("requirements.yaml"))?;
        let vectors = vectors::load_dir(&root.join("vectors").join(name), &requirements);
        let scenarios = load_dir::<P>(&scenarios, &Vocabulary::of::<P>(&requirements));
        match (scenarios, vectors) {
            (Ok(scenarios), Ok(vectors)) => Ok(Self { scenarios, vectors, requirements }),
            (scenarios, vectors) => {
                let mut errors = scenarios.err().unwrap_or_default();
                errors.extend(vectors.err().unwrap_or_default());
                Err(errors)
            }
        }
    }
}

impl<P: Speaks + Judged> Library<P> {
    /// Who checks what.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        for scenario in &self.scenarios {
            let kind = match scenario.depth {
                Depth::Machines => CheckKind::Machine,
                _ => CheckKind::Scenario,
            };
            let ids = scenario.requirements.iter().map(String::as_str);
            let steps = scenario.steps.iter().filter_map(|step| step.what.rests());
            let steps = steps.map(|rests| rests.requirement.as_str());
            coverage.add_all(kind, &scenario.base, ids.chain(steps));
        }
        for vector in &self.vectors {
            let ids = vector.requirements.iter().map(String::as_str);
            coverage.add_all(CheckKind::Vector, &vector.id, ids);
        }
        for invariant in P::invariants() {
            let ids = invariant.citations.iter().map(|citation| citation.id);
            coverage.add_all(CheckKind::Invariant, invariant.name, ids);
        }
        coverage
    }
}
