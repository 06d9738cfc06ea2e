//! What a defect has seen so far. Forgotten with every start.

use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::Setup;

/// Operation by session, lane and frame.
pub type Operation = (u32, u32, u32);

/// Notes of one defect; each uses what it needs.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The setup as it was asked for.
    pub setup: Setup,
    /// Sessions known to be open.
    pub sessions: Vec<u32>,
    /// Tokens given out, the newest last.
    pub tokens: Vec<(u32, Vec<u8>)>,
    /// Operations seen.
    pub operations: Vec<Operation>,
    /// Operations whose results are lost.
    pub lost: Vec<Operation>,
    /// Packets kept, by session.
    pub kept: Vec<(u32, Vec<u8>)>,
    /// The connection each session was opened on.
    pub paths: Vec<(u32, ConnId)>,
    /// A number.
    pub number: u64,
    /// An event seen.
    pub event: Option<Event>,
    /// An event to be told behind the one at hand.
    pub again: Option<Event>,
}
