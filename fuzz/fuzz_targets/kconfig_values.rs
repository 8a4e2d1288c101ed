//! What is checked stands in `src/kconfig_values.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ukbuild_fuzz::kconfig_values::check(input));
