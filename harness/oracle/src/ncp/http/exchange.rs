//! What was asked and answered over HTTP, as one node has seen it.

use super::post::{Carried, Post};
use crate::ncp::model::{Listing, Name, Node};
use wireproof_base::{ConnId, StreamId};
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::digest;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::http::{Refusal, header};
use wireproof_wire::ncp::{Event, code};

/// One request and what came of it.
#[derive(Debug)]
pub(in crate::ncp) struct Exchange {
    /// The connection.
    pub conn: ConnId,
    /// Its place there.
    pub stream: StreamId,
    /// How often the request crossed: a network may repeat it.
    pub requests: u32,
    /// Responses that crossed.
    pub responses: u32,
    /// What was asked; `None` for what cannot be read.
    pub asked: Option<Asked>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Asked {
    /// Whether it is a GET.
    pub get: bool,
    /// Where it goes.
    pub sub: Option<SubPath>,
    /// Its frame.
    pub kind: Option<FrameType>,
    /// Schema of the frame.
    pub anchor: Name,
    /// What the registry made of that.
    pub listing: Listing,
    /// `request_id` of the frame, or of the header fields.
    pub id: Name,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// Most NPT that the answer may cost.
    pub budget: Option<u32>,
    /// Times that the application was told.
    pub told: u32,
}

/// Something that an Agent got and may report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Heard {
    /// An answer: connection, schema, count and digest of its records.
    Answer(ConnId, Name, u32, u64),
    /// An error: connection, status and code.
    Error(ConnId, Name, Name),
}

impl Node {
    /// The exchange of that place.
    pub fn exchange(&self, conn: ConnId, stream: StreamId) -> Option<&Exchange> {
        self.exchanges.iter().find(|one| (one.conn, one.stream) == (conn, stream))
    }

    /// A message that can be read crossed the boundary.
    pub fn posted(&mut self, post: &Post) {
        let asked = post.request().map(|_| self.asked(post));
        let exchange = self.at(post.conn, post.stream);
        match asked {
            Some(asked) => {
                exchange.requests += 1;
                let told = exchange.asked.map_or(0, |asked| asked.told);
                exchange.asked = Some(Asked { told, ..asked });
            }
            None => exchange.responses += 1,
        }
        if !post.mine && asked.is_none() {
            self.hear(post);
        }
    }

    /// Bytes crossed that are no message.
    pub fn mangled(&mut self, conn: ConnId, stream: StreamId, mine: bool) {
        self.ensure(conn).doubtful |= !mine;
        let exchange = self.at(conn, stream);
        *(if mine { &mut exchange.responses } else { &mut exchange.requests }) += 1;
    }

    /// The node reported an event; what it breaks has been found already.
    pub fn reported(&mut self, event: &Event) {
        if let Some(place) = self.reports(event) {
            self.exchanges[place].asked.iter_mut().for_each(|asked| asked.told += 1);
        }
    }

    /// The exchange whose request an event is about.
    pub fn reports(&self, event: &Event) -> Option<usize> {
        let Event::Requested { conn, frame, anchor_ref, stream, request_id } = event else {
            return None;
        };
        let (kind, anchor) = (FrameType::from_name(frame), Name::of(anchor_ref));
        let id = Name::of(request_id);
        self.exchanges.iter().position(|one| {
            let fits = |asked: Asked| {
                asked.told < one.requests
                    && (asked.kind, asked.anchor, asked.stream) == (kind, anchor, *stream)
                    && (asked.id == id || id.is_none())
            };
            one.conn == *conn && one.asked.is_some_and(fits)
        })
    }

    fn at(&mut self, conn: ConnId, stream: StreamId) -> &mut Exchange {
        let place = self.exchanges.iter().position(|one| (one.conn, one.stream) == (conn, stream));
        let place = place.unwrap_or_else(|| {
            let (requests, responses, asked) = (0, 0, None);
            self.exchanges.push(Exchange { conn, stream, requests, responses, asked });
            self.exchanges.len() - 1
        });
        &mut self.exchanges[place]
    }

    fn asked(&self, post: &Post) -> Asked {
        let (method, sub) = post.request().unwrap_or_default();
        let carried = post.frames().first();
        let text = |name| carried.and_then(|carried| carried.text(name));
        let query = carried.and_then(|carried| match &carried.frame {
            Frame::Query(query) => Some(query),
            _ => None,
        });
        let stated = post.message.header(header::BUDGET).and_then(|text| text.parse().ok());
        let id = text("request_id").or_else(|| post.message.header(header::REQUEST_ID));
        let anchor = Name::of_optional(text("anchor_ref"));
        Asked {
            get: method == "GET",
            sub,
            kind: carried.map(Carried::kind),
            anchor,
            listing: self.listing(anchor),
            id: Name::of_optional(id),
            stream: query.is_some_and(|query| query.stream == Some(true)),
            budget: query.and_then(|query| query.token_budget).or(stated),
            told: 0,
        }
    }

    /// An Agent got a response.
    fn hear(&mut self, post: &Post) {
        let conn = post.conn;
        let before = self.heard.len();
        for carried in post.frames() {
            let name = |name| Name::of_optional(carried.text(name));
            match &carried.frame {
                Frame::Caps(caps) => {
                    let count = caps.data.len() as u32;
                    let digest = digest::records(&caps.data);
                    self.heard.push(Heard::Answer(conn, name("anchor_ref"), count, digest));
                }
                Frame::Error(error) => {
                    let (status, error) = (Name::of(&error.status), Name::of(&error.error));
                    self.heard.push(Heard::Error(conn, status, error));
                }
                _ => {}
            }
        }
        if let Ok(Refusal { error, .. }) = Refusal::read(&post.message) {
            let (status, error) = (Name::of(&error.status), Name::of(&error.error));
            self.heard.push(Heard::Error(conn, status, error));
        }
        // What an Agent makes of anything else is its own affair.
        self.ensure(conn).doubtful |= self.heard.len() == before;
    }

    /// Whether an Agent may report an error that nobody sent it.
    pub fn excuses(&self, conn: ConnId, status: &str) -> bool {
        status == code::NPS_SERVER_TIMEOUT
            || self.conns.get(conn.0 as usize).is_none_or(|conn| conn.doubtful || !conn.up)
    }
}
