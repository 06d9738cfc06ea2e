//! Short digests of records, so that events of any implementation can be compared.
//!
//! FNV-1a 64 over canonical JSON that keeps every digit of an integer and writes bytes as
//! Base64-URL text ([`super::canonical::Exact`]): equal for a record whatever tier carried it.

use super::canonical;
use super::value::Value;
use core::fmt;

/// Digest of several records, each followed by a line feed.
pub fn records(records: &[Value]) -> u64 {
    let mut hash = Fnv::default();
    for record in records {
        hash.take(record);
        hash.bytes(b"\n");
    }
    hash.0
}

/// Digest of one record.
pub fn record(record: &Value) -> u64 {
    let mut hash = Fnv::default();
    hash.take(record);
    hash.0
}

/// FNV-1a with 64 bits.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn take(&mut self, value: &Value) {
        // `write_str` below never fails, so neither does this.
        let _ = canonical::show(value, self);
    }
}

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
