//! What can be wrong with a file that people write, and how it is told.
//!
//! Every mistake has a place. The text has four parts: what is wrong, where, the line itself
//! with the spot marked, and what to do about it.

use super::place::Place;
use std::fmt;

mod problem;
mod render;
mod suggest;

pub use problem::Problem;
pub use suggest::nearest;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Box<Problem>,
    /// The variant it shows in, if not in all of them: `credit=2`.
    pub variant: Option<String>,
}

impl LoadError {
    /// A mistake at `place`.
    pub fn new(place: Place, problem: Problem) -> Self {
        Self { place, problem: Box::new(problem), variant: None }
    }

    /// The whole message: several lines, without colours, without a newline at its end.
    pub fn render(&self) -> String {
        render::render(self)
    }
}

/// The whole message, as [`LoadError::render`].
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

impl std::error::Error for LoadError {}

/// Puts errors in the order of files and lines and drops repetitions.
pub fn tidy(errors: &mut Vec<LoadError>) {
    errors.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.variant.cmp(&b.variant)));
    let mut kept: Vec<LoadError> = Vec::with_capacity(errors.len());
    for error in errors.drain(..) {
        let known = kept.iter().rev().take_while(|known| known.place == error.place);
        if !known.into_iter().any(|known| known.problem == error.problem) {
            kept.push(error);
        }
    }
    *errors = kept;
}

/// All messages, separated by empty lines, and their number at the end.
pub fn render_all(errors: &[LoadError]) -> String {
    let mut text = String::new();
    for error in errors {
        text.push_str(&error.render());
        text.push_str("\n\n");
    }
    let plural = if errors.len() == 1 { "" } else { "s" };
    text.push_str(&format!("{} mistake{plural}; nothing was run\n", errors.len()));
    text
}
