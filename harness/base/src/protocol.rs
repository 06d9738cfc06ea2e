//! What distinguishes one protocol from another to code that knows none.

use core::fmt::Debug;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A protocol that the harness can run. Implemented by a marker type in `wire`; the traits that
/// add drivers and a judge to it live in `driver` and `oracle`.
pub trait Protocol: Copy + Debug + Default + Send + Sync + 'static {
    /// Name and version as written in scenarios.
    const NAME: &'static str;
    /// What an application asks of an endpoint.
    type Command: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// How an endpoint starts: its role and what it grants.
    type Setup: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// What an endpoint tells its application.
    type Event: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync;

    /// The name of an event as written in scenarios: its tag when serialised.
    fn event_name(event: &Self::Event) -> &'static str;
}
