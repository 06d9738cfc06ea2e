//! Settings of generated traffic. Every one has a default; rates are percentages.

use crate::nearest::nearest;
use serde::Deserialize;
use serde_json::Value;
use wireproof_base::Carrier;

macro_rules! settings {
    (
        $($(#[doc = $doc:literal])+ $field:ident : $ty:ty = $default:expr,)*
        rates: $($(#[doc = $says:literal])+ $rate:ident = $percent:expr,)*
    ) => {
        /// What `workload:` of a scenario takes.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $field: $ty,)*
            $($(#[doc = $says])+ pub $rate: u32,)*
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($field: $default,)* $($rate: $percent,)* }
            }
        }

        impl Config {
            /// Every key.
            pub const KEYS: &'static [&'static str] =
                &[$(stringify!($field),)* $(stringify!($rate),)*];

            /// The percentages with their names.
            fn rates(&self) -> impl Iterator<Item = (&'static str, u32)> {
                [$((stringify!($rate), self.$rate)),*].into_iter()
            }
        }
    };
}

settings! {
    /// Queries and actions in all.
    requests: u32 = 40,
    /// Connections used side by side.
    connections: u32 = 2,
    /// Kind of connection.
    carrier: Carrier = Carrier::Stream,
    /// Schemas that have successors.
    schemas: u32 = 3,
    /// Requests without an answer on one connection.
    pipeline: u32 = 2,
    /// Subscriptions.
    subscriptions: u32 = 2,
    /// Changes pushed for each.
    changes: u32 = 6,
    /// Most chunks of a stream.
    chunks: u32 = 6,
    /// Most records of a chunk or an answer.
    records: u32 = 3,
    /// Largest window.
    window: u32 = 3,
    /// Connections to kill on purpose.
    kills: u32 = 1,
    /// Connections to close while they are busy.
    closes: u32 = 1,
    /// Whether changes may come as `binary_bitset`; the setups have to agree to it.
    bitset: bool = false,
    /// Nothing that an implementation can do without: queries, answers and streams alone.
    plain: bool = false,
    /// Longest time between two actions of the Agent, in microseconds.
    gap_us: u32 = 4_000,
    /// Longest time until the Node answers, in microseconds.
    service_us: u32 = 20_000,
    /// Longest time of a slow consumer, in microseconds.
    slow_us: u32 = 60_000,
    /// Virtual time after which nothing new is started, in ms.
    limit_ms: u32 = 8_000,
    rates:
    /// Requests that are actions.
    actions = 15,
    /// Queries that ask for a stream.
    streams = 45,
    /// Queries that name a replaced schema, if there is one.
    outdated = 30,
    /// Queries that take no successor.
    strict = 20,
    /// Queries that name a schema nobody has published.
    unknown = 4,
    /// Requests that are refused.
    refusals = 8,
    /// Streams with flow control.
    windows = 60,
    /// Consumers that are slow.
    slow = 40,
    /// Windows that are sent before they are needed.
    early = 15,
    /// Windows that are closed for a while.
    pauses = 10,
    /// Streams that their sender breaks off.
    aborts = 8,
    /// Streams that their receiver gives up.
    cancels = 8,
    /// Streaming queries that are stopped with `unsubscribe`.
    stops = 6,
    /// Streams that an Agent opens, per request.
    uploads = 8,
    /// Schemas that are replaced, per request.
    replacements = 10,
    /// Schemas that are taken away, per request.
    withdrawals = 3,
    /// Schemas that Agents may keep for a second or two only.
    brief = 20,
    /// Schemas that are pushed by the Node; the rest is fetched.
    pushes = 50,
    /// Pushed schemas that Agents may not keep at all.
    fleeting = 5,
    /// Rests of a second or two, in which schemas grow old, per request.
    lulls = 3,
    /// Frames of companion protocols, per request.
    companions = 6,
    /// Pings of a subscription, per change.
    pings = 10,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// The first mistake, for the author of the scenario.
    pub fn read(value: &Value) -> Result<Self, String> {
        let known = |key: &&String| Self::KEYS.contains(&key.as_str());
        let unknown = value.as_object().and_then(|keys| keys.keys().find(|key| !known(key)));
        if let Some(key) = unknown {
            return Err(match nearest(key, Self::KEYS.iter().copied()) {
                Some(near) => format!("there is no setting `{key}`; did you mean `{near}`?"),
                None => format!("there is no setting `{key}`"),
            });
        }
        for (key, value) in value.as_object().into_iter().flatten() {
            let alone = Value::Object([(key.clone(), value.clone())].into_iter().collect());
            serde_json::from_value::<Self>(alone).map_err(|error| format!("`{key}`: {error}"))?;
        }
        let config: Self = match value {
            Value::Null => Self::default(),
            value => serde_json::from_value(value.clone()).map_err(|error| error.to_string())?,
        };
        match config.fault() {
            Some(fault) => Err(fault),
            None => Ok(if config.plain { config.plainly() } else { config }),
        }
    }

    fn fault(&self) -> Option<String> {
        if let Some((name, rate)) = self.rates().find(|(_, rate)| *rate > 100) {
            return Some(format!("`{name}` is a percentage, not {rate}"));
        }
        let least = [
            ("connections", self.connections),
            ("schemas", self.schemas),
            ("pipeline", self.pipeline),
            ("chunks", self.chunks),
            ("window", self.window),
        ];
        if let Some((name, _)) = least.into_iter().find(|(_, count)| *count == 0) {
            return Some(format!("`{name}` is at least 1"));
        }
        (self.carrier == Carrier::Datagram)
            .then(|| "`carrier` is `stream` or `multistream`".to_owned())
    }

    /// Without what `plain` leaves out.
    fn plainly(self) -> Self {
        Self {
            subscriptions: 0,
            actions: 0,
            outdated: 0,
            windows: 0,
            aborts: 0,
            cancels: 0,
            stops: 0,
            uploads: 0,
            replacements: 0,
            withdrawals: 0,
            brief: 0,
            fleeting: 0,
            lulls: 0,
            companions: 0,
            closes: 0,
            ..self
        }
    }
}
