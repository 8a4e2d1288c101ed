//! What is checked stands in `src/kconfig_parse.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ukbuild_fuzz::kconfig_parse::check(input));
