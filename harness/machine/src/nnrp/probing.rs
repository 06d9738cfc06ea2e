//! Which transport is the best, by what probes of each have shown, NNRP preview2 §10.3.

use alloc::vec::Vec;
use core::cmp::Reverse;

#[cfg(test)]
mod tests;

/// What one probe has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// It was answered.
    Answered {
        /// Bytes in a second.
        throughput: u64,
        /// Round-trip time in µs.
        rtt_us: u64,
    },
    /// It was refused, or never answered.
    Failed,
}

/// The samples of every transport.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    transports: Vec<(u32, Vec<Sample>)>,
}

impl Ranking {
    /// Takes one sample of a transport.
    pub fn add(&mut self, transport: u32, sample: Sample) {
        match self.transports.iter_mut().find(|(known, _)| *known == transport) {
            Some((_, samples)) => samples.push(sample),
            None => self.transports.push((transport, alloc::vec![sample])),
        }
    }

    /// The transports, best first: more successes, then the higher median throughput, then the
    /// lower median round-trip time (NNRP-PRB-005). Equal ones stay in the order they came.
    pub fn order(&self) -> Vec<u32> {
        let mut ranked: Vec<_> = self
            .transports
            .iter()
            .map(|(transport, samples)| {
                let good = samples.iter().filter_map(|sample| match *sample {
                    Sample::Answered { throughput, rtt_us } => Some((throughput, rtt_us)),
                    Sample::Failed => None,
                });
                let (throughputs, times): (Vec<_>, Vec<_>) = good.unzip();
                let successes = throughputs.len();
                (Reverse(successes), Reverse(median(throughputs)), median(times), *transport)
            })
            .collect();
        ranked.sort_by_key(|&(successes, throughput, time, _)| (successes, throughput, time));
        ranked.into_iter().map(|(_, _, _, transport)| transport).collect()
    }
}

/// The middle one, or the lower of the two in the middle; 0 of none.
fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    let middle = values.len().saturating_sub(1) / 2;
    values.get(middle).copied().unwrap_or(0)
}
