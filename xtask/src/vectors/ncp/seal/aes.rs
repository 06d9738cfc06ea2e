//! AES-256 in Galois/Counter Mode.

use super::padded;

/// The plaintext, and the tag that the ciphertext must have.
pub fn open(key: &[u8; 32], nonce: &[u8], data: &[u8], text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let cipher = Cipher::new(key);
    let counter = |count: u32| {
        let mut block = [0; 16];
        block[..12].copy_from_slice(nonce);
        block[12..].copy_from_slice(&count.to_be_bytes());
        cipher.encrypt(block)
    };
    let mut lengths = [0; 16];
    lengths[..8].copy_from_slice(&(8 * data.len() as u64).to_be_bytes());
    lengths[8..].copy_from_slice(&(8 * text.len() as u64).to_be_bytes());
    let hash_key = u128::from_be_bytes(cipher.encrypt([0; 16]));
    let hash = ghash(hash_key, &padded(data, text, lengths));
    let tag = hash ^ u128::from_be_bytes(counter(1));
    let stream = (2..).flat_map(counter);
    let plain = text.iter().zip(stream).map(|(byte, pad)| byte ^ pad).collect();
    (plain, tag.to_be_bytes().to_vec())
}

fn ghash(key: u128, message: &[u8]) -> u128 {
    message.chunks_exact(16).fold(0, |hash, chunk| {
        let block = chunk.iter().fold(0, |block, byte| block << 8 | u128::from(*byte));
        multiply(hash ^ block, key)
    })
}

/// The product in the field of GCM, whose first bit is the highest.
fn multiply(a: u128, b: u128) -> u128 {
    const POLYNOMIAL: u128 = 0xe1 << 120;
    let (mut sum, mut shifted) = (0, b);
    for bit in (0..128).rev() {
        if a >> bit & 1 == 1 {
            sum ^= shifted;
        }
        let carry = if shifted & 1 == 1 { POLYNOMIAL } else { 0 };
        shifted = shifted >> 1 ^ carry;
    }
    sum
}

struct Cipher {
    boxes: [u8; 256],
    keys: Vec<[u8; 16]>,
}

/// Twice a byte in the field of AES.
const fn double(byte: u8) -> u8 {
    (byte << 1) ^ ((byte >> 7) * 0x1b)
}

fn times(a: u8, b: u8) -> u8 {
    let (mut sum, mut shifted) = (0, a);
    for bit in 0..8 {
        if b >> bit & 1 == 1 {
            sum ^= shifted;
        }
        shifted = double(shifted);
    }
    sum
}

fn substitution() -> [u8; 256] {
    std::array::from_fn(|byte| {
        let byte = byte as u8;
        let inverse = (1..=255).find(|other| times(byte, *other) == 1).unwrap_or(0);
        (0..5).fold(0x63, |sum: u8, turn| sum ^ inverse.rotate_left(turn))
    })
}

impl Cipher {
    fn new(key: &[u8; 32]) -> Self {
        let boxes = substitution();
        let mut words: Vec<[u8; 4]> =
            key.chunks(4).map(|word| [word[0], word[1], word[2], word[3]]).collect();
        let mut round = 1;
        for at in 8..60 {
            let mut word = words[at - 1];
            if at % 8 == 0 {
                word.rotate_left(1);
            }
            if at % 4 == 0 {
                word = word.map(|byte| boxes[usize::from(byte)]);
            }
            if at % 8 == 0 {
                word[0] ^= round;
                round = double(round);
            }
            let before = words[at - 8];
            words.push(std::array::from_fn(|index| word[index] ^ before[index]));
        }
        let keys = words.chunks(4).map(|four| std::array::from_fn(|at| four[at / 4][at % 4]));
        Self { keys: keys.collect(), boxes }
    }

    fn encrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let add = |state: [u8; 16], key: &[u8; 16]| std::array::from_fn(|at| state[at] ^ key[at]);
        let mut state: [u8; 16] = add(block, &self.keys[0]);
        for (round, key) in self.keys.iter().enumerate().skip(1) {
            let bytes = state.map(|byte| self.boxes[usize::from(byte)]);
            // Row r of every column moves r columns to the left.
            let rows: [u8; 16] = std::array::from_fn(|at| bytes[(at + 4 * (at % 4)) % 16]);
            let last = round + 1 == self.keys.len();
            state = add(if last { rows } else { mixed(&rows) }, key);
        }
        state
    }
}

fn mixed(state: &[u8; 16]) -> [u8; 16] {
    std::array::from_fn(|at| {
        let column = at / 4 * 4;
        let byte = |step: usize| state[column + (at + step) % 4];
        double(byte(0)) ^ times(byte(1), 3) ^ byte(2) ^ byte(3)
    })
}
