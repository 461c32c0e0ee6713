//! A JSON body: what is read can be read again, and holds nothing that the database cannot; what is refused names a
//! place in it.

#![no_main]

use atum_core::extract::read;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|body: &[u8]| match read::<Value>(body) {
    Ok(value) => {
        let again = value.to_string();
        assert!(!again.contains("\\u0000"), "a NUL got through");
        assert!(read::<Value>(again.as_bytes()).is_ok(), "what was read cannot be read again: {again}");
    }
    Err(problem) => {
        assert!(problem.errors.iter().all(|error| error.pointer == "#" || error.pointer.starts_with("#/")));
    }
});
