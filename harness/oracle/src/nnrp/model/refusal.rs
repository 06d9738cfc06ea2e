//! What is wrong with the number of a refusal.

use super::heard::{
    CLOSE_TURNED_DOWN, EXTENSION_ENTRIES, EXTENSION_FRAMES, GRANTED_OVERRIDE, Heard, MIXED, NUMBER,
};
use super::{Causes, Lookup};
use wireproof_base::Citation;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::{
    CACHE_MISS, INTERNAL_ERROR, INVALID_STATE, LEASE_EXPIRED, LEGACY_CACHE_MISS, MALFORMED_BODY,
    UNSUPPORTED_CAPABILITY,
};

const MISS: Citation = Citation::must("NNRP-CACHE-014");
const MISSED: Citation = Citation::must("NNRP-SUB-012");
const LEGACY: Citation = Citation::must("NNRP-SUB-012").read("R-13");
const EXPIRED: Citation = Citation::must("NNRP-CACHE-015");
const FORGOTTEN: Citation = Citation::must("NNRP-CACHE-015").read("R-32");
const WHOLE: Citation = Citation::must("NNRP-CACHE-023");
const MIXTURE: Citation = Citation::must("NNRP-SUB-018");
const ENTRIES: Citation = Citation::must("NNRP-EXT-002");
const FRAMES: Citation = Citation::must("NNRP-PAY-021");
const REOPENED: Citation = Citation::must("NNRP-SES-033");
const OVERRIDE: Citation = Citation::must("NNRP-SES-025");

impl Heard {
    /// Whether nothing that anybody can see is wrong with it.
    pub fn is_legal(&self) -> bool {
        self.causes == Causes::NONE
    }

    /// What a refusal of it with `code` breaks, if the state does not bear that number out.
    pub fn breaks(&self, code: u32) -> Option<Citation> {
        // Who finds something wrong has not failed inside.
        let inside = code == INTERNAL_ERROR && !self.is_legal();
        if self.causes.contains(code) || (self.maybe.contains(code) && !inside) {
            return None;
        }
        Some(if self.is_legal() { self.refused_though_legal(code) } else { self.misnamed(code) })
    }

    fn refused_though_legal(&self, code: u32) -> Citation {
        let has = |mark: u8| self.marks & mark != 0;
        let foreign = matches!(code, UNSUPPORTED_CAPABILITY | MALFORMED_BODY);
        let (cache, schema) = (code >> 16 == 3, code >> 16 == 4);
        let submit = self.kind == Some(MessageType::FrameSubmit);
        match code {
            LEASE_EXPIRED if self.lookup == Lookup::Live => EXPIRED,
            INVALID_STATE if has(CLOSE_TURNED_DOWN) => REOPENED,
            _ if has(MIXED) && foreign => MIXTURE,
            _ if has(EXTENSION_FRAMES) && foreign => FRAMES,
            _ if has(EXTENSION_ENTRIES) && foreign => ENTRIES,
            _ if has(GRANTED_OVERRIDE) && schema => OVERRIDE,
            _ if submit
                && self.lookup == Lookup::Nothing
                && (cache || code == LEGACY_CACHE_MISS) =>
            {
                WHOLE
            }
            _ => self.rule,
        }
    }

    fn misnamed(&self, code: u32) -> Citation {
        let cache = code >> 16 == 3;
        match self.lookup {
            _ if self.rule != NUMBER => self.rule,
            Lookup::Expired if code == CACHE_MISS => FORGOTTEN,
            Lookup::Expired => EXPIRED,
            Lookup::Missing | Lookup::Foreign | Lookup::Invalidated => match code {
                LEGACY_CACHE_MISS => LEGACY,
                _ if cache => MISS,
                _ => MISSED,
            },
            _ => self.rule,
        }
    }
}
