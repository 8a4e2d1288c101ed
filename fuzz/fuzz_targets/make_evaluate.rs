//! What is checked stands in `src/make_evaluate.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ukbuild_fuzz::make_evaluate::check(input));
