//! The exponential distribution by an integer table.
//!
//! An exponential variable halves its tail every ln 2. So it is a number of whole ln 2 that is
//! geometric, plus a remainder below ln 2, and only the remainder needs a table.

/// Entry `i` is `-ln(1 - i/512)` times 2^32, for `i` from 0 to 256.
static REMAINDER: [u64; 257] = {
    let mut table = [0; 257];
    let mut i = 0;
    while i < 257 {
        table[i] = minus_ln_one_minus(i as u128);
        i += 1;
    }
    table
};

/// `mean` times an exponential variable of mean one. `halvings` gives the whole ln 2 (its leading
/// zeros), `within` the place below the next, linear between two entries.
pub(super) fn scaled(mean: u64, halvings: u32, within: u32) -> u64 {
    let entry = (within >> 24) as usize;
    let fraction = u64::from(within & 0x00ff_ffff);
    let (low, high) = (REMAINDER[entry], REMAINDER[entry + 1]);
    let remainder = low + (((high - low) * fraction) >> 24);
    let factor = u64::from(halvings.leading_zeros()) * REMAINDER[256] + remainder;
    let scaled = (u128::from(mean) * u128::from(factor)) >> 32;
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// `-ln(1 - i/512) * 2^32`, from the series x + x^2/2 + x^3/3 + … in 64 binary places.
const fn minus_ln_one_minus(i: u128) -> u64 {
    let x = (i << 64) / 512;
    let (mut power, mut sum, mut k) = (x, 0, 1);
    while power > 0 {
        sum += power / k;
        power = power * i / 512;
        k += 1;
    }
    ((sum + (1 << 31)) >> 32) as u64
}

#[cfg(test)]
pub(super) fn entry(i: usize) -> u64 {
    REMAINDER[i]
}
