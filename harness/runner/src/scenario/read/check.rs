//! What only shows when a scenario is looked at as a whole.

use super::Reader;
use crate::scenario::model::{Scenario, Sight, Step};
use wireproof_base::{ConnId, Protocol};

pub fn scenario<P: Protocol>(reader: &mut Reader<'_>, scenario: &Scenario<P>) {
    // Generated traffic opens connections of its own.
    if scenario.workload.is_some() {
        return;
    }
    let mut open = 0;
    for step in &scenario.steps {
        if matches!(step.what, Step::Connect { .. }) {
            open += 1;
        }
        if let Some(conn) = named(&step.what)
            && conn.0 >= open
        {
            let says = format!("there is no connection {conn} yet");
            let help = match open {
                0 => "put a `connect` step before".to_owned(),
                1 => "only 0 is open".to_owned(),
                _ => format!("0 to {} are open", open - 1),
            };
            reader.conflict(&step.place, says, help);
        }
    }
}

/// The connection that a step needs.
fn named<P: Protocol>(step: &Step<P>) -> Option<ConnId> {
    match step {
        Step::Kill { conn, .. }
        | Step::Hold { conn, .. }
        | Step::Rebind { conn }
        | Step::Disconnect { conn, .. } => Some(*conn),
        Step::Send(spec) => Some(spec.conn),
        Step::Broken(broken) => Some(broken.conn),
        Step::Expect(expect) => match expect.sight {
            Sight::Frame { conn, .. } | Sight::Down { conn } => conn,
            Sight::Event { .. } => None,
        },
        _ => None,
    }
}
