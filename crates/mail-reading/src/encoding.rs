//! Transfer encodings (RFC 2045 section 6), read with the faults that occur.

/// The bytes of a part's body under its Content-Transfer-Encoding.
pub(crate) fn decode(body: &[u8], transfer: &str) -> Vec<u8> {
    match transfer.trim().to_ascii_lowercase().as_str() {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable(body),
        "x-uuencode" | "uuencode" | "x-uue" => {
            let file = crate::uuencode::files(body).into_iter().next();
            file.map_or_else(|| crate::uuencode::without_begin(body), |file| file.bytes)
        }
        _ => body.to_vec(),
    }
}

/// Without what is none of its sixty-four signs. Text after the padding is another run of it.
pub(crate) fn base64(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for sign in body {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
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
