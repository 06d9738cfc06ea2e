//! Cache objects and their leases (reference table 4.6).

use super::bench::Machine;
use super::form::{Fault, Wide, code, read};
use crate::adapter::from_micros;
use crate::hex;
use crate::nnrp::json::number;
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_base::Duration;
use wireproof_machine::nnrp::cache::{
    Cache, Key, Limits, Owner, Put, Selector, Stored, Wanted, Wish,
};
use wireproof_wire::nnrp::schema::hash;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    max_entries: u32,
    max_bytes: u32,
}

/// Connection, session, or an operation of a session.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Lessee {
    Connection(u32),
    Session(u32),
    Operation(u32, Wide),
}

/// How an object is named.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    owner: Lessee,
    namespace: u32,
    key: Wide,
    kind: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Put {
        #[serde(default)]
        now: u64,
        object: Name,
        hex: String,
        #[serde(default)]
        ttl_ms: u32,
        #[serde(default)]
        profile: u16,
        #[serde(default)]
        schema: (u32, u32),
        #[serde(default)]
        depends: Vec<Name>,
    },
    Use {
        #[serde(default)]
        now: u64,
        object: Name,
        #[serde(default)]
        version: Option<Wide>,
        #[serde(default)]
        profile: u16,
        #[serde(default)]
        schema: (u32, u32),
    },
    Invalidate {
        owner: Lessee,
        scope: String,
        #[serde(default)]
        namespace: u32,
        #[serde(default)]
        kind: u16,
        #[serde(default)]
        key: Wide,
    },
    EndOwner {
        owner: Lessee,
    },
    Look {
        #[serde(default)]
        now: u64,
        object: Name,
    },
}

/// The machine.
pub struct Objects {
    cache: Cache,
    limits: Limits,
    puts: u64,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    Ok(Box::new(Objects::new(config)?))
}

impl From<Lessee> for Owner {
    fn from(owner: Lessee) -> Self {
        match owner {
            Lessee::Connection(id) => Self::Connection(id),
            Lessee::Session(id) => Self::Session(id),
            Lessee::Operation(session, id) => Self::Operation(session, id.0),
        }
    }
}

impl From<Name> for Key {
    fn from(name: Name) -> Self {
        let Name { owner, namespace, key, kind } = name;
        Self { owner: owner.into(), namespace, key: key.0, kind }
    }
}

impl Objects {
    /// An empty one.
    pub fn new(config: Value) -> Result<Self, Fault> {
        let Config { max_entries, max_bytes } = read(config)?;
        let limits = Limits { entries: max_entries, bytes: max_bytes };
        Ok(Self { cache: Cache::default(), limits, puts: 0 })
    }

    /// Hears a wish, and shows the object.
    pub fn wish(&mut self, now: u64, object: Name, wish: Wish) -> Value {
        let key = object.into();
        self.cache.wish(from_micros(now), &key, wish);
        self.look(now, &key)
    }

    fn look(&self, now: u64, key: &Key) -> Value {
        let state = self.cache.state(from_micros(now), key).name();
        match self.cache.lease(key) {
            Some((version, lease)) => {
                json!({ "state": state, "version": number(version), "lease": number(lease) })
            }
            None => json!({ "state": state }),
        }
    }
}

impl Machine for Objects {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Put { now, object, hex: digits, ttl_ms, profile, schema, depends } => {
                let content = hex::decode(&digits)
                    .ok_or_else(|| Fault::Event("`hex` is not hexadecimal".to_owned()))?;
                let depends: Vec<Key> = depends.into_iter().map(Key::from).collect();
                let put = Put {
                    key: object.into(),
                    bytes: content.len() as u32,
                    hash: hash(&content),
                    ttl: Duration::from_millis(u64::from(ttl_ms)),
                    profile,
                    schema,
                    depends: &depends,
                };
                // One peer, one grant: every owner draws on it.
                let stored = self.cache.put(from_micros(now), &put, self.limits, |_| true);
                let stored = match stored.map_err(|number| code(number, ""))? {
                    Stored::Accepted => "accepted",
                    Stored::Renewed => "renewed",
                    Stored::Replaced => "replaced",
                };
                self.puts += 1;
                let mut answer = self.look(now, &put.key);
                answer["result"] = stored.into();
                Ok(answer)
            }
            Event::Use { now, object, version, profile, schema } => {
                let wanted = Wanted { version: version.map(|v| v.0), profile, schema };
                let version = self.cache.use_object(from_micros(now), &object.into(), &wanted);
                let version = version.map_err(|number| code(number, ""))?;
                Ok(json!({ "version": number(version) }))
            }
            Event::Invalidate { owner, scope, namespace, kind, key } => {
                let selector = match scope.as_str() {
                    "owner" => Selector::Whole,
                    "namespace" => Selector::Namespace(namespace),
                    "kind" => Selector::Kind(namespace, u32::from(kind)),
                    "key" => Selector::Key(namespace, key.0),
                    _ => return Err(Fault::Event("there is no such scope".to_owned())),
                };
                Ok(json!({ "invalidated": self.cache.invalidate(owner.into(), selector) }))
            }
            Event::EndOwner { owner } => {
                self.cache.end_owner(owner.into());
                Ok(json!({}))
            }
            Event::Look { now, object } => Ok(self.look(now, &object.into())),
        }
    }

    fn state(&self) -> Value {
        json!({ "puts": number(self.puts) })
    }
}
