//! A connection as one node knows it (reference 8.1 to 8.4).

use super::{
    Agreed, Cached, Cause, Entity, Handed, Identity, Name, Offer, Patched, Reply, Request, Stream,
    Subscription, Weighed,
};
use alloc::vec::Vec;
use wireproof_base::{Carrier, Instant, Role};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::terms::Terms;

/// How the handshake was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) enum Outcome {
    /// Not yet.
    #[default]
    Open,
    /// By CapsFrame.
    Caps,
    /// By ErrorFrame.
    Error,
}

/// One connection.
#[derive(Debug, Default)]
pub(in crate::ncp) struct Conn {
    /// What it promises.
    pub carrier: Carrier,
    /// Whether it stands.
    pub up: bool,
    /// Since when.
    pub since: Instant,
    /// The record that brought it.
    pub record: u32,
    /// Whether the node ended it.
    pub ended_here: bool,
    /// Whether the application asked for its end.
    pub close_commanded: bool,
    /// Frames sent, whatever they were.
    pub sent: u32,
    /// Frames received, whatever they were.
    pub received: u32,
    /// Those that came on streams of their own while the HelloFrame was under way.
    pub overtook: u32,
    /// What the client offered.
    pub offer: Option<Offer>,
    /// When, and by which record.
    pub hello: (Instant, u32),
    /// HelloFrames seen.
    pub hellos: u32,
    /// Record of a HelloFrame that came too late.
    pub second_hello: Option<u32>,
    /// Record of a first frame that was no HelloFrame, or none that can be read.
    pub wrong_first: Option<u32>,
    /// Whether that was meant for one.
    pub broken_hello: bool,
    /// How the handshake was answered.
    pub outcome: Outcome,
    /// What the reply said.
    pub reply: Reply,
    /// Record of a refusal that was sent, and its `error`.
    pub refusal: Option<(u32, Name)>,
    /// What is in force.
    pub agreed: Option<Agreed>,
    /// Why the client cannot go on, if it cannot.
    pub unacceptable: Option<&'static str>,
    /// Handshake CapsFrames seen.
    pub replies: u32,
    /// `ready` events.
    pub readies: u32,
    /// ErrorFrames sent.
    pub errors_sent: u32,
    /// ErrorFrames received.
    pub errors_received: u32,
    /// Frames received that may or may not have been taken.
    pub doubtful: bool,
    /// Whether an AnchorFrame came whose identifier stands for another schema already.
    pub conflict: Option<u32>,
    /// Record of a frame that came in the clear although an algorithm is in force, until the
    /// application was told (NCP-ENC-014).
    pub plaintext: Option<u32>,
    /// Streams in the order of their opening.
    pub streams: Vec<Stream>,
    /// Requests that wait for an answer.
    pub requests: Vec<Request>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Schemas that came on it.
    pub anchors: Vec<Cached>,
    /// What was received and may be refused.
    pub causes: Vec<Cause>,
    /// Codes that the application had this side send.
    pub commanded: Vec<Name>,
    /// Entities followed.
    pub entities: Vec<Entity>,
    /// DiffFrames received and not reported.
    pub patched: Vec<Patched>,
    /// Other frames received and not reported.
    pub news: Vec<News>,
    /// `seq` of each AlignStream sent: identifier and the last number.
    pub aligned: Vec<(Name, u64)>,
    /// The same for those received.
    pub aligned_in: Vec<(Name, u64)>,
    /// `seq` of the last GraphFrame received.
    pub graph: Option<u64>,
    /// Who the peer has shown itself to be.
    pub identity: Identity,
    /// Frames of the present step that may be believed or not.
    pub weighed: Vec<Weighed>,
    /// Tasks that were handed on.
    pub handed: Vec<Handed>,
    /// The last frame that could not be read: step, rule and reading.
    pub unread: Option<(u32, &'static str, Option<&'static str>)>,
    /// Streams put away for reuse.
    pub spare: Vec<Stream>,
}

