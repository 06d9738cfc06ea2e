extern crate std;

use super::timestamp;
use wireproof_base::Instant;

#[test]
fn virtual_time_has_a_calendar() {
    const DAY: u64 = 86_400;
    for (seconds, expected) in [
        (0, "2026-01-01T00:00:00.000000Z"),
        (59, "2026-01-01T00:00:59.000000Z"),
        (DAY - 1, "2026-01-01T23:59:59.000000Z"),
        (31 * DAY, "2026-02-01T00:00:00.000000Z"),
        (364 * DAY, "2026-12-31T00:00:00.000000Z"),
        (365 * DAY, "2027-01-01T00:00:00.000000Z"),
        // 2028 is a leap year.
        ((2 * 365 + 59) * DAY, "2028-02-29T00:00:00.000000Z"),
        ((2 * 365 + 60) * DAY + 3_661, "2028-03-01T01:01:01.000000Z"),
        ((3 * 365 + 1) * DAY, "2029-01-01T00:00:00.000000Z"),
    ] {
        assert_eq!(timestamp(Instant::from_nanos(seconds * 1_000_000_000)), expected);
    }
    assert_eq!(timestamp(Instant::from_nanos(1_500)), "2026-01-01T00:00:00.000001Z");
}
