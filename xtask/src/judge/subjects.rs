//! What can be judged without any set-up by hand.

/// One implementation at hand.
pub struct Subject {
    pub name: &'static str,
    pub protocol: &'static str,
    pub setup: Setup,
    /// Whether it is judged where nothing is named.
    pub quick: bool,
    pub driver: &'static str,
    /// What is run; the whole suite if nothing is said.
    pub filter: Option<&'static str>,
    pub baseline: Option<&'static str>,
}

/// What it needs beside the judge.
#[derive(Clone, Copy)]
pub enum Setup {
    Nothing,
    /// A package of this workspace.
    Package(&'static str),
    /// A package with a manifest, and a resolution, of its own.
    Apart(&'static str),
    /// A Python with packages that are not part of it.
    Python {
        environment: &'static str,
        requirements: &'static str,
        tests: &'static str,
    },
}

pub const SUBJECTS: [Subject; 9] = [
    Subject {
        name: "reference",
        protocol: "nnrp",
        setup: Setup::Nothing,
        quick: true,
        driver: "reference",
        filter: None,
        baseline: None,
    },
    Subject {
        name: "nnrp-core",
        protocol: "nnrp",
        setup: Setup::Package("wireproof-adapter-nnrp-core"),
        quick: true,
        driver: "target/release/wireproof-adapter-nnrp-core",
        filter: None,
        baseline: Some("reports/baselines/nnrp-core.yaml"),
    },
    Subject {
        name: "nnrp-runtime",
        protocol: "nnrp",
        setup: Setup::Package("wireproof-adapter-nnrp-runtime"),
        quick: false,
        driver: "target/release/wireproof-adapter-nnrp-runtime",
        filter: None,
        baseline: Some("reports/baselines/nnrp-runtime.yaml"),
    },
    Subject {
        name: "nnrp-runtime-resume",
        protocol: "nnrp",
        setup: Setup::Package("wireproof-adapter-nnrp-runtime"),
        quick: false,
        driver: "target/release/wireproof-adapter-nnrp-runtime resume",
        filter: Some("recovery."),
        baseline: Some("reports/baselines/nnrp-runtime-resume.yaml"),
    },
    Subject {
        name: "reference-ncp",
        protocol: "ncp",
        setup: Setup::Nothing,
        quick: true,
        driver: "reference",
        filter: None,
        baseline: None,
    },
    Subject {
        name: "nps-ncp",
        protocol: "ncp",
        setup: Setup::Package("wireproof-adapter-nps-ncp"),
        quick: true,
        driver: "target/release/wireproof-adapter-nps-ncp",
        filter: None,
        baseline: Some("reports/baselines/nps-ncp.yaml"),
    },
    Subject {
        name: "nps-ncp-later",
        protocol: "ncp",
        setup: Setup::Apart("harness/adapters/nps-ncp-later/Cargo.toml"),
        quick: false,
        driver: "target/release/wireproof-adapter-nps-ncp-later",
        filter: None,
        baseline: Some("reports/baselines/nps-ncp-later.yaml"),
    },
    Subject {
        name: "nps-lib",
        protocol: "ncp",
        setup: Setup::Python {
            environment: "target/python/nps-lib-a2",
            requirements: "harness/adapters/nps-lib/requirements-a2.txt",
            tests: "harness/adapters/nps-lib/test_adapter.py",
        },
        quick: false,
        driver: if cfg!(windows) {
            "target/python/nps-lib-a2/Scripts/python -B harness/adapters/nps-lib/adapter.py"
        } else {
            "target/python/nps-lib-a2/bin/python -B harness/adapters/nps-lib/adapter.py"
        },
        filter: None,
        baseline: Some("reports/baselines/nps-lib.yaml"),
    },
    Subject {
        name: "nps-lib-later",
        protocol: "ncp",
        setup: Setup::Python {
            environment: "target/python/nps-lib-a19",
            requirements: "harness/adapters/nps-lib/requirements-a19.txt",
            tests: "harness/adapters/nps-lib/test_adapter.py",
        },
        quick: false,
        driver: if cfg!(windows) {
            "target/python/nps-lib-a19/Scripts/python -B harness/adapters/nps-lib/adapter.py"
        } else {
            "target/python/nps-lib-a19/bin/python -B harness/adapters/nps-lib/adapter.py"
        },
        filter: None,
        baseline: Some("reports/baselines/nps-lib-later.yaml"),
    },
];
