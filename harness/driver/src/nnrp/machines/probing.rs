//! Which transport probes have shown to be the best (NNRP preview2 §10.3; R-39).

use super::bench::Machine;
use super::form::{Fault, Wide, read};
use crate::nnrp::json::number;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wireproof_machine::nnrp::probing::{Ranking, Sample};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A probe was answered.
    Answered { transport: u32, bytes_per_s: Wide, rtt_us: Wide },
    /// A probe was not answered, or refused.
    Failed { transport: u32 },
    /// The transports, best first.
    Rank {},
}

#[derive(Default)]
struct Probing {
    ranking: Ranking,
    samples: u64,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Probing::default()))
}

impl Machine for Probing {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let (transport, sample) = match read(event)? {
            Event::Rank {} => return Ok(json!({ "order": self.ranking.order() })),
            Event::Failed { transport } => (transport, Sample::Failed),
            Event::Answered { transport, bytes_per_s, rtt_us } => {
                (transport, Sample::Answered { throughput: bytes_per_s.0, rtt_us: rtt_us.0 })
            }
        };
        self.ranking.add(transport, sample);
        self.samples += 1;
        Ok(json!({}))
    }

    fn state(&self) -> Value {
        json!({ "samples": number(self.samples) })
    }
}
