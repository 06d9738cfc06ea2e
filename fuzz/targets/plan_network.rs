//! libFuzzer target of [`wireproof_fuzz::plan_network`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wireproof_fuzz::plan_network::check(bytes));

#[cfg(not(fuzzing))]
fn main() {
    println!("run it with: cargo xtask fuzz plan_network");
}
