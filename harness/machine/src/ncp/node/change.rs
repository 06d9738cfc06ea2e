//! Diffs that the Node sends (reference 4.2, 8.9; `OP-29`, `OP-43`, `OP-56`).

use super::Node;
use crate::ncp::endpoint::{Out, blocked, timestamp};
use crate::ncp::entities::{Diff as Change, Event as Step};
use crate::ncp::refusal::Refusal;
use crate::ncp::subscription::{Event as Publish, Output as Published};
use alloc::string::String;
use wireproof_base::Role;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::command::{Change as Command, Follow, Tier};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Diff;

impl Node {
    /// Carries out [`Follow`]: what the subscribers of that connection know is set as well.
    pub(super) fn follow(&mut self, follow: &Follow, out: &mut Out) {
        debug_assert_eq!(self.core.role, Role::Server);
        self.core.follow(follow, out);
        for subscription in &mut self.subscriptions {
            if subscription.conn == follow.conn {
                // Following is never refused.
                let _ = subscription.entities.apply(Step::of(follow));
            }
        }
    }

    /// Carries out [`Command`].
    pub(super) fn change(&mut self, change: &Command, out: &mut Out) {
        let done = if change.stream_id.is_empty() {
            let Some(link) = self.core.usable(change.conn, "", out) else { return };
            self.change_alone(link, change, out)
        } else {
            self.change_event(change, out)
        };
        if let Err(why) = done {
            blocked(change.conn, &change.stream_id, why, out);
        }
    }

    /// A DiffFrame outside of subscriptions.
    fn change_alone(&mut self, link: usize, change: &Command, out: &mut Out) -> Result<(), Hold> {
        let entity = self.core.links[link].entities.get("", &change.anchor_ref, &change.entity);
        let base = change.base_seq.or(entity.map(|entity| entity.version));
        let diff = diff(change, &change.anchor_ref, base.ok_or(Hold::Unknown)?)?;
        let frame = Frame::Diff(diff);
        self.core.fits(link, &frame)?;
        let schema = self.core.registry.get(&change.anchor_ref).map(|anchor| &anchor.schema);
        if let Frame::Diff(diff) = &frame {
            let step = Step::Sent(Change { schema, ..Change::of(diff) });
            sendable(self.core.links[link].entities.apply(step), change)?;
        }
        self.core.send_control(link, &frame, out)
    }

    /// An event of a subscription. It is numbered and kept also while its subscriber is away.
    fn change_event(&mut self, change: &Command, out: &mut Out) -> Result<(), Hold> {
        let at = self.subscription(&change.stream_id).ok_or(Hold::Unknown)?;
        let link = self.core.ready(self.subscriptions[at].conn);
        let subscription = &mut self.subscriptions[at];
        let anchor_ref = match change.anchor_ref.as_str() {
            "" => subscription.anchor_ref.clone(),
            anchor_ref => String::from(anchor_ref),
        };
        let last = subscription.publisher.last_seq();
        let heartbeat = matches!(&change.patch, Value::Array(patch) if patch.is_empty());
        let known = subscription.entities.get(&change.stream_id, &anchor_ref, &change.entity);
        let base = match change.base_seq {
            Some(base) => base,
            None if heartbeat => last,
            None => known.map(|entity| entity.version).ok_or(Hold::Unknown)?,
        };
        let diff = Diff {
            stream_id: Some(change.stream_id.clone()),
            seq: Some(last + 1),
            timestamp: Some(timestamp(self.core.now)),
            ..diff(change, &anchor_ref, base)?
        };
        let frame = Frame::Diff(diff.clone());
        if let Some(link) = link {
            self.core.fits(link, &frame)?;
        }
        let subscription = &mut self.subscriptions[at];
        if !heartbeat {
            let schema = self.core.registry.get(&anchor_ref).map(|anchor| &anchor.schema);
            let step = Step::Sent(Change { schema, ..Change::of(&diff) });
            sendable(subscription.entities.apply(step), change)?;
        }
        match subscription.publisher.apply(self.core.now, Publish::Change(diff)) {
            Ok(Published::Send { .. }) => match link {
                Some(link) => self.core.send_control(link, &frame, out),
                None => Ok(()),
            },
            Ok(_) => Ok(()),
            Err(refusal) => Err(refusal.why()),
        }
    }
}

/// What a diff of this side says, as a frame.
fn diff(change: &Command, anchor_ref: &str, base_seq: u64) -> Result<Diff, Hold> {
    let filled = |text: &str| (!text.is_empty()).then(|| String::from(text));
    let diff = Diff {
        anchor_ref: String::from(anchor_ref),
        base_seq,
        entity_id: filled(&change.entity),
        event_type: filled(&change.event_type),
        patch: change.patch.clone(),
        patch_format: filled(&change.format),
        ..Diff::default()
    };
    Frame::from_value(FrameType::Diff, &diff.to_value()).map_err(|_| Hold::Malformed)?;
    diff.check_format(Tier::Msgpack).map_err(|_| Hold::Malformed)?;
    Ok(diff)
}

/// A version that the application names is sent even where this side knows another one.
fn sendable(
    result: Result<crate::ncp::entities::Output, Refusal>,
    change: &Command,
) -> Result<(), Hold> {
    match result {
        Err(Refusal::Peer { row: "D03", .. }) if change.base_seq.is_some() => Ok(()),
        Err(Refusal::Peer { row: "D04", .. }) => Err(Hold::Anchor),
        Err(refusal) => Err(refusal.why()),
        Ok(_) => Ok(()),
    }
}
