//! What the application answers, and streams it opens (NWP §6.6, reference 4.4, 8.7; `OP-27`,
//! `OP-28`, `OP-36`).

use super::Node;
use super::budget::reduce;
use super::requests::{Request, no_slot};
use crate::ncp::endpoint::{Asked, Members, Out, blocked};
use crate::ncp::registry::State;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::is_system_ref;
use wireproof_wire::ncp::code::status_of;
use wireproof_wire::ncp::command::{Answer, Open, Refuse};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::caps::{SYSTEM_AGGREGATE, SYSTEM_SUBSCRIBE_ACK};
use wireproof_wire::ncp::frames::{Anchor, Caps, Error};

impl Node {
    /// Carries out [`Answer`].
    pub(super) fn answer(&mut self, answer: &Answer, out: &mut Out) {
        let Some(link) = self.core.usable(answer.conn, "", out) else { return };
        if let Err(why) = self.answer_oldest(link, answer, out) {
            blocked(answer.conn, "", why, out);
        }
    }

    /// Answers the oldest open request that is not to be answered by a stream (NWP-FRM-004).
    ///
    /// # Errors
    ///
    /// Why it stays open.
    pub(super) fn answer_oldest(
        &mut self,
        link: usize,
        answer: &Answer,
        out: &mut Out,
    ) -> Result<(), Hold> {
        let request = self.oldest(link).ok_or(Hold::Unknown)?;
        let Some(budget) = request.budget else { return self.answer_whole(link, answer, out) };
        match reduce(answer, budget) {
            Some(answer) => self.answer_whole(link, &answer, out),
            None => {
                self.too_expensive(link, out);
                Ok(())
            }
        }
    }

    fn answer_whole(&mut self, link: usize, answer: &Answer, out: &mut Out) -> Result<(), Hold> {
        let request = self.oldest(link).ok_or(Hold::Unknown)?;
        let reference = self.reference(request, &answer.anchor_ref)?;
        let subscribes = request.kind == FrameType::Subscribe;
        let acknowledges = subscribes && reference == SYSTEM_SUBSCRIBE_ACK;
        let (replaced, fields) = (request.successor.clone(), request.fields.clone());
        let mut data = answer.data.clone();
        if acknowledges && data.is_empty() {
            data.push(self.acknowledgement(link)?);
        }
        if !self.core.fit(link, &reference, &fields, &data) {
            return Err(Hold::Malformed);
        }
        let mut caps = Caps::with(reference, data);
        let mut frames = Vec::new();
        let inline = answer.inline.unwrap_or(replaced.as_ref() == Some(&caps.anchor_ref));
        if inline {
            let anchor = self.anchor(&caps.anchor_ref).ok_or(Hold::Malformed)?;
            caps.inline_anchor = Some(Box::new(anchor));
        } else if is_system_ref(&caps.anchor_ref)
            && answer.inline.is_none()
            && let Some(anchor) = replaced.and_then(|successor| self.anchor(&successor))
        {
            // OP-36: a system reference has no room for the successor.
            frames.push(Frame::Anchor(anchor));
        }
        let frame = Members::of(&Frame::Caps(caps)).frame(FrameType::Caps, &answer.with)?;
        match self.core.fits(link, &frame) {
            Err(Hold::Limit) => return self.answer_in_chunks(link, &frame, out),
            fits => fits?,
        }
        frames.push(frame);
        for frame in &frames {
            self.core.fits(link, frame)?;
        }
        if acknowledges {
            return self.acknowledge(link, &frames, out);
        }
        self.settle(link, &frames, out);
        Ok(())
    }

    /// Answers with a stream what is too long for one frame (`OP-27`).
    fn answer_in_chunks(&mut self, link: usize, frame: &Frame, out: &mut Out) -> Result<(), Hold> {
        let members = frame.to_value();
        let records = members.get("data").and_then(Value::as_array).unwrap_or_default();
        let anchor_ref = members.get("anchor_ref").and_then(Value::as_text).unwrap_or_default();
        let request = self.oldest(link).ok_or(Hold::Unknown)?;
        if request.kind == FrameType::Subscribe {
            return Err(Hold::Limit);
        }
        let successor = request.successor.clone().filter(|successor| successor == anchor_ref);
        let (request_id, fields) = (request.id.clone(), request.fields.clone());
        let open = Open {
            conn: self.core.links[link].conn,
            stream_id: self.core.uuid(),
            anchor_ref: String::from(anchor_ref),
            data: records.to_vec(),
            window: None,
            last: true,
            request_id,
        };
        let preface = successor.and_then(|successor| self.anchor(&successor));
        self.core.open(link, &open, Asked { preface, fields }, out)?;
        self.remove_oldest(link, out);
        Ok(())
    }

