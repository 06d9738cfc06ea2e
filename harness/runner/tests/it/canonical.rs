//! The canonical form of a packet: fields to bytes and back to the same fields, for every packet
//! that the codec takes, however it came about.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use std::path::Path;
use wireproof_driver::{Speaks, Vectors};
use wireproof_runner::{requirements, vectors};
use wireproof_wire::nnrp::Nnrp;

/// Decodes, encodes, decodes: the fields stay the same, and so does every byte of a second round.
fn settles(codec: &mut dyn Vectors, bytes: &[u8]) -> Result<bool, TestCaseError> {
    let fail = |error: String| TestCaseError::fail(error);
    let decoded = codec.decode("packet", "", bytes).map_err(|error| fail(error.to_string()))?;
    let Ok(fields) = decoded else { return Ok(false) };
    let encoded = codec.encode("packet", "", &fields).map_err(|error| fail(error.to_string()))?;
    let once = encoded.map_err(|refused| fail(refused.detail))?;
    if once.len() != bytes.len() {
        // Bytes of a frame region that no descriptor names are nobody's.
        prop_assert!(DATA.contains(&bytes[6]), "{} bytes became {}", bytes.len(), once.len());
        return Ok(true);
    }
    let again = codec.decode("packet", "", &once).map_err(|error| fail(error.to_string()))?;
    let again = again.map_err(|refused| fail(format!("its own bytes: {}", refused.detail)))?;
    prop_assert_eq!(&again, &fields);
    let twice = codec.encode("packet", "", &again).map_err(|error| fail(error.to_string()))?;
    prop_assert_eq!(twice.map_err(|refused| fail(refused.detail))?, once);
    Ok(true)
}

/// The messages with a frame region.
const DATA: [u8; 2] = [0x10, 0x12];

#[test]
fn what_is_decoded_is_encoded_to_the_same_meaning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue = root.join("scenarios/nnrp/requirements.yaml");
    let requirements = requirements::load(&catalogue).unwrap_or_else(|_| panic!("loads"));
    let all = vectors::load_dir(&root.join("vectors/nnrp"), &requirements);
    let all = all.unwrap_or_else(|_| panic!("loads"));
    let packets: Vec<Vec<u8>> = all
        .iter()
        .filter(|vector| vector.kind == "packet")
        .map(|vector| vector.bytes.clone())
        .collect();
    let sut = std::cell::RefCell::new(Nnrp::open("reference").expect("in process"));
    let taken = std::cell::Cell::new(0);
    let config = ProptestConfig {
        cases: 2_000,
        rng_seed: RngSeed::Fixed(0x6361_6e6f_6e69_6361),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    };
    let edits = proptest::collection::vec((any::<Index>(), any::<u8>(), any::<bool>()), 0..3);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&(any::<Index>(), edits), |(which, edits)| {
        let mut bytes = which.get(&packets).clone();
        for (place, value, whole) in edits {
            // Bytes behind the lengths of the header: most of what stands there may be anything.
            let at = 20 + place.index(bytes.len() - 20);
            bytes[at] = if whole { value } else { bytes[at] ^ 1 << (value % 8) };
        }
        let mut sut = sut.borrow_mut();
        let codec = sut.vectors().expect("the reference has a codec");
        taken.set(taken.get() + usize::from(settles(codec, &bytes)?));
        Ok(())
    });
    assert!(run.is_ok(), "{}", run.expect_err("just seen"));
    assert!(taken.get() > 250, "only {} packets were taken", taken.get());
}
