//! Compressed rich text ([MS-OXRTFCP]), and the words of rich text.

use super::bytes::Bytes;

const COMPRESSED: u32 = 0x7546_5a4c;
const UNCOMPRESSED: u32 = 0x414c_454d;
const WINDOW: usize = 4096;
/// What the window holds at the begin: [MS-OXRTFCP] 2.1.2.1.
const BEGIN: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// More is made to fill memory.
const LARGEST: usize = 64 << 20;

pub(super) fn decompress(data: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Bytes(data);
    let _compressed = bytes.u32()?;
    let size = bytes.u32()? as usize;
    let kind = bytes.u32()?;
    bytes.u32()?;
    match kind {
        COMPRESSED => Some(expand(bytes.0, size.min(LARGEST))),
        UNCOMPRESSED => Some(bytes.0[..size.min(bytes.0.len())].to_vec()),
        _ => None,
    }
}

fn expand(data: &[u8], size: usize) -> Vec<u8> {
    let mut window = [0u8; WINDOW];
    window[..BEGIN.len()].copy_from_slice(BEGIN);
    let mut at = BEGIN.len();
    let mut out = Vec::new();
    let mut bytes = Bytes(data);
    let mut put = |byte: u8, window: &mut [u8; WINDOW], out: &mut Vec<u8>| {
        window[at] = byte;
        at = (at + 1) % WINDOW;
        out.push(byte);
        at
    };
    let mut end = BEGIN.len();
    while let Some(&[control]) = bytes.take(1) {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(&[byte]) = bytes.take(1) else { return out };
                end = put(byte, &mut window, &mut out);
                continue;
            }
            let Some(&[high, low]) = bytes.take(2) else { return out };
            let (offset, length) = (usize::from(high) << 4 | usize::from(low) >> 4, usize::from(low & 0xf) + 2);
            // A reference to where the next byte goes is the end.
            if offset == end || out.len() >= size {
                return out;
            }
            for step in 0..length {
                end = put(window[(offset + step) % WINDOW], &mut window, &mut out);
            }
        }
    }
    out
}

/// The words of rich text: groups that say how it looks are left out.
pub fn text(rtf: &[u8]) -> String {
    let mut reader = Reader { rest: rtf, out: Vec::new(), depth: 0, hidden: None };
    while let Some((first, rest)) = reader.rest.split_first() {
        reader.rest = rest;
        reader.step(*first);
    }
    crate::charset::decode(&reader.out, Some("windows-1252"))
}

struct Reader<'b> {
    rest: &'b [u8],
    out: Vec<u8>,
    depth: usize,
    /// The depth of the group that is left out.
    hidden: Option<usize>,
}

impl Reader<'_> {
    fn step(&mut self, byte: u8) {
        match byte {
            b'{' => self.depth += 1,
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.hidden = self.hidden.filter(|hidden| *hidden <= self.depth);
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            byte => self.put(byte),
        }
    }

    fn put(&mut self, byte: u8) {
        if self.hidden.is_none() {
            self.out.push(byte);
        }
    }

    fn control(&mut self) {
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            self.symbol();
            return;
        }
        let (word, rest) = self.rest.split_at(letters);
        let number = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        let rest = &rest[number..];
        self.rest = rest.strip_prefix(b" ").unwrap_or(rest);
        match word {
            b"par" | b"line" | b"row" => self.put(b'\n'),
            b"tab" | b"cell" => self.put(b'\t'),
            b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" => self.hide(),
            _ => {}
        }
    }

    fn symbol(&mut self) {
        let Some((sign, rest)) = self.rest.split_first() else { return };
        self.rest = rest;
        match sign {
            b'\'' => {
                let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.rest = &self.rest[2..];
                    self.put(byte);
                }
            }
            b'*' => self.hide(),
            b'~' => self.put(b' '),
            b'{' | b'}' | b'\\' => self.put(*sign),
            _ => {}
        }
    }

    fn hide(&mut self) {
        self.hidden = self.hidden.or(Some(self.depth));
    }
}
