//! `Range`: what is served lies in the file, and is not nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|given: (&str, u64)| {
    let (range, size) = given;
    if let Some(range) = atum_files::fuzzing::parse_range(range, size) {
        assert!(range.start < range.end && range.end <= size);
    }
});
