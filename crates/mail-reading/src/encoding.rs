//! Transfer encodings (RFC 2045 section 6), read with the faults that occur.

/// The bytes of a part's body under its Content-Transfer-Encoding.
pub(crate) fn decode(body: &[u8], transfer: &str) -> Vec<u8> {
    match transfer.trim().to_ascii_lowercase().as_str() {
        "base64" if !is_prose(body) => base64(body),
        "quoted-printable" => quoted_printable(body),
        "x-uuencode" | "uuencode" | "x-uue" => {
            let file = crate::uuencode::files(body).into_iter().next();
            file.map_or_else(|| crate::uuencode::without_begin(body), |file| file.bytes)
        }
        _ => body.to_vec(),
    }
}

/// Words where base64 was declared: nobody encoded them.
fn is_prose(body: &[u8]) -> bool {
    let lines = || body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let worded = lines().filter(|line| line.contains(&b' ') && !line.contains(&b'=')).count();
    let signs = body.iter().filter(|byte| !byte.is_ascii_whitespace()).count();
    let foreign =
        body.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=' && value(**byte).is_none()).count();
    worded * 2 > lines().count() || foreign * 10 > signs
}

/// Without what is none of its sixty-four signs, and without what follows the padding on its line: another run of it may
/// begin on the next.
pub(crate) fn base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for line in body.split(|byte| *byte == b'\n') {
        let end = line.iter().position(|byte| *byte == b'=').unwrap_or(line.len());
        for value in line[..end].iter().copied().filter_map(value) {
            bits = bits << 6 | value;
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push((bits >> count) as u8);
            }
        }
        if end < line.len() {
            (bits, count) = (0, 0);
        }
    }
    bytes
}

fn value(sign: u8) -> Option<u32> {
    let value = match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// A broken escape stands for itself; white space at the end of a line is the way's, not the text's.
pub(crate) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    for whole in body.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.trim_ascii_end();
        let ends = [&b"\r\n"[..], b"\n"];
        let end = ends.into_iter().find(|end| whole.ends_with(end)).unwrap_or_default();
        let (line, end) = line.strip_suffix(b"=").map_or((line, end), |line| (line, &b""[..]));
        let mut rest = line;
        while let Some((first, after)) = rest.split_first() {
            let escaped = (*first == b'=').then(|| after.first_chunk::<2>()).flatten().and_then(hex);
            bytes.push(escaped.unwrap_or(*first));
            rest = if escaped.is_some() { &after[2..] } else { after };
        }
        bytes.extend_from_slice(end);
    }
    bytes
}

fn hex(digits: &[u8; 2]) -> Option<u8> {
    let digit = |digit: u8| (digit as char).to_digit(16);
    Some((digit(digits[0])? << 4 | digit(digits[1])?) as u8)
}
