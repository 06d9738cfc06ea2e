//! What an execution has come to so far. Cleared between executions, its memory kept.

use super::Breach;
use super::tester::Tester;
use wireproof_base::{ConnId, Instant, Protocol};

/// What the steps wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Something to be seen, until then at the latest.
    Expect(Instant),
    /// Something not to be seen until then.
    Absent(Instant),
    /// Time to pass.
    Advance(Instant),
    /// The latest connection to stand at both ends.
    Connect(Instant),
}

/// The mutable state of one execution apart from network, judge and trace.
#[derive(Debug)]
pub struct State<P: Protocol> {
    pub now: Instant,
    pub deadline: Instant,
    /// When faults stop, if any are in force.
    pub heal_at: Option<Instant>,
    /// Index of the next step.
    pub step: usize,
    pub blocked: Option<Blocked>,
    /// Broken forms whose fate is known, in the present step.
    pub forms: usize,
    /// Events by node.
    pub events: [Vec<P::Event>; 2],
    /// Where the next `expect` starts to look, by node.
    pub cursor: [usize; 2],
    pub tester: Tester,
    /// Sessions by tag, in the order in which they were learnt.
    pub tags: Vec<(u64, u32)>,
    pub conns: Vec<ConnId>,
    /// At how many ends each connection stands or has stood.
    pub ends: Vec<u8>,
    /// Scheduled reactions: index and the event they react to; taken by token.
    pub reactions: Vec<(usize, P::Event)>,
    /// When generated traffic wants to be asked again; `None` once it is done.
    pub traffic_at: Option<Instant>,
    pub breaches: Vec<Breach>,
    pub not_applicable: Option<String>,
    /// Whether to end the execution here.
    pub stop: bool,
    /// Endpoint calls at the present instant, against livelock.
    pub calls: u32,
    /// When each node wants to be woken.
    pub timeouts: [Option<Instant>; 2],
    /// Whether the SUT is reached only through bytes, in real time.
    pub black_box: bool,
    /// When such a run is over, unless something happens before.
    pub quiet_at: Option<Instant>,
}

impl<P: Protocol> Default for State<P> {
    fn default() -> Self {
        Self {
            now: Instant::ZERO,
            deadline: Instant::ZERO,
            heal_at: None,
            step: 0,
            blocked: None,
            forms: 0,
            events: [Vec::new(), Vec::new()],
            cursor: [0; 2],
            tester: Tester::default(),
            tags: Vec::new(),
            conns: Vec::new(),
            ends: Vec::new(),
            reactions: Vec::new(),
            traffic_at: None,
            breaches: Vec::new(),
            not_applicable: None,
            stop: false,
            calls: 0,
            timeouts: [None; 2],
            black_box: false,
            quiet_at: None,
        }
    }
}

impl<P: Protocol> State<P> {
    pub fn reset(&mut self) {
        self.now = Instant::ZERO;
        self.heal_at = None;
        self.step = 0;
        self.blocked = None;
        self.forms = 0;
        self.events.iter_mut().for_each(Vec::clear);
        self.cursor = [0; 2];
        self.tester.reset();
        self.tags.clear();
        self.conns.clear();
        self.ends.clear();
        self.reactions.clear();
        self.traffic_at = None;
        self.breaches.clear();
        self.not_applicable = None;
        self.stop = false;
        self.calls = 0;
        self.timeouts = [None; 2];
        self.black_box = false;
        self.quiet_at = None;
    }

    /// Whether the latest connection stands at both ends.
    pub fn is_connected(&self) -> bool {
        self.ends.last().is_none_or(|&ends| ends >= 2)
    }

    /// The session that the latest opening with this tag was given.
    pub fn session(&self, tag: u64) -> Option<u32> {
        self.tags.iter().rev().find(|(known, _)| *known == tag).map(|(_, session)| *session)
    }
}
