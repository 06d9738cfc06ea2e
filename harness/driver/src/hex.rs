//! Bytes as hexadecimal digits: how they travel in JSON.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Lower-case digits, two per byte.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xF)]));
    }
    text
}

/// The bytes of `text`; `None` unless it is an even number of digits of either case.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn digits_of_either_case_become_bytes() {
        assert_eq!(decode("00fFA9"), Some(vec![0x00, 0xFF, 0xA9]));
        assert_eq!(encode(&[0x00, 0xFF, 0xA9]), "00ffa9");
        assert_eq!(decode(""), Some(vec![]));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(decode("0"), None);
        assert_eq!(decode("0g"), None);
        assert_eq!(decode("é"), None);
    }
}
