//! libFuzzer target of [`wireproof_fuzz::ncp_frame`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wireproof_fuzz::ncp_frame::check(bytes));

#[cfg(not(fuzzing))]
fn main() {
    println!("run it with: cargo xtask fuzz ncp_frame");
}
