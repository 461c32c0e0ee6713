//! The export of the audit trail: every cell is one cell again, and no cell is a formula.

#![no_main]

libfuzzer_sys::fuzz_target!(|given: (&str, &str)| {
    let (first, second) = given;
    let table = atum_ops::fuzzing::table([first, second]);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&table[..]);
    let row = reader.records().next().expect("a row").expect("it can be read");
    for (cell, written) in row.iter().zip([first, second]) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        assert_eq!(cell.strip_prefix('\'').filter(|rest| *rest == written).unwrap_or(cell), written);
    }
    assert!(reader.records().next().is_none());
});
