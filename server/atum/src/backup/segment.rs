//! Names of WAL segments: timeline, log and segment, eight hexadecimal digits each.

/// The segments from `first` to `last`, both with it; `None` where these are not two names of one timeline in order.
pub fn range(first: &str, last: &str, segment_bytes: u64) -> Option<Vec<String>> {
    let (from, to) = (number(first, segment_bytes)?, number(last, segment_bytes)?);
    let timeline = first.get(..8).filter(|timeline| last.starts_with(timeline))?;
    (from <= to).then(|| (from..=to).map(|number| name(timeline, number, segment_bytes)).collect())
}

/// Whether this is a whole segment's name, not that of a history or a label.
pub fn is_segment(name: &str) -> bool {
    name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Where in the log it stands, whatever its timeline: what comes later sorts later.
pub fn place(name: &str) -> Option<&str> {
    is_segment(name.get(..24)?).then(|| &name[8..24])
}

/// The first that is missing between the first and the last of one timeline.
pub fn gap<'a>(names: impl IntoIterator<Item = &'a str>, segment_bytes: u64) -> Option<String> {
    let mut names: Vec<&str> = names.into_iter().filter(|name| is_segment(name)).collect();
    names.sort_unstable();
    names.dedup();
    names.windows(2).find_map(|pair| {
        let after = number(pair[0], segment_bytes)? + 1;
        let expected = name(&pair[0][..8], after, segment_bytes);
        (pair[0][..8] == pair[1][..8] && expected != pair[1]).then_some(expected)
    })
}

fn number(name: &str, segment_bytes: u64) -> Option<u64> {
    let part = |range| u64::from_str_radix(name.get(range)?, 16).ok();
    is_segment(name).then_some(())?;
    Some(part(8..16)? * in_a_log(segment_bytes) + part(16..24)?)
}

fn name(timeline: &str, number: u64, segment_bytes: u64) -> String {
    let in_a_log = in_a_log(segment_bytes);
    format!("{timeline}{:08X}{:08X}", number / in_a_log, number % in_a_log)
}

fn in_a_log(segment_bytes: u64) -> u64 {
    0x1_0000_0000 / segment_bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_range_goes_over_the_end_of_a_log() {
        let named = range("0000000100000000000000FE", "000000010000000100000001", 16 * MIB).unwrap();
        let expected = [
            "0000000100000000000000FE",
            "0000000100000000000000FF",
            "000000010000000100000000",
            "000000010000000100000001",
        ];
        assert_eq!(named, expected);
        let large = range("000000010000000000000003", "000000010000000100000000", 1024 * MIB).unwrap();
        assert_eq!(large, ["000000010000000000000003", "000000010000000100000000"]);
    }

    #[test]
    fn what_is_no_range_is_none() {
        assert_eq!(range("000000010000000000000004", "000000010000000000000003", 16 * MIB), None);
        assert_eq!(range("000000010000000000000003", "000000020000000000000004", 16 * MIB), None);
        assert_eq!(range("00000002.history", "000000020000000000000004", 16 * MIB), None);
    }

    #[test]
    fn a_gap_is_named_and_a_new_timeline_is_none() {
        let of = |names: &[&str]| gap(names.iter().copied(), 16 * MIB);
        let (three, four, five) = ("000000010000000000000003", "000000010000000000000004", "000000010000000000000005");
        assert_eq!(of(&[three, five]).as_deref(), Some(four));
        assert_eq!(of(&[five, three, four, "00000002.history", "000000020000000000000005"]), None);
        assert_eq!(of(&[]), None);
    }
}
