//! Why a word is no plan.

use core::fmt;

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It does not begin with `wp1-`.
    BadPrefix,
    /// A character outside the alphabet.
    BadCharacter {
        /// Its place in the token, in characters from 0.
        position: usize,
        /// The character.
        found: char,
    },
    /// The checksum differs: something was mistyped or cut off.
    Checksum,
    /// It ends too early.
    Truncated,
    /// It goes on after its end.
    TrailingBytes,
    /// Its content is of a version that this program does not read.
    UnknownVersion(u64),
    /// A kind of fault that this program does not know.
    UnknownKind(u64),
    /// A text inside is not UTF-8.
    BadText,
    /// A number inside is too large for its place, or is not in its shortest form.
    BadNumber,
    /// A place of a fault or a name of a parameter is not behind the one before it.
    OutOfOrder,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPrefix => f.write_str("a plan token begins with `wp1-`"),
            Self::BadCharacter { position, found } => {
                write!(f, "character {position} of the token is {found:?}, which none contains")
            }
            Self::Checksum => f.write_str("the checksum of the token does not match"),
            Self::Truncated => f.write_str("the token ends too early"),
            Self::TrailingBytes => f.write_str("the token goes on after its end"),
            Self::UnknownVersion(version) => write!(f, "the token has unknown version {version}"),
            Self::UnknownKind(kind) => write!(f, "the token holds a fault of unknown kind {kind}"),
            Self::BadText => f.write_str("a text in the token is not UTF-8"),
            Self::BadNumber => f.write_str("a number in the token does not fit its place"),
            Self::OutOfOrder => f.write_str("the entries of the token are out of order"),
        }
    }
}

impl core::error::Error for TokenError {}
