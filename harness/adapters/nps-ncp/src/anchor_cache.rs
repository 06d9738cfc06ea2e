//! `AnchorFrameCache`, with its clock at the time of the event.

use crate::bench::{Machine, event, number, text};
use crate::fault::Fault;
use nps_core::AnchorFrameCache;
use nps_ncp::AnchorFrame;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// One cache.
pub struct Schemas {
    cache: AnchorFrameCache,
    /// Microseconds since its making.
    now: Arc<AtomicU64>,
}

impl Default for Schemas {
    fn default() -> Self {
        #[expect(clippy::disallowed_methods, reason = "an origin for its Instants, never read")]
        let origin = Instant::now();
        let now = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&now);
        let mut cache = AnchorFrameCache::new();
        cache.clock =
            Box::new(move || origin + Duration::from_micros(clock.load(Ordering::Relaxed)));
        Self { cache, now }
    }
}

impl Machine for Schemas {
    fn apply(&mut self, value: &Value) -> Result<Value, Fault> {
        let (name, fields) = event(value)?;
        self.now.store(number(fields, "now", 0)?, Ordering::Relaxed);
        match name {
            "anchor" => {
                let frame = AnchorFrame::from_dict(&members(fields))?;
                // It takes a schema and makes the identifier itself; it is not told which one
                // the frame came with.
                self.cache.set(frame.schema, frame.ttl)?;
                Ok(json!({ "do": "stored", "forgotten": [] }))
            }
            "refer" => Ok(json!({ "do": if self.holds(fields)? { "hit" } else { "miss" } })),
            "stale" | "not_found" => {
                let held = self.holds(fields)?;
                self.cache.invalidate(text(fields, "anchor_ref")?);
                Ok(json!({ "do": if held { "forgotten" } else { "unchanged" } }))
            }
            // It knows of no responses and no connections, and of an entry whether it is there.
            other => Err(Fault::Unsupported(other.into())),
        }
    }

    fn state(&self) -> Value {
        // Its entries cannot be listed.
        json!({ "held": self.cache.len() })
    }
}

impl Schemas {
    fn holds(&self, fields: &Map<String, Value>) -> Result<bool, Fault> {
        Ok(self.cache.get(text(fields, "anchor_ref")?).is_some())
    }
}

/// The members of the frame.
fn members(event: &Map<String, Value>) -> Map<String, Value> {
    let mut members = event.clone();
    members.remove("now");
    members
}
