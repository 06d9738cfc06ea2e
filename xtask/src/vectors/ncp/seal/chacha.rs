//! ChaCha20-Poly1305.

use super::padded;

/// The plaintext, and the tag that the ciphertext must have.
pub fn open(key: &[u8; 32], nonce: &[u8], data: &[u8], text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let once = block(key, nonce, 0);
    let mut lengths = [0; 16];
    lengths[..8].copy_from_slice(&(data.len() as u64).to_le_bytes());
    lengths[8..].copy_from_slice(&(text.len() as u64).to_le_bytes());
    let tag = poly1305(&once[..32], &padded(data, text, lengths));
    let stream = (1..).flat_map(|counter| block(key, nonce, counter));
    (text.iter().zip(stream).map(|(byte, pad)| byte ^ pad).collect(), tag)
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

fn block(key: &[u8; 32], nonce: &[u8], counter: u32) -> [u8; 64] {
    let mut start = vec![0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    start.extend(key.chunks(4).map(word));
    start.push(counter);
    start.extend(nonce.chunks(4).map(word));
    let mut state = start.clone();
    for _ in 0..10 {
        for column in 0..4 {
            quarter(&mut state, [column, column + 4, column + 8, column + 12]);
        }
        for at in 0..4 {
            quarter(&mut state, [at, 4 + (at + 1) % 4, 8 + (at + 2) % 4, 12 + (at + 3) % 4]);
        }
    }
    let mut out = [0; 64];
    for (place, (a, b)) in out.chunks_mut(4).zip(state.iter().zip(start)) {
        place.copy_from_slice(&a.wrapping_add(b).to_le_bytes());
    }
    out
}

fn quarter(state: &mut [u32], [a, b, c, d]: [usize; 4]) {
    for (turn, other) in [(16, 12), (8, 7)] {
        state[a] = state[a].wrapping_add(state[b]);
        state[d] = (state[d] ^ state[a]).rotate_left(turn);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_left(other);
    }
}

/// Limbs of 26 bits, least significant first.
type Number = [u64; 5];

fn limbs(bytes: &[u8], top: u64) -> Number {
    let mut whole = [0; 16];
    whole.copy_from_slice(bytes);
    let low = u128::from_le_bytes(whole);
    let limb = |at: u32| (low >> (26 * at)) as u64 & 0x3ff_ffff;
    [limb(0), limb(1), limb(2), limb(3), limb(4) | top << 24]
}

/// The tag of `message`, whose length is a multiple of 16, under the one-time `key`.
fn poly1305(key: &[u8], message: &[u8]) -> Vec<u8> {
    const CLAMP: u128 = 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
    let mut half = [0; 16];
    half.copy_from_slice(&key[..16]);
    let r = limbs(&(u128::from_le_bytes(half) & CLAMP).to_le_bytes(), 0);
    half.copy_from_slice(&key[16..32]);
    let pad = u128::from_le_bytes(half);
    let mut sum: Number = [0; 5];
    for chunk in message.chunks_exact(16) {
        for (limb, more) in sum.iter_mut().zip(limbs(chunk, 1)) {
            *limb += more;
        }
        sum = product(&sum, &r);
    }
    low_half(sum).wrapping_add(pad).to_le_bytes().to_vec()
}

/// The product modulo 2^130 − 5, not fully reduced.
fn product(a: &Number, b: &Number) -> Number {
    let mut wide = [0u128; 5];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            let fold = if i + j < 5 { 1 } else { 5 };
            wide[(i + j) % 5] += u128::from(*x) * u128::from(*y) * fold;
        }
    }
    let mut out = [0; 5];
    let mut carry = 0;
    for (limb, sum) in out.iter_mut().zip(wide) {
        let sum = sum + carry;
        *limb = (sum & 0x3ff_ffff) as u64;
        carry = sum >> 26;
    }
    out[0] += (carry * 5) as u64;
    out
}

/// The lower 128 bits of the number modulo 2^130 − 5.
fn low_half(number: Number) -> u128 {
    let reduced = |mut number: Number| {
        for _ in 0..2 {
            let mut carry = 0;
            for limb in &mut number {
                let sum = *limb + carry;
                *limb = sum & 0x3ff_ffff;
                carry = sum >> 26;
            }
            number[0] += 5 * carry;
        }
        number
    };
    let number = reduced(number);
    // Five more reach 2^130 exactly where the number is not below the modulus.
    let mut more = number;
    more[0] += 5;
    let mut carry = 0;
    for limb in &mut more {
        let sum = *limb + carry;
        *limb = sum & 0x3ff_ffff;
        carry = sum >> 26;
    }
    let least = if carry > 0 { more } else { number };
    let join = |whole: u128, (at, limb): (usize, &u64)| {
        whole.wrapping_add(u128::from(*limb).wrapping_shl(26 * at as u32))
    };
    least.iter().enumerate().fold(0, join)
}
