//! Fixed layouts as data: one table per structure gives the type, the codec, the checks and the
//! field list that vectors, scenarios and negative generation use.

use super::violation::Violation;

/// Which values a field admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every value.
    Any,
    /// Zero: a reserved field (NNRP-ENC-003).
    Zero,
    /// Only these bits.
    Bits(u64),
    /// Up to and including this value.
    Max(u64),
    /// Values from the first to the second, both included.
    Range(u64, u64),
    /// Up to and including the first value, or exactly the second.
    MaxOr(u64, u64),
}

impl Rule {
    /// Whether `value` is admitted.
    #[inline]
    pub const fn admits(self, value: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Zero => value == 0,
            Self::Bits(mask) => value & !mask == 0,
            Self::Max(max) => value <= max,
            Self::Range(low, high) => low <= value && value <= high,
            Self::MaxOr(max, other) => value <= max || value == other,
        }
    }
}

/// One field of a fixed layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in the reference tables.
    pub name: &'static str,
    /// Bytes from the start of the structure.
    pub offset: usize,
    /// Width in bytes: 1, 2, 4 or 8.
    pub width: usize,
    /// Which values are admitted.
    pub rule: Rule,
    /// Requirement that says so; empty without a rule.
    pub requirement: &'static str,
    /// Reading it rests on.
    pub reading: Option<&'static str>,
}

/// A structure with a fixed layout.
pub trait Layout: Copy + Default + PartialEq + core::fmt::Debug {
    /// Length in bytes.
    const LEN: usize;
    /// Fields in offset order.
    const FIELDS: &'static [Field];

    /// Reads the fields without checking them. `bytes` holds at least `LEN` bytes.
    fn read(bytes: &[u8]) -> Option<Self>;
    /// Appends exactly `LEN` bytes.
    fn write(&self, out: &mut alloc::vec::Vec<u8>);
    /// Checks every field on its own.
    fn check(&self) -> Result<(), Violation>;
    /// Whether [`Layout::check`] would pass: the same table without branches.
    fn admitted(&self) -> bool;
    /// Value of the field called `name`.
    fn get(&self, name: &str) -> Option<u64>;
    /// Sets the field called `name`, cut to its width; `false` if there is none.
    fn set(&mut self, name: &str, value: u64) -> bool;
}

/// Declares structures with a fixed layout:
/// `name: type @ offset => Rule, "requirement", reading`.
macro_rules! layout {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident [$len:literal] {
            $(
                $(#[$doc:meta])*
                $field:ident : $ty:ident @ $at:literal
                $(=> $rule:expr, $req:literal $(, $reading:literal)?)?
            ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $(
                #[doc = concat!("`", stringify!($ty), "` at offset ", stringify!($at), ".")]
                $(#[$doc])*
                pub $field: $ty,
            )*
        }

        impl $crate::nnrp::layout::Layout for $name {
            const LEN: usize = $len;
            const FIELDS: &'static [$crate::nnrp::layout::Field] = &[$(
                $crate::nnrp::layout::Field {
                    name: stringify!($field),
                    offset: $at,
                    width: (<$ty>::BITS / 8) as usize,
                    rule: layout!(@rule $($rule)?),
                    requirement: layout!(@req $($req)?),
                    reading: layout!(@reading $($($reading)?)?),
                },
            )*];

            #[inline]
            fn read(bytes: &[u8]) -> Option<Self> {
                let bytes: &[u8; $len] = bytes.get(..$len)?.try_into().ok()?;
                Some(Self {$(
                    $field: {
                        const W: usize = (<$ty>::BITS / 8) as usize;
                        let mut raw = [0u8; W];
                        raw.copy_from_slice(&bytes[$at..$at + W]);
                        <$ty>::from_le_bytes(raw)
                    },
                )*})
            }

            #[inline]
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let mut bytes = [0u8; $len];
                $(
                    bytes[$at..$at + (<$ty>::BITS / 8) as usize]
                        .copy_from_slice(&self.$field.to_le_bytes());
                )*
                out.extend_from_slice(&bytes);
            }

            #[inline]
            fn check(&self) -> Result<(), $crate::nnrp::violation::Violation> {
                $(
                    layout!(@check self, $field, $at $(, $rule, $req $(, $reading)?)?);
                )*
                Ok(())
            }

            #[inline]
            fn admitted(&self) -> bool {
                true $(& layout!(@admits self, $field $(, $rule)?))*
            }

            fn get(&self, name: &str) -> Option<u64> {
                match name {
                    $(stringify!($field) => Some(u64::from(self.$field)),)*
                    _ => None,
                }
            }

            fn set(&mut self, name: &str, value: u64) -> bool {
                match name {
                    $(stringify!($field) => self.$field = value as $ty,)*
                    _ => return false,
                }
                true
            }
        }
    )*};
    (@rule) => { $crate::nnrp::layout::Rule::Any };
    (@rule $rule:expr) => { $rule };
    (@req) => { "" };
    (@req $req:literal) => { $req };
    (@reading) => { None };
    (@reading $reading:literal) => { Some($reading) };
    (@admits $self:ident, $field:ident) => { true };
    (@admits $self:ident, $field:ident, $rule:expr) => {
        $rule.admits(u64::from($self.$field))
    };
    (@check $self:ident, $field:ident, $at:literal) => {};
    (@check $self:ident, $field:ident, $at:literal, $rule:expr, $req:literal
        $(, $reading:literal)?) => {
        if !$rule.admits(u64::from($self.$field)) {
            let violation = $crate::nnrp::violation::Violation::metadata(
                $req, stringify!($field), $at, u64::from($self.$field),
            );
            $(let violation = violation.read($reading);)?
            return Err(violation);
        }
    };
}
pub(crate) use layout;