/// A frame that was received and that the application should see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ncp) struct News {
    /// Its type.
    pub kind: FrameType,
    /// `anchor_ref`, `stream_id` or `error`, as the type has it.
    pub name: Name,
    /// Another of these.
    pub other: Name,
    /// `count`, or `status` as a hash.
    pub count: u64,
    /// Digest of its records.
    pub digest: u64,
    /// When it came.
    pub at: Instant,
}

impl Conn {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        let mut old = core::mem::take(self);
        for mut stream in old.streams.drain(..) {
            stream.reset();
            old.spare.push(stream);
        }
        old.requests.clear();
        old.subscriptions.clear();
        old.anchors.clear();
        old.causes.clear();
        old.commanded.clear();
        old.entities.clear();
        old.patched.clear();
        old.news.clear();
        old.aligned.clear();
        old.aligned_in.clear();
        *self = Self {
            streams: old.streams,
            requests: old.requests,
            subscriptions: old.subscriptions,
            anchors: old.anchors,
            causes: old.causes,
            commanded: old.commanded,
            entities: old.entities,
            patched: old.patched,
            news: old.news,
            aligned: old.aligned,
            aligned_in: old.aligned_in,
            spare: old.spare,
            ..Self::default()
        };
    }

    /// Whether the handshake is done and the connection stands.
    pub const fn established(&self) -> bool {
        self.up && self.agreed.is_some()
    }

    /// Whether what it owes must have been answered by the end of a run.
    pub const fn owes_answers(&self) -> bool {
        self.established() && !self.close_commanded && !self.doubtful
    }

    /// What headers are measured against; `keyed`: whether a key is at hand, if that is known.
    pub fn terms(&self, keyed: Option<bool>) -> Terms {
        let Some(agreed) = &self.agreed else { return Terms::HANDSHAKE };
        let sealed = agreed.algorithm.is_some() && keyed != Some(false);
        Terms::session(agreed.encoding, agreed.limit, agreed.ext, sealed)
    }

    /// The stream of that name.
    pub fn stream(&self, id: Name) -> Option<&Stream> {
        self.find_stream(id).map(|index| &self.streams[index])
    }

    /// Its place.
    pub fn find_stream(&self, id: Name) -> Option<usize> {
        self.streams.iter().rposition(|stream| stream.id == id)
    }

    /// Streams that are open for sure, and those of them that this side sends.
    pub fn open_streams(&self) -> (u32, u32) {
        let sure = |stream: &&Stream| stream.open() && stream.standing == super::Standing::Taken;
        let mine = self.streams.iter().filter(|stream| stream.open() && stream.mine).count();
        (self.streams.iter().filter(sure).count() as u32, mine as u32)
    }

    /// Streams that may be open.
    pub fn streams_at_most(&self) -> u32 {
        self.streams.iter().filter(|stream| stream.open()).count() as u32
    }

    /// Whether as many streams may be open as were agreed.
    pub fn is_crowded(&self) -> bool {
        self.agreed.is_some_and(|agreed| self.streams_at_most() >= agreed.streams)
    }

    /// The subscription of that name.
    pub fn subscription(&self, id: Name) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id == id)
    }

    /// Whether its limit has room for an ErrorFrame (`OP-27`).
    pub fn has_room_for_errors(&self) -> bool {
        self.agreed.is_none_or(|agreed| agreed.usable_limit() >= 512)
    }

    /// Name of its state, for a signature.
    pub const fn state(&self, role: Role) -> &'static str {
        match (self.up, self.outcome, role) {
            (false, ..) => "closed",
            (true, Outcome::Error, _) => "refused",
            (true, Outcome::Caps, _) if self.close_commanded => "closing",
            (true, Outcome::Caps, _) => "established",
            (true, Outcome::Open, Role::Client) => "waiting_for_caps",
            (true, Outcome::Open, Role::Server) => "waiting_for_hello",
        }
    }
}
