//! Where faults come from.

use crate::link::loss::LossState;
use crate::profile::odds::Odds;
use crate::{Fault, FaultKey, FaultKind, Profile, Rng, Site, Stage};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use wireproof_base::{Carrier, Seed};

/// Where the faults of a run come from.
#[derive(Clone, Copy, Debug, Default)]
pub enum FaultSource<'a> {
    /// Nowhere: there are none.
    #[default]
    Neutral,
    /// A seed. Each site draws from a stream of its own, transmission by transmission.
    Drawn {
        /// The seed.
        seed: Seed,
        /// How often what strikes.
        profile: &'a Profile,
    },
    /// A plan.
    Planned(&'a BTreeMap<FaultKey, Fault>),
}

/// What a site remembers between two transmissions.
#[derive(Clone, Debug, Default)]
pub(super) struct SiteState {
    ordinal: u32,
    /// Made at the first draw.
    rng: Option<Rng>,
    loss: LossState,
    /// Where in the plan the next fault of this site stands; looked up at the first use.
    cursor: Option<usize>,
}

impl SiteState {
    pub fn renew(&mut self) {
        *self = Self::default();
    }
}

/// The source of one run, made ready for quick decisions.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    drawn: Option<Drawn>,
    /// Sorted by key.
    planned: Vec<(FaultKey, Fault)>,
    silent: bool,
}

#[derive(Clone, Debug)]
struct Drawn {
    seed: Seed,
    profile: Profile,
    /// By carrier; first of single packets, then of connections as a whole.
    odds: [[Odds; 2]; 4],
    kills: u32,
    partitions: u32,
    rebinds: u32,
}

impl Source {
    pub fn reset(&mut self, source: FaultSource<'_>) {
        (self.drawn, self.silent) = (None, false);
        self.planned.clear();
        match source {
            FaultSource::Neutral => self.silent = true,
            FaultSource::Drawn { seed, profile } => self.drawn = Some(Drawn::new(seed, profile)),
            FaultSource::Planned(faults) => {
                self.planned.extend(faults.iter().map(|(&key, &fault)| (key, fault)));
            }
        }
    }

    /// No more faults from here on.
    pub fn silence(&mut self) {
        self.silent = true;
    }

    /// Counts one transmission of `len` bytes at `site` and decides what befalls it.
    #[inline]
    pub fn decide(
        &mut self,
        site: Site,
        state: &mut SiteState,
        carrier: Carrier,
        len: u32,
    ) -> Option<(FaultKey, Fault)> {
        let key = FaultKey::new(site, state.ordinal);
        state.ordinal = state.ordinal.saturating_add(1);
        if self.silent {
            return None;
        }
        let fault = match &mut self.drawn {
            Some(drawn) => drawn.decide(site, state, carrier, len),
            None => self.look_up(key, state),
        };
        // What the carrier does not let through does not happen and is not on record.
        let happens = |fault: &Fault| {
            // A response is not asked for, so nobody repeats it.
            let repeated = fault.kind() == FaultKind::Duplicate && site.stage == Stage::Down;
            fault.kind().admitted(carrier) && !(repeated && carrier == Carrier::Exchange)
        };
        fault.filter(happens).map(|fault| (key, fault))
    }

    fn look_up(&self, key: FaultKey, state: &mut SiteState) -> Option<Fault> {
        let start = || self.planned.partition_point(|&(known, _)| known < key);
        let cursor = *state.cursor.get_or_insert_with(start);
        let &(known, fault) = self.planned.get(cursor)?;
        if known != key {
            return None;
        }
        state.cursor = Some(cursor + 1);
        Some(fault)
    }

    /// Bytes of memory held.
    pub fn footprint(&self) -> usize {
        self.planned.capacity() * size_of::<(FaultKey, Fault)>()
    }
}

impl Drawn {
    fn new(seed: Seed, profile: &Profile) -> Self {
        let carriers =
            [Carrier::Stream, Carrier::Multistream, Carrier::Datagram, Carrier::Exchange];
        let odds = carriers.map(|carrier| {
            [false, true].map(|of_connection| Odds::new(profile, carrier, of_connection))
        });
        Self {
            seed,
            profile: *profile,
            odds,
            kills: profile.max_kills,
            partitions: profile.max_partitions,
            rebinds: profile.max_rebinds,
        }
    }

    #[inline]
    fn decide(
        &mut self,
        site: Site,
        state: &mut SiteState,
        carrier: Carrier,
        len: u32,
    ) -> Option<Fault> {
        let odds = &self.odds[carrier as usize][usize::from(site.stage == Stage::Conn)];
        if odds.is_neutral() {
            return None;
        }
        let rng = state.rng.get_or_insert_with(|| Rng::new(self.seed, site.code()));
        let fault = odds.draw(&self.profile, &mut state.loss, rng, len)?;
        let left = match fault {
            Fault::Kill { .. } => &mut self.kills,
            Fault::Partition { .. } => &mut self.partitions,
            Fault::Rebind => &mut self.rebinds,
            _ => return Some(fault),
        };
        *left = left.checked_sub(1)?;
        Some(fault)
    }
}
