//! Files inside a text: `begin 644 name` … `end` (POSIX uuencode).

/// A file and where it was.
pub(crate) struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Of the lines from `begin` to `end`, in bytes of the text.
    pub range: std::ops::Range<usize>,
}

/// All whole files in a text. One that never ends is text.
pub(crate) fn files(text: &[u8]) -> Vec<File> {
    let mut files = Vec::new();
    let mut open: Option<File> = None;
    let mut at = 0;
    for whole in text.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.trim_ascii_end();
        match &mut open {
            None => open = begin(line).map(|name| File { name, bytes: Vec::new(), range: at..at }),
            Some(file) if line == b"end" => {
                file.range.end = at + whole.len();
                files.extend(open.take());
            }
            Some(file) => {
                if !decode_line(line, &mut file.bytes) {
                    open = None;
                }
            }
        }
        at += whole.len();
    }
    files
}

/// The bytes of lines whose `begin` was lost on the way.
pub(crate) fn without_begin(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end) {
        if !decode_line(line, &mut bytes) {
            return text.to_vec();
        }
    }
    bytes
}

fn begin(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let mode = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let name = rest.get(mode..)?.trim_ascii();
    ((3..=4).contains(&mode) && !name.is_empty()).then(|| crate::charset::decode(name, None))
}

/// False: this is no line of a file.
fn decode_line(line: &[u8], bytes: &mut Vec<u8>) -> bool {
    let Some((first, signs)) = line.split_first() else { return true };
    let length = usize::from(first.wrapping_sub(b' ') & 0x3f);
    if !(b' '..=b'`').contains(first) || signs.len() + 3 < length.div_ceil(3) * 4 {
        return false;
    }
    let begin = bytes.len();
    for group in signs.chunks(4) {
        let bits = (0..4).fold(0u32, |bits, index| {
            let sign = group.get(index).copied().unwrap_or(b' ');
            bits << 6 | u32::from(sign.wrapping_sub(b' ') & 0x3f)
        });
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    bytes.truncate(begin + length);
    true
}
