//! Scenarios, vectors and requirements of one protocol, loaded from their folders.

use crate::requirements::{self, CheckKind, Coverage, Requirements};
use crate::scenario::{LoadError, Scenario, Step, Vocabulary, load_dir};
use crate::vectors::sweep::{self, Sweep};
use crate::vectors::{self, Vector};
use std::path::{Path, PathBuf};
use wireproof_driver::{Depth, Speaks};
use wireproof_oracle::Judged;

/// Everything that can be run for a protocol.
pub struct Library<P: Speaks> {
    /// Name of its folders.
    pub name: String,
    /// Every variant of every scenario, in order of file and variant.
    pub scenarios: Vec<Scenario<P>>,
    /// Every vector, in order of file and place.
    pub vectors: Vec<Vector>,
    /// Every sweep of broken forms, in the same order.
    pub sweeps: Vec<Sweep>,
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
        let folder = root.join("vectors").join(name);
        let vectors = vectors::load_dir(&folder, &requirements);
        let sweeps = match &vectors {
            Ok(vectors) => sweep::load_dir(&folder.join(SWEEPS), vectors, &requirements),
            Err(_) => Ok(Vec::new()),
        };
        // Without the sweeps every scenario that names one would be a mistake as well.
        let scenarios = match &sweeps {
            Ok(known) if vectors.is_ok() => {
                load_dir::<P>(&scenarios, &Vocabulary::of::<P>(&requirements, known))
            }
            _ => Ok(Vec::new()),
        };
        match (scenarios, vectors, sweeps) {
            (Ok(scenarios), Ok(vectors), Ok(sweeps)) => {
                Ok(Self { name: name.to_owned(), scenarios, vectors, sweeps, requirements })
            }
            (scenarios, vectors, sweeps) => {
                let mut errors = scenarios.err().unwrap_or_default();
                errors.extend(vectors.err().unwrap_or_default());
                errors.extend(sweeps.err().unwrap_or_default());
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
            for step in &scenario.steps {
                if let Step::Broken(broken) = &step.what {
                    coverage.add_all(kind, &scenario.base, broken.requirements());
                }
            }
        }
        for vector in &self.vectors {
            let ids = vector.requirements.iter().map(String::as_str);
            coverage.add_all(CheckKind::Vector, &vector.id, ids);
        }
        for sweep in &self.sweeps {
            // One name for all groups of a base: as a filter it selects them.
            let id = format!("sweep.{}", sweep.base);
            let ids = sweep.groups.iter().flat_map(|group| &group.requirements);
            coverage.add_all(CheckKind::Vector, &id, ids.map(String::as_str));
        }
        for invariant in P::invariants() {
            let ids = invariant.citations.iter().map(|citation| citation.id);
            coverage.add_all(CheckKind::Invariant, invariant.name, ids);
        }
        coverage
    }
}

/// Folder of the sweeps below that of the vectors.
const SWEEPS: &str = "sweeps";
