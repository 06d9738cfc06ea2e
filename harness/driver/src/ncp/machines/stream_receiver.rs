//! The data receiver of one stream (reference table 8.6).

use super::form::{Created, Fault, Machine, error, read, refused, with};
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_machine::ncp::stream_receiver::{
    self as machine, Admission, Credit, Output, Receiver, State,
};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Number of the next chunk of a stream that is open already; 0 for one that is not.
    expected: u32,
    /// Its credit; null for unlimited.
    credit: Credit,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Chunk(Chunk),
    Room { size: u32 },
    GiveUp {},
    Lost {},
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chunk {
    seq: u32,
    #[serde(default)]
    is_last: bool,
    #[serde(default)]
    window_size: Option<u32>,
    #[serde(default)]
    error_code: String,
    /// Whether `stream_id` is a UUID of version 4.
    #[serde(default = "yes")]
    uuid: bool,
    /// Whether a slot is free.
    #[serde(default = "yes")]
    slot: bool,
    /// Whether `anchor_ref` is known or absent.
    #[serde(default = "yes")]
    anchor: bool,
}

const fn yes() -> bool {
    true
}

struct Stream(Receiver);

pub fn create(config: Value) -> Created {
    let Config { expected, credit } = read(config)?;
    let state = match expected {
        0 => State::None,
        expected => State::Receiving { expected, credit },
    };
    Ok(Box::new(Stream(Receiver::at(state, 0))))
}

impl Machine for Stream {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let event = match read(event)? {
            Event::Chunk(chunk) => machine::Event::Chunk(machine::Chunk {
                seq: chunk.seq,
                last: chunk.is_last,
                failed: !chunk.error_code.is_empty(),
                window: chunk.window_size,
                admission: Admission { id: chunk.uuid, slot: chunk.slot, anchor: chunk.anchor },
            }),
            Event::Room { size } => machine::Event::Room(size),
            Event::GiveUp {} => machine::Event::GiveUp,
            Event::Lost {} => machine::Event::Lost,
        };
        let before = self.0.state();
        let output = match self.0.apply(event) {
            Ok(output) => output,
            // An answer that ends the stream is no refusal: those change nothing.
            Err(refusal) => {
                return match refusal.code() {
                    Some(code) if self.0.state() != before => Ok(error(code)),
                    _ => Err(refused(refusal)),
                };
            }
        };
        let answer = json!({ "do": output.name() });
        Ok(match output {
            Output::Deliver { opened, last } => {
                with(answer, json!({ "opened": opened, "last": last }))
            }
            Output::Abort { opened } => with(answer, json!({ "opened": opened })),
            Output::Window { size, .. } => with(answer, json!({ "window_size": size })),
            Output::Cancel { .. } => with(answer, json!({ "error_code": machine::CANCEL })),
            Output::Drop | Output::Discard => answer,
        })
    }

    fn state(&self) -> Value {
        let state = self.0.state();
        match state {
            State::Receiving { expected, credit } => {
                json!({ "state": state.name(), "expected": expected, "credit": credit })
            }
            _ => json!({ "state": state.name() }),
        }
    }
}