    /// Carries out [`Refuse`].
    pub(super) fn refuse(&mut self, refuse: &Refuse, out: &mut Out) {
        let Some(link) = self.core.usable(refuse.conn, "", out) else { return };
        if let Err(why) = self.refuse_oldest(link, refuse, out) {
            blocked(refuse.conn, "", why, out);
        }
    }

    fn refuse_oldest(&mut self, link: usize, refuse: &Refuse, out: &mut Out) -> Result<(), Hold> {
        let requests = &mut self.core.links[link].node.requests;
        let mut open = requests.iter_mut().filter(|request| request.refused.is_none());
        let request = open.next().ok_or(Hold::Unknown)?;
        if status_of(&refuse.error).is_none() {
            return Err(Hold::Malformed);
        }
        let mut error = Error::of(&refuse.error);
        if refuse.error.starts_with("NCP-ANCHOR-") && !request.anchor_ref.is_empty() {
            error = error.about("anchor_ref", &request.anchor_ref);
        }
        if request.kind == FrameType::Subscribe {
            error = error.about("stream_id", &request.id);
        } else if !request.id.is_empty() {
            error = error.about("request_id", &request.id);
        }
        if !refuse.message.is_empty() {
            error.message = Some(refuse.message.clone());
        }
        request.refused = Some(error);
        self.send_refusals(link, out);
        Ok(())
    }

    /// Carries out [`Open`] (T01, T02, OP-14).
    pub(super) fn open(&mut self, open: &Open, out: &mut Out) {
        let Some(link) = self.core.usable(open.conn, &open.stream_id, out) else { return };
        if let Err(why) = self.open_stream(link, open, out) {
            blocked(open.conn, &open.stream_id, why, out);
        }
    }

    /// Opens a stream, for a query if it names one. One that answers a query without an id names
    /// none either.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(super) fn open_stream(
        &mut self,
        link: usize,
        open: &Open,
        out: &mut Out,
    ) -> Result<(), Hold> {
        let requests = &self.core.links[link].node.requests;
        let asked = |request: &Request| {
            request.stream && request.refused.is_none() && request.id == open.request_id
        };
        let at = requests.iter().position(asked);
        if at.is_none() && !open.request_id.is_empty() {
            return Err(Hold::Unknown);
        }
        if !open.anchor_ref.is_empty() && !self.publishes(&open.anchor_ref) {
            return Err(Hold::Anchor);
        }
        let request = at.map(|at| &requests[at]);
        let fields = request.map(|request| request.fields.clone()).unwrap_or_default();
        // OP-36: a StreamFrame has no room for the successor.
        let successor = request.and_then(|request| request.successor.clone());
        let preface = successor
            .filter(|successor| *successor == open.anchor_ref)
            .and_then(|successor| self.anchor(&successor));
        let opened = self.core.open(link, open, Asked { preface, fields }, out);
        let requests = &mut self.core.links[link].node.requests;
        match (at, opened) {
            (Some(at), Ok(())) => {
                requests.remove(at);
                self.core.links[link].node.streamed.insert(open.request_id.clone());
            }
            (Some(at), Err(Hold::Streams)) => {
                requests[at].refused = Some(no_slot(&open.request_id));
            }
            _ => {}
        }
        self.send_refusals(link, out);
        opened
    }

    /// The reference to answer a request under.
    fn reference(&self, request: &Request, wanted: &str) -> Result<String, Hold> {
        if !wanted.is_empty() {
            return if self.publishes(wanted) { Ok(wanted.into()) } else { Err(Hold::Anchor) };
        }
        match request.kind {
            FrameType::Subscribe => Ok(SYSTEM_SUBSCRIBE_ACK.into()),
            _ if request.aggregate => Ok(SYSTEM_AGGREGATE.into()),
            // Nothing says which schema the result of an action has.
            _ if request.schema().is_empty() => Err(Hold::Anchor),
            _ => Ok(request.schema().into()),
        }
    }

    /// Whether records can be sent under a reference.
    fn publishes(&self, anchor_ref: &str) -> bool {
        is_system_ref(anchor_ref) || self.core.registry.state(anchor_ref) != State::Unregistered
    }

    /// The AnchorFrame of a schema in the registry.
    pub(super) fn anchor(&self, anchor_ref: &str) -> Option<Anchor> {
        let anchor = self.core.registry.get(anchor_ref)?;
        Some(Anchor {
            anchor_id: anchor_ref.into(),
            schema: anchor.value.clone(),
            ttl: Some(anchor.ttl),
        })
    }
}
