//! One event or one command under the hands of a defect.

use wireproof_wire::ncp::{Command, Event};

/// Something that passes between an endpoint and its application, and what becomes of it.
#[derive(Debug)]
pub struct Passing<T> {
    /// What passes.
    pub what: T,
    /// Others of its kind ahead of it.
    pub before: Vec<T>,
    /// Others of its kind behind it.
    pub after: Vec<T>,
    /// Whether it goes on at all.
    pub dropped: bool,
}

/// An event on its way to the application.
pub type Telling = Passing<Event>;
/// A command on its way to the endpoint.
pub type Asking = Passing<Command>;

impl<T> Passing<T> {
    /// As it is.
    pub const fn new(what: T) -> Self {
        Self { what, before: Vec::new(), after: Vec::new(), dropped: false }
    }

    /// Withholds it.
    pub const fn withhold(&mut self) {
        self.dropped = true;
    }

    /// What goes on, in order.
    pub fn all(self) -> impl Iterator<Item = T> {
        let own = (!self.dropped).then_some(self.what);
        self.before.into_iter().chain(own).chain(self.after)
    }
}
