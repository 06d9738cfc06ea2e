//! Identifiers of streams, tasks and requests.

use uuid::Variant;
use uuid::fmt::Hyphenated;

/// Whether a text is a UUID of version 4: 32 hexadecimal digits in five groups with the version and
/// variant bits of RFC 4122. Digits may be of either case.
pub fn is_v4(text: &str) -> bool {
    text.parse::<Hyphenated>().is_ok_and(|id| {
        let id = id.into_uuid();
        id.get_version_num() == 4 && id.get_variant() == Variant::RFC4122
    })
}

#[cfg(test)]
mod tests;
