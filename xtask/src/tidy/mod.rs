//! Layout, dependency direction, sizes and words: what review would otherwise have to say.

mod breach;
mod exceptions;
mod lexer;
mod reach;
mod run;
mod shape;
mod size;
#[cfg(test)]
mod tests;
mod tree;
mod words;

pub use run::run;
