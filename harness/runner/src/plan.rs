//! Plans as people hand them over: a token, or a file.

use std::fmt;
use std::path::Path;
use wireproof_sim::{Plan, TokenError};

/// Why a text is no plan.
#[derive(Debug)]
pub enum PlanError {
    /// Neither a token nor a file that exists.
    Token(TokenError),
    /// The file cannot be read.
    Unreadable(String, std::io::Error),
    /// The file is no plan.
    Malformed(String, String),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => write!(f, "neither a file nor a plan: {error}"),
            Self::Unreadable(path, error) => write!(f, "{path}: {error}"),
            Self::Malformed(path, problem) => write!(f, "{path}: {problem}"),
        }
    }
}

impl std::error::Error for PlanError {}

/// Reads a plan from a token, or from a YAML file if there is one of that name.
pub fn read_plan(text: &str) -> Result<Plan, PlanError> {
    if !Path::new(text).is_file() {
        return Plan::from_token(text).map_err(PlanError::Token);
    }
    let yaml = std::fs::read_to_string(text)
        .map_err(|error| PlanError::Unreadable(text.to_owned(), error))?;
    serde_saphyr::from_str(&yaml)
        .map_err(|error| PlanError::Malformed(text.to_owned(), error.to_string()))
}
