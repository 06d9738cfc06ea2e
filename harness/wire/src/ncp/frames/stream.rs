//! StreamFrame 0x03 (NCP §4.3, reference 4.3).

use super::macros::frame;
use crate::ncp::table::{ANYTHING, Kind, Member, U32};
use crate::ncp::value::Value;
use alloc::string::String;
use alloc::vec::Vec;

const ASKS: &str = "NCP-STREAM-001";

frame! {
    /// A chunk of a stream, or a window update against its direction.
    Stream {
        /// Schema of the records, on the first chunk.
        anchor_ref: Option<String> = Member::new(Kind::Text);
        /// Records.
        data: Vec<Value> = Member::new(ANYTHING).required(ASKS);
        /// Why the stream ends early; an empty text counts as absent.
        error_code: Option<String> = Member::new(Kind::Text);
        /// First chunk of a query's answer: records to expect, −1 for unknown (`OP-44`).
        estimated_total: Option<i128> = Member::new(Kind::Total);
        /// Whether it is the last chunk.
        is_last: bool = Member::new(Kind::Bool).required(ASKS);
        /// First chunk of a query's answer: the query.
        request_id: Option<String> = Member::new(Kind::Text);
        /// Its number, from 0.
        seq: u32 = Member::new(U32).required(ASKS);
        /// UUID v4.
        stream_id: String = Member::new(Kind::Uuid).required(ASKS).bound("NCP-STREAM-002");
        /// Chunks there is room for.
        window_size: Option<u32> = Member::new(U32);
    }
}

impl Stream {
    /// The code that ends the stream early (`OP-26`).
    pub fn error(&self) -> Option<&str> {
        self.error_code.as_deref().filter(|code| !code.is_empty())
    }
}
