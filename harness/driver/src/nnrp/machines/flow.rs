//! Flow control of one connection in one direction: records and admission (reference table 4.4).

use super::bench::Machine;
use super::form::{Fault, Wide, code, layout, read};
use crate::adapter::from_micros;
use crate::nnrp::decode;
use crate::nnrp::json::number;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use wireproof_machine::nnrp::flow::{Record, Request, Verdict, admit};
use wireproof_wire::nnrp::code::INVALID_STATE;
use wireproof_wire::nnrp::flow::{FlowUpdate, SCOPE_CONNECTION, SCOPE_SESSION};
use wireproof_wire::nnrp::{Frame, Metadata};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// `max_concurrent_frames`; 0 for no limit.
    #[serde(default)]
    connection_credit: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Open {
        session: u32,
        credit: u16,
        maximum: u16,
        class: u8,
    },
    Resume {
        session: u32,
        credit: u16,
        maximum: u16,
    },
    Close {
        session: u32,
    },
    Update {
        #[serde(default)]
        now: u64,
        #[serde(default)]
        session: u32,
        fields: Map<String, Value>,
    },
    Start {
        session: u32,
        operation: Wide,
    },
    End {
        session: u32,
        operation: Wide,
    },
}

struct Session {
    record: Record,
    maximum: u16,
    class: u8,
    operations: BTreeMap<u64, Record>,
}

struct Flow {
    connection: Record,
    sessions: BTreeMap<u32, Session>,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    let Config { connection_credit } = read(config)?;
    let credit = (connection_credit != 0).then_some(connection_credit);
    Ok(Box::new(Flow { connection: Record::new(credit), sessions: BTreeMap::new() }))
}

impl Flow {
    fn session(&mut self, session: u32) -> Result<&mut Session, Fault> {
        self.sessions.get_mut(&session).ok_or_else(|| code(INVALID_STATE, "session not live"))
    }

    fn in_flight(&self) -> u32 {
        self.sessions.values().map(|session| session.operations.len() as u32).sum()
    }

    /// F1 to F6.
    fn update(&mut self, now: u64, session: u32, update: FlowUpdate) -> Result<Value, Fault> {
        let mut packet = Vec::new();
        Frame::new(Metadata::from(update), &[]).at(session, 0, 0).encode(&mut packet);
        if let Err(refusal) = Frame::decode(&packet) {
            return Err(decode::refused(&refusal.violation).into());
        }
        let record = match update.scope_kind {
            SCOPE_CONNECTION => &mut self.connection,
            SCOPE_SESSION => &mut self.session(session)?.record,
            _ => match self.session(session)?.operations.get_mut(&update.operation_id) {
                Some(record) => record,
                None => return Ok(json!({ "verdict": "ignored" })),
            },
        };
        let verdict = match record.apply(from_micros(now), &update) {
            Verdict::Applied => "applied",
            Verdict::Stale => "stale",
            Verdict::Duplicate => "duplicate",
        };
        let mut answer = form(record);
        answer["verdict"] = verdict.into();
        Ok(answer)
    }

    /// F7.
    fn start(&mut self, session: u32, operation: u64) -> Result<Value, Fault> {
        let (connection, connection_in_flight) = (self.connection, self.in_flight());
        let of = self.session(session)?;
        if of.operations.contains_key(&operation) {
            return Err(code(INVALID_STATE, "operation exists"));
        }
        let request = Request {
            connection: &connection,
            connection_in_flight,
            session: &of.record,
            session_in_flight: of.operations.len() as u32,
            maximum: of.maximum,
            class: of.class,
        };
        admit(&request).map_err(|block| code(block.code(), block.name()))?;
        of.operations.insert(operation, Record::new(None));
        Ok(json!({ "in_flight": of.operations.len() }))
    }
}

impl Machine for Flow {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Open { session, credit, maximum, class } => {
                let record = Record::new(Some(credit));
                let fresh = Session { record, maximum, class, operations: BTreeMap::new() };
                self.sessions.insert(session, fresh);
                Ok(form(&record))
            }
            Event::Resume { session, credit, maximum } => {
                let of = self.session(session)?;
                of.record = Record::new(Some(credit));
                of.maximum = maximum;
                of.operations.values_mut().for_each(|record| *record = Record::new(None));
                Ok(form(&of.record))
            }
            Event::Close { session } => {
                self.session(session)?;
                self.sessions.remove(&session);
                Ok(json!({ "in_flight": self.in_flight() }))
            }
            Event::Update { now, session, fields } => self.update(now, session, layout(&fields)?),
            Event::Start { session, operation } => self.start(session, operation.0),
            Event::End { session, operation } => {
                let of = self.session(session)?;
                if of.operations.remove(&operation.0).is_none() {
                    return Err(code(INVALID_STATE, "operation not in flight"));
                }
                Ok(json!({ "in_flight": of.operations.len() }))
            }
        }
    }

    fn state(&self) -> Value {
        let sessions = self.sessions.iter().map(|(session, of)| {
            let mut entry = form(&of.record);
            entry["session"] = (*session).into();
            entry["in_flight"] = of.operations.len().into();
            entry["operations"] = of.operations.keys().map(|&id| number(id)).collect();
            entry
        });
        let sessions: Vec<Value> = sessions.collect();
        let mut connection = form(&self.connection);
        connection["in_flight"] = self.in_flight().into();
        json!({ "connection": connection, "sessions": sessions })
    }
}

/// A record; credit `null` is unlimited, epoch `null` none yet.
fn form(record: &Record) -> Value {
    json!({
        "epoch": record.epoch,
        "credit": record.credit,
        "level": record.level,
        "paused": record.paused,
        "flags": record.flags,
        "retry_until": record.retry_until.map(crate::adapter::to_micros),
    })
}
