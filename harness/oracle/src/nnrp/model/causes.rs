//! Sets of error numbers: what a refusal may say (table 1.5, `R-13`).

use wireproof_wire::nnrp::code::{INTERNAL_ERROR, SERVER_BUSY};

/// A set of numbers out of table 3.11.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::nnrp) struct Causes(u64);

impl Causes {
    /// No number.
    pub const NONE: Self = Self(0);
    /// Every number.
    pub const ANY: Self = Self(u64::MAX);
    /// What nobody else can see: the server is busy, or broken.
    pub const HIDDEN: Self = Self(0).with(SERVER_BUSY).with(INTERNAL_ERROR);

    const fn bit(code: u32) -> u64 {
        let (family, low) = (code >> 16, code & 0xFFFF);
        match family {
            _ if low > 15 => 0,
            0 => 1 << low,
            1 => 1 << (16 + low),
            3 => 1 << (32 + low),
            4 => 1 << (48 + low),
            _ => 0,
        }
    }

    /// The same with one more.
    pub const fn with(self, code: u32) -> Self {
        Self(self.0 | Self::bit(code))
    }

    /// The same with one more where `holds`.
    pub const fn when(self, holds: bool, code: u32) -> Self {
        if holds { self.with(code) } else { self }
    }

    /// The same with every number of a family where `holds`.
    pub const fn family(self, holds: bool, family: u32) -> Self {
        match family {
            _ if !holds => self,
            0 => Self(self.0 | 0xFFFF),
            1 => Self(self.0 | 0xFFFF << 16),
            3 => Self(self.0 | 0xFFFF << 32),
            _ => Self(self.0 | 0xFFFF << 48),
        }
    }

    /// Whether `code` is one of them. That a number is unassigned is a fault of its own.
    pub const fn contains(self, code: u32) -> bool {
        let bit = Self::bit(code);
        bit == 0 || self.0 & bit != 0
    }
}
