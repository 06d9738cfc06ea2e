//! The flow record of one scope in one direction, NNRP §11.1 (table 4.4).

use wireproof_base::ConnId;
use wireproof_wire::nnrp::flow::{
    BACKGROUND_ONLY, CREDIT_VALID, DRAIN_IN_FLIGHT_ONLY, FlowUpdate, LEVEL_HARD, REASON_PAUSE,
};

/// No limit.
pub(in crate::nnrp) const UNLIMITED: u32 = u32::MAX;

/// What is in force in a scope.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Flow {
    /// Epoch of the update in force.
    pub epoch: Option<u32>,
    /// Ceiling of unfinished operations.
    pub credit: u32,
    /// Backpressure level.
    pub level: u8,
    /// Whether it pauses.
    pub paused: bool,
    /// `flow_flags`.
    pub flags: u32,
    /// Whether an update has set the credit since the start.
    pub updated: bool,
    /// Highest credit ever in force.
    pub highest: u32,
    /// Lowest credit ever in force.
    pub lowest: u32,
    /// Whether anything but a credit was ever asked for.
    pub tightened: bool,
    /// Last epoch before a resume (`R-61`).
    pub before_resume: Option<u32>,
    /// Whether the peer may rightly hold another record than this one (`R-61`).
    pub uncertain: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self::start(UNLIMITED)
    }
}

impl Flow {
    /// A fresh record.
    pub const fn start(credit: u32) -> Self {
        Self {
            epoch: None,
            credit,
            level: 0,
            paused: false,
            flags: 0,
            updated: false,
            highest: credit,
            lowest: credit,
            tightened: false,
            before_resume: None,
            uncertain: false,
        }
    }

    /// A fresh record that follows `self` after a resume.
    pub fn restart(&self, credit: u32) -> Self {
        let before_resume = self.epoch.max(self.before_resume);
        let highest = if self.highest > credit { self.highest } else { credit };
        let lowest = if self.lowest < credit { self.lowest } else { credit };
        let tightened = self.tightened;
        Self { before_resume, highest, lowest, tightened, ..Self::start(credit) }
    }

    /// Applies an update that is newer (F6).
    pub fn apply(&mut self, update: &FlowUpdate) {
        self.uncertain = self.before_resume.is_some_and(|epoch| update.credit_epoch <= epoch);
        self.epoch = Some(update.credit_epoch);
        self.level = update.backpressure_level;
        self.paused = update.update_reason == REASON_PAUSE;
        self.flags = update.flow_flags;
        let narrow = update.flow_flags & (BACKGROUND_ONLY | DRAIN_IN_FLIGHT_ONLY) != 0;
        self.tightened |= self.paused || self.level == LEVEL_HARD || narrow;
        if update.flow_flags & CREDIT_VALID != 0 {
            self.credit = u32::from(update.credit());
            self.highest = self.highest.max(self.credit);
            self.lowest = self.lowest.min(self.credit);
            self.updated = true;
        }
    }
}

/// How the epoch of an update stands to the one in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) enum Standing {
    /// F4: to be ignored.
    Older,
    /// F5: to be ignored (`R-26`).
    Equal,
    /// F6: to be applied.
    Newer,
}

/// A FLOW_UPDATE that was received in the present step.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Applied {
    /// The connection it came on.
    pub conn: ConnId,
    /// The session it names; 0 at connection scope.
    pub session: u32,
    /// The update.
    pub update: FlowUpdate,
    /// How its epoch stood.
    pub standing: Standing,
    /// The record afterwards.
    pub record: Flow,
    /// Whether the receiver has to apply it, as far as anybody can see.
    pub due: bool,
    /// Whether the application was told of it.
    pub told: bool,
}
