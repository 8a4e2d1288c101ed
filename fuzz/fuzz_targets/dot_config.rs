//! What is checked stands in `src/dot_config.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ukbuild_fuzz::dot_config::check(input));
