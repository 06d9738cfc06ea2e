//! MessagePack tokens of any width, right or wrong.

use alloc::string::String;
use alloc::vec::Vec;
use rmp::Marker;

/// How many bytes a number or a length takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// As few as possible.
    Least,
    /// One byte after the marker.
    One,
    /// Two bytes after the marker.
    Two,
    /// Four bytes after the marker.
    Four,
    /// Eight bytes after the marker; lengths have no such form and take four.
    Eight,
}

/// Writes tokens one after the other. What they add up to is nobody's concern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    out: Vec<u8>,
}

/// Markers of a family of lengths.
struct Family {
    /// Largest length inside the marker and the marker for 0; nothing where there is none.
    fix: Option<(u32, u8)>,
    /// Marker with one byte of length; none for arrays and maps.
    one: Option<Marker>,
    two: Marker,
    four: Marker,
}

impl Tokens {
    /// `nil`.
    pub fn nil(self) -> Self {
        self.byte(Marker::Null.to_u8())
    }

    /// A truth value.
    pub fn bool(self, truth: bool) -> Self {
        self.byte(if truth { Marker::True } else { Marker::False }.to_u8())
    }

    /// An unsigned number; the upper bytes are lost in a width that is too small.
    pub fn uint(self, width: Width, number: u64) -> Self {
        let bytes = number.to_be_bytes();
        match width {
            Width::Least if number < 0x80 => self.byte(number as u8),
            Width::Least if number <= 0xff => self.uint(Width::One, number),
            Width::Least if number <= 0xffff => self.uint(Width::Two, number),
            Width::Least if number <= 0xffff_ffff => self.uint(Width::Four, number),
            Width::One => self.byte(Marker::U8.to_u8()).raw(&bytes[7..]),
            Width::Two => self.byte(Marker::U16.to_u8()).raw(&bytes[6..]),
            Width::Four => self.byte(Marker::U32.to_u8()).raw(&bytes[4..]),
            Width::Least | Width::Eight => self.byte(Marker::U64.to_u8()).raw(&bytes),
        }
    }

    /// A signed number in a signed form, also where an unsigned one would be shorter.
    pub fn sint(self, width: Width, number: i64) -> Self {
        let bytes = number.to_be_bytes();
        match width {
            Width::Least if (-32..0).contains(&number) => self.byte(number as u8),
            Width::Least if i8::try_from(number).is_ok() => self.sint(Width::One, number),
            Width::Least if i16::try_from(number).is_ok() => self.sint(Width::Two, number),
            Width::Least if i32::try_from(number).is_ok() => self.sint(Width::Four, number),
            Width::One => self.byte(Marker::I8.to_u8()).raw(&bytes[7..]),
            Width::Two => self.byte(Marker::I16.to_u8()).raw(&bytes[6..]),
            Width::Four => self.byte(Marker::I32.to_u8()).raw(&bytes[4..]),
            Width::Least | Width::Eight => self.byte(Marker::I64.to_u8()).raw(&bytes),
        }
    }

    /// A float of 32 bits, by its bits.
    pub fn f32_bits(self, bits: u32) -> Self {
        self.byte(Marker::F32.to_u8()).raw(&bits.to_be_bytes())
    }

    /// A float of 64 bits, by its bits: `7ff8000000000000` is no number.
    pub fn f64_bits(self, bits: u64) -> Self {
        self.byte(Marker::F64.to_u8()).raw(&bits.to_be_bytes())
    }

    /// Text, which need not be Unicode.
    pub fn str(self, width: Width, bytes: &[u8]) -> Self {
        let family = Family {
            fix: Some((31, 0xa0)),
            one: Some(Marker::Str8),
            two: Marker::Str16,
            four: Marker::Str32,
        };
        self.len(width, bytes.len() as u32, &family).raw(bytes)
    }

    /// Bytes.
    pub fn bin(self, width: Width, bytes: &[u8]) -> Self {
        let family =
            Family { fix: None, one: Some(Marker::Bin8), two: Marker::Bin16, four: Marker::Bin32 };
        self.len(width, bytes.len() as u32, &family).raw(bytes)
    }

    /// The start of an array of so many values.
    pub fn array(self, width: Width, len: u32) -> Self {
        let family = Family {
            fix: Some((15, 0x90)),
            one: None,
            two: Marker::Array16,
            four: Marker::Array32,
        };
        self.len(width, len, &family)
    }

    /// The start of a map of so many names and values.
    pub fn map(self, width: Width, len: u32) -> Self {
        let family =
            Family { fix: Some((15, 0x80)), one: None, two: Marker::Map16, four: Marker::Map32 };
        self.len(width, len, &family)
    }

    /// An extension of that type.
    pub fn ext(self, kind: i8, bytes: &[u8]) -> Self {
        let tokens = match bytes.len() {
            1 => self.byte(Marker::FixExt1.to_u8()),
            2 => self.byte(Marker::FixExt2.to_u8()),
            4 => self.byte(Marker::FixExt4.to_u8()),
            8 => self.byte(Marker::FixExt8.to_u8()),
            16 => self.byte(Marker::FixExt16.to_u8()),
            len => self.byte(Marker::Ext8.to_u8()).byte(len as u8),
        };
        tokens.raw(&kind.to_be_bytes()).raw(bytes)
    }

    /// Bytes as they are.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.out.extend_from_slice(bytes);
        self
    }

    /// What was written.
    pub fn into_vec(self) -> Vec<u8> {
        self.out
    }

    /// What was written, as hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.out.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
    }

    fn byte(mut self, byte: u8) -> Self {
        self.out.push(byte);
        self
    }

    fn len(self, width: Width, len: u32, family: &Family) -> Self {
        let bytes = len.to_be_bytes();
        match (width, family) {
            (Width::Least, Family { fix: Some((max, first)), .. }) if len <= *max => {
                self.byte(first + len as u8)
            }
            (Width::Least, Family { one: Some(_), .. }) if len <= 0xff => {
                self.len(Width::One, len, family)
            }
            (Width::Least, _) if len <= 0xffff => self.len(Width::Two, len, family),
            (Width::One, Family { one: Some(marker), .. }) => {
                self.byte(marker.to_u8()).raw(&bytes[3..])
            }
            (Width::One | Width::Two, _) => self.byte(family.two.to_u8()).raw(&bytes[2..]),
            _ => self.byte(family.four.to_u8()).raw(&bytes),
        }
    }
}
