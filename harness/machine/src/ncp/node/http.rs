//! The Node in HTTP mode: every request is a session of its own, so one that is repeated is
//! answered again (NCP §2.2, reference 6.1 and 9.1).

use super::Node;
use super::manifest::manifest;
use super::requests::Request;
use crate::ncp::endpoint::{
    Exchange, Http, Link, NODE_PATH, Out, Side, blocked, sub_path, unreadable,
};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, StreamId};
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::code::{NPS_CLIENT_NOT_FOUND, NPS_SERVER_UNSUPPORTED};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::http::{Message, Refusal, Start, content, header};

/// What a request asks for.
enum Asks {
    /// What its frame says.
    Frame(Box<Frame>),
    /// The schema in use.
    Schema,
    /// The manifest.
    Manifest,
}

impl Node {
    /// A request arrived.
    pub(super) fn on_request(
        &mut self,
        conn: ConnId,
        stream: StreamId,
        bytes: &[u8],
        out: &mut Out,
    ) {
        let message = Message::read(bytes).map_err(|_| unreadable());
        let said = |name| message.as_ref().ok().and_then(|message| message.header(name));
        let tier = if said(header::ENCODING) == Some("json") { Tier::Json } else { Tier::Msgpack };
        let request_id = said(header::REQUEST_ID).map(String::from);
        let budget = said(header::BUDGET).and_then(|text| text.parse().ok());
        let (body, schema, tokens, error) = (Vec::new(), None, None, None);
        let kind = content::CAPSULE;
        let exchange = Exchange { stream, request_id, body, kind, schema, tokens, error };
        let setup = &self.core.setup;
        let mut link = Link::new(conn, Carrier::Exchange, self.core.role, setup);
        link.open_exchange(Http::Exchange(Box::new(exchange)), tier, setup.max_streams);
        let asks = message.and_then(|message| asked(&link, &message));
        self.core.links.push(link);
        let link = self.core.links.len() - 1;
        match asks {
            Ok(Asks::Frame(mut frame)) => {
                if let Frame::Query(query) = &mut *frame {
                    // A member of the frame says more than a header field around it.
                    query.token_budget = query.token_budget.or(budget);
                }
                self.frame(link, stream, *frame, out);
            }
            Ok(Asks::Schema) => self.show_schema(link, out),
            Ok(Asks::Manifest) => self.show_manifest(link),
            Err(error) => self.core.send_error(link, error, out),
        }
    }

    fn show_manifest(&mut self, link: usize) {
        let body = manifest(&self.core.setup, NODE_PATH, &self.any_schema());
        if let Some(exchange) = self.core.links[link].exchange() {
            (exchange.kind, exchange.body) = (content::MANIFEST, body);
        }
    }

    fn show_schema(&mut self, link: usize, out: &mut Out) {
        match self.anchor(&self.any_schema()) {
            Some(anchor) => {
                if self.core.send_control(link, &Frame::Anchor(anchor), out).is_err() {
                    self.core.refuse(link, NPS_SERVER_UNSUPPORTED, out);
                }
            }
            None => self.core.refuse(link, NPS_CLIENT_NOT_FOUND, out),
        }
    }

    /// Puts the request that a command answers in front of the others on its connection; `false`
    /// if there is none, or nothing answers a request that way.
    pub(super) fn pick(&mut self, conn: ConnId, command: &Command, out: &mut Out) -> bool {
        let wanted = |request: &Request| match command {
            Command::Answer(_) => request.holds_up(),
            Command::Refuse(_) => request.refused.is_none(),
            Command::Open(open) => {
                request.stream && request.refused.is_none() && request.id == open.request_id
            }
            _ => false,
        };
        let why = match command {
            Command::Answer(_) | Command::Refuse(_) => Hold::Unknown,
            Command::Open(open) if open.window.is_none() => Hold::Unknown,
            Command::Close(_) => return true,
            // Nobody could say how much room there is, and nothing goes out unasked.
            _ => {
                blocked(conn, "", Hold::State, out);
                return false;
            }
        };
        let links = &self.core.links;
        let found = links.iter().position(|link| {
            link.conn == conn && link.is_exchange() && link.node.requests.iter().any(wanted)
        });
        let first = links.iter().position(|link| link.conn == conn && link.is_exchange());
        match found.zip(first) {
            Some((found, first)) => {
                let link = self.core.links.remove(found);
                self.core.links.insert(first, link);
                true
            }
            None => {
                blocked(conn, "", why, out);
                false
            }
        }
    }

    /// Sends the responses that are complete.
    pub(super) fn send_responses(&mut self, out: &mut Out) {
        let mut at = 0;
        while let Some(link) = self.core.links.get_mut(at) {
            let waits = !link.node.requests.is_empty() || !link.outgoing.is_empty();
            let conn = link.conn;
            match link.exchange() {
                Some(exchange) if !waits => {
                    let (stream, message) = (exchange.stream, response(exchange));
                    out.send(conn, stream, |bytes| message.write(bytes));
                    self.core.links.remove(at);
                }
                _ => at += 1,
            }
        }
    }
}

fn response(exchange: &mut Exchange) -> Message {
    let request_id = exchange.request_id.take();
    let mut message = match exchange.error.take() {
        Some(error) if exchange.body.is_empty() => {
            Refusal { error, request_id: request_id.clone() }.message()
        }
        _ => {
            let body = core::mem::take(&mut exchange.body);
            Message::response(200).with(header::CONTENT_TYPE, exchange.kind).carrying(body)
        }
    };
    if let Some(schema) = &exchange.schema {
        message = message.with(header::SCHEMA, schema);
    }
    if let Some(tokens) = exchange.tokens {
        message = message.with(header::TOKENS, &tokens.to_string());
    }
    match request_id {
        Some(id) => message.with(header::REQUEST_ID, &id),
        None => message,
    }
}

/// What a request asks for, or why it cannot be answered.
fn asked(link: &Link, message: &Message) -> Result<Asks, Error> {
    let Start::Request { method, target } = &message.start else { return Err(unreadable()) };
    let path = target.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let not_found = || Error::of(NPS_CLIENT_NOT_FOUND);
    let sub = SubPath::from_name(last).ok_or_else(not_found)?;
    match (method.as_str(), sub) {
        ("GET", SubPath::Schema) => return Ok(Asks::Schema),
        ("POST", SubPath::Query | SubPath::Stream | SubPath::Invoke) => {}
        ("GET", SubPath::Nwm) => return Ok(Asks::Manifest),
        ("GET", SubPath::Actions) | ("POST", SubPath::Subscribe) => {
            return Err(Error::of(NPS_SERVER_UNSUPPORTED));
        }
        _ => return Err(unreadable()),
    }
    if message.content_type() != content::FRAME {
        return Err(unreadable());
    }
    let frames = link.frames(&message.body);
    let frames = frames.map_err(|violation| Error::of(violation.code))?;
    let [frame] = <[Frame; 1]>::try_from(frames).map_err(|_| unreadable())?;
    let streams = matches!(&frame, Frame::Query(query) if query.streams());
    if sub_path(&frame, streams) == Some(sub) {
        Ok(Asks::Frame(Box::new(frame)))
    } else {
        Err(unreadable())
    }
}
