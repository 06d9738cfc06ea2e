//! One subscription at its Node: numbers, heartbeats, and what is kept for a subscriber that comes
//! back (NWP §8; `OP-43`, `OP-60`).

use super::form::{Created, Fault, Machine, read, refused, with};
use crate::adapter::{from_micros, to_micros};
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_base::Duration;
use wireproof_machine::ncp::subscription::{self as machine, Kept, Output, Publisher, State};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Events that are kept.
    events: u32,
    /// Age of an event that is kept, in ms.
    span_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        let usual = machine::Config::default();
        Self { events: usual.events, span_ms: usual.span.as_nanos() / 1_000_000 }
    }
}

/// Times are in microseconds and never fall.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Subscribe {
        #[serde(default)]
        now: u64,
        #[serde(default)]
        heartbeat_interval: Option<u32>,
        #[serde(default)]
        resume_from_seq: Option<u64>,
    },
    Unsubscribe(At),
    Ping(At),
    Change(At),
    Timeout(At),
    Lost(At),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    #[serde(default)]
    now: u64,
}

struct Subscription(Publisher<()>);

pub fn create(config: Value) -> Created {
    let Config { events, span_ms } = read(config)?;
    let span = Duration::from_millis(span_ms);
    Ok(Box::new(Subscription(Publisher::new(machine::Config { events, span }))))
}

impl Machine for Subscription {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let (now, event) = match read(event)? {
            Event::Subscribe { now, heartbeat_interval, resume_from_seq } => {
                let (heartbeat, resume_from) = (heartbeat_interval, resume_from_seq);
                (now, machine::Event::Subscribe { heartbeat, resume_from })
            }
            Event::Unsubscribe(at) => (at.now, machine::Event::Unsubscribe),
            Event::Ping(at) => (at.now, machine::Event::Ping),
            Event::Change(at) => (at.now, machine::Event::Change(())),
            Event::Timeout(at) => (at.now, machine::Event::Timeout),
            Event::Lost(at) => (at.now, machine::Event::Lost),
        };
        let output = self.0.apply(from_micros(now), event).map_err(refused)?;
        Ok(match output {
            Output::Accept { resumed, after, last_seq } => {
                let replay: Vec<Value> = self.0.after(after).map(event_form).collect();
                json!({
                    "do": "accept", "resumed": resumed, "last_seq": last_seq, "replay": replay,
                })
            }
            Output::Send { seq } => json!({ "do": "send", "seq": seq }),
            Output::Keep { seq } => json!({ "do": "keep", "seq": seq }),
            Output::Heartbeat { seq, base_seq } => {
                with(json!({ "do": "heartbeat" }), json!({ "seq": seq, "base_seq": base_seq }))
            }
            Output::Stop => json!({ "do": "stop" }),
            Output::Nothing => json!({ "do": "nothing" }),
        })
    }

    fn state(&self) -> Value {
        let state = match self.0.state() {
            State::Idle => "idle",
            State::Active => "active",
            State::Away => "away",
            State::Over => "over",
        };
        let heartbeat_at = self.0.next_deadline().map(to_micros);
        json!({ "state": state, "last_seq": self.0.last_seq(), "heartbeat_at": heartbeat_at })
    }
}

fn event_form((seq, kept): (u64, &Kept<()>)) -> Value {
    json!({ "seq": seq, "heartbeat": matches!(kept, Kept::Heartbeat) })
}
