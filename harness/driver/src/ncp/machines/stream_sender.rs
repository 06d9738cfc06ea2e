//! The data sender of one stream (reference table 8.5).

use super::form::{Created, Fault, Machine, read, refused, with};
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_machine::ncp::stream_sender::{self as machine, Credit, Output, Sender, State};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Whether the stream is open already.
    open: bool,
    /// Its next number.
    seq: u32,
    /// Its credit; null for unlimited.
    credit: Credit,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Start {
        #[serde(default)]
        window_size: Option<u32>,
        #[serde(default)]
        last: bool,
        #[serde(default = "yes")]
        slot: bool,
    },
    Chunk {
        #[serde(default)]
        last: bool,
    },
    Reverse {
        #[serde(default)]
        window_size: Option<u32>,
        #[serde(default)]
        error_code: String,
        #[serde(default)]
        records: u32,
    },
    Fail {},
    Error {},
    Lost {},
}

const fn yes() -> bool {
    true
}

struct Stream(Sender);

pub fn create(config: Value) -> Created {
    let Config { open, seq, credit } = read(config)?;
    let state = match credit {
        _ if !open => State::Idle,
        Some(0) => State::Paused,
        credit => State::Open { credit },
    };
    Ok(Box::new(Stream(Sender::at(state, seq))))
}

impl Machine for Stream {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let event = match read(event)? {
            Event::Start { window_size, last, slot } => {
                machine::Event::Start { window: window_size, last, slot }
            }
            Event::Chunk { last } => machine::Event::Chunk { last },
            Event::Reverse { window_size, error_code, records } => {
                machine::Event::reverse(window_size, &error_code, records as usize)
            }
            Event::Fail {} => machine::Event::Fail,
            Event::Error {} => machine::Event::Ended,
            Event::Lost {} => machine::Event::Lost,
        };
        let output = self.0.apply(event).map_err(refused)?;
        let answer = json!({ "do": output.name() });
        Ok(match output {
            Output::Send { seq, last } => with(answer, json!({ "seq": seq, "last": last })),
            Output::Abort { seq } => with(answer, json!({ "seq": seq })),
            Output::Wait | Output::Window | Output::Stop | Output::Drop => answer,
        })
    }

    fn state(&self) -> Value {
        let state = self.0.state();
        json!({ "state": state.name(), "credit": state.credit(), "next_seq": self.0.next_seq() })
    }
}
