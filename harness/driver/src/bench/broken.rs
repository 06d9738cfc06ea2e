//! Machines with a defect: what is called directly at depth `machines`, behind one.

use super::{Bench, Mechanics, bad};
use crate::{DriverError, Machines, Refused};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a machine makes of an event.
pub type Taken = Result<Value, Refused>;
/// Takes events in place of a machine.
pub type Apply<P> = fn(&mut Applying<'_, P>, &Value) -> Taken;
/// Changes the state of a machine: its name, the notes of the defect, the state.
pub type Shown = fn(&str, &Map<String, Value>, &mut Value);

/// One machine, as the harness knows it.
#[derive(Debug)]
struct Known {
    name: String,
    config: Value,
    /// Its number with the reference.
    inner: u32,
    /// Events that were taken.
    past: Vec<Value>,
    notes: Map<String, Value>,
}

/// An event on its way to a machine.
pub struct Applying<'a, P> {
    known: &'a mut Known,
    bench: &'a mut Bench<P>,
    broken: Option<DriverError>,
}

impl<P: Mechanics> Applying<'_, P> {
    /// Whether the machine is of that name.
    pub fn is(&self, name: &str) -> bool {
        self.known.name == name
    }

    /// Events that were taken so far.
    pub fn past(&self) -> &[Value] {
        &self.known.past
    }

    /// Notes of the defect, kept as long as the machine.
    pub fn notes(&mut self) -> &mut Map<String, Value> {
        &mut self.known.notes
    }

    /// What the machine holds.
    pub fn state(&mut self) -> Value {
        match self.bench.state(self.known.inner) {
            Ok(state) => state,
            Err(error) => self.breaks(error),
        }
    }

    /// What the reference makes of an event.
    pub fn truth(&mut self, event: &Value) -> Taken {
        match self.bench.apply(self.known.inner, event) {
            Ok(taken) => {
                if taken.is_ok() {
                    self.known.past.push(event.clone());
                }
                taken
            }
            Err(error) => Ok(self.breaks(error)),
        }
    }

    /// Begins anew, as if only `events` had happened.
    pub fn again(&mut self, events: &[Value]) {
        match self.bench.create(&self.known.name, &self.known.config) {
            Ok(inner) => self.known.inner = inner,
            Err(error) => return drop(self.breaks(error)),
        }
        self.known.past.clear();
        for event in events {
            // What is refused now is part of the defect.
            drop(self.truth(event));
        }
    }

    fn breaks(&mut self, error: DriverError) -> Value {
        self.broken.get_or_insert(error);
        Value::Null
    }
}

/// The machines with a defect.
pub struct BrokenBench<P> {
    machine: Option<Apply<P>>,
    shown: Option<Shown>,
    bench: Bench<P>,
    known: BTreeMap<u32, Known>,
}

impl<P: Mechanics> BrokenBench<P> {
    /// Without any machine yet.
    pub fn new(machine: Option<Apply<P>>, shown: Option<Shown>) -> Self {
        Self { machine, shown, bench: Bench::default(), known: BTreeMap::new() }
    }

    fn known(&mut self, id: u32) -> Result<&mut Known, DriverError> {
        self.known.get_mut(&id).ok_or_else(|| unknown(id))
    }
}

impl<P: Mechanics> Machines for BrokenBench<P> {
    fn create(&mut self, machine: &str, config: &Value) -> Result<u32, DriverError> {
        let inner = self.bench.create(machine, config)?;
        let id = self.known.len() as u32;
        let (name, config) = (machine.to_owned(), config.clone());
        self.known.insert(id, Known { name, config, inner, past: vec![], notes: Map::new() });
        Ok(id)
    }

    fn apply(&mut self, id: u32, event: &Value) -> Result<Taken, DriverError> {
        let known = self.known.get_mut(&id).ok_or_else(|| unknown(id))?;
        let mut applying = Applying { known, bench: &mut self.bench, broken: None };
        let taken = match self.machine {
            Some(change) => change(&mut applying, event),
            None => applying.truth(event),
        };
        match applying.broken {
            Some(error) => Err(error),
            None => Ok(taken),
        }
    }

    fn state(&mut self, id: u32) -> Result<Value, DriverError> {
        let inner = self.known(id)?.inner;
        let mut state = self.bench.state(inner)?;
        if let Some(change) = self.shown {
            let known = self.known(id)?;
            change(&known.name, &known.notes, &mut state);
        }
        Ok(state)
    }
}

fn unknown(id: u32) -> DriverError {
    bad(format!("there is no machine {id}"))
}
