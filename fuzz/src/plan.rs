//! Fault plans from fuzz bytes: records of eight bytes, one fault each, so that deleting bytes
//! deletes faults.

use crate::draw::Draw;
use arbitrary::{Arbitrary, Unstructured};
use std::collections::BTreeMap;
use wireproof_sim::{Fault, FaultKey, FaultKind, Plan, Site, Stage};

/// One fault: where, how many transmissions after the one before it there, what, how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    site: u8,
    step: u8,
    kind: u8,
    small: u8,
    /// 27 bits, and above them half the number of places they are shifted by.
    large: u32,
}

/// Bytes of a [`Record`].
pub const RECORD: usize = 8;
/// More faults than any plan needs.
const MOST: usize = 256;
const MANTISSA: u32 = (1 << 27) - 1;

impl<'a> Arbitrary<'a> for Record {
    fn arbitrary(raw: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let [site, step, kind, small] = raw.arbitrary()?;
        Ok(Self { site, step, kind, small, large: raw.arbitrary()? })
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        (RECORD, Some(RECORD))
    }
}

impl Record {
    fn fault(self) -> Fault {
        let shift = 2 * (self.large >> 27);
        let large = u64::from(self.large & MANTISSA).saturating_mul(1 << shift);
        let kind = FaultKind::ALL[usize::from(self.kind) % FaultKind::ALL.len()];
        kind.with(large, u64::from(self.small))
    }

    fn site(self, conns: u32) -> Site {
        let (conn, stage) = (u32::from(self.site) / 3, usize::from(self.site) % 3);
        Site::new(conn % conns.max(1), Stage::ALL[stage])
    }
}

/// Reads faults to the end of the input, for connections 0 to `conns - 1`.
pub fn faults(draw: &mut Draw<'_>, conns: u32) -> BTreeMap<FaultKey, Fault> {
    let mut all = BTreeMap::new();
    let mut next = BTreeMap::new();
    while all.len() < MOST
        && let Some(record) = draw.whole::<Record>()
    {
        let site = record.site(conns);
        let next: &mut u32 = next.entry(site).or_default();
        let ordinal = *next + u32::from(record.step);
        *next = ordinal + 1;
        all.insert(FaultKey::new(site, ordinal), record.fault());
    }
    all
}

/// The bytes that [`faults`] reads `faults` from. Spans are cut to 27 significant bits, and what
/// is out of reach (a step beyond 255, a connection beyond 84) is left out.
pub fn records(faults: &BTreeMap<FaultKey, Fault>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut next = BTreeMap::new();
    for (&key, &fault) in faults {
        let next: &mut u32 = next.entry(key.site).or_default();
        let step = u8::try_from(key.ordinal - *next);
        let (Ok(step), Ok(site)) = (step, u8::try_from(key.site.code())) else { continue };
        *next = key.ordinal + 1;
        let (mut mantissa, small) = fault.parts();
        let mut shift = 0;
        while mantissa > u64::from(MANTISSA) {
            (mantissa, shift) = (mantissa >> 2, shift + 1);
        }
        bytes.extend_from_slice(&[site, step, fault.kind() as u8, small as u8]);
        bytes.extend_from_slice(&(shift << 27 | mantissa as u32).to_le_bytes());
    }
    bytes
}

/// A whole plan: scenario, seed and parameters first, then faults to the end of the input.
pub fn plan(draw: &mut Draw<'_>, conns: u32) -> Plan {
    let mut text = || String::from_utf8_lossy(draw.blob(32)).into_owned();
    let scenario = text();
    let parameters = match text() {
        name if name.is_empty() => BTreeMap::new(),
        name => BTreeMap::from([(name, text()), (text(), text())]),
    };
    let seed = draw.flag().then(|| draw.number());
    Plan { scenario, seed, parameters, faults: faults(draw, conns) }
}
