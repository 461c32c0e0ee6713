//! MAPI properties as TNEF carries them ([MS-OXTNEF] 2.1.3.4), those that matter to a reader.

use super::bytes::Bytes;
use crate::charset;

pub(super) const BODY: u16 = 0x1000;
pub(super) const RTF_COMPRESSED: u16 = 0x1009;
pub(super) const HTML: u16 = 0x1013;
pub(super) const DISPLAY_NAME: u16 = 0x3001;
pub(super) const ATTACH_DATA: u16 = 0x3701;
pub(super) const FILE_NAME: u16 = 0x3704;
pub(super) const LONG_FILE_NAME: u16 = 0x3707;
pub(super) const MEDIA_TYPE: u16 = 0x370e;
pub(super) const CONTENT_ID: u16 = 0x3712;

const OBJECT: u16 = 0x000d;
const STRING: u16 = 0x001e;
const UNICODE: u16 = 0x001f;
const BINARY: u16 = 0x0102;
/// The interface that an object is, before its bytes.
const INTERFACE_BYTES: usize = 16;

/// The first value of a property.
pub(super) struct Value<'b> {
    kind: u16,
    data: &'b [u8],
}

impl Value<'_> {
    pub fn text(&self) -> String {
        if self.kind != UNICODE {
            return text(self.data);
        }
        let (pairs, _) = self.data.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
    }

    pub fn contents(&self) -> &[u8] {
        let from = if self.kind == OBJECT { INTERFACE_BYTES } else { 0 };
        self.data.get(from..).unwrap_or_default()
    }
}

/// Text of one byte a letter up to its NUL.
pub(super) fn text(data: &[u8]) -> String {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    charset::decode(&data[..end], None)
}

/// All properties, up to the first that cannot be read.
pub(super) fn properties(data: &[u8]) -> Vec<(u16, Value<'_>)> {
    let mut bytes = Bytes(data);
    let count = bytes.u32().unwrap_or_default();
    let mut properties = Vec::new();
    for _ in 0..count {
        match property(&mut bytes) {
            Some(property) => properties.extend(property.1.map(|value| (property.0, value))),
            None => break,
        }
    }
    properties
}

fn property<'b>(bytes: &mut Bytes<'b>) -> Option<(u16, Option<Value<'b>>)> {
    let (kind, id) = (bytes.u16()?, bytes.u16()?);
    if id >= 0x8000 {
        skip_name(bytes)?;
    }
    let (many, kind) = (kind & 0x1000 != 0, kind & !0x1000);
    let variable = matches!(kind, OBJECT | STRING | UNICODE | BINARY);
    let count = if many || variable { bytes.u32()? } else { 1 };
    let mut first = None;
    for _ in 0..count {
        let data = if variable { bytes.padded()? } else { bytes.take(size(kind)?)? };
        first.get_or_insert(Value { kind, data });
    }
    Some((id, first))
}

/// A set, then a number or a name.
fn skip_name(bytes: &mut Bytes<'_>) -> Option<()> {
    bytes.take(16)?;
    if bytes.u32()? == 0 { bytes.u32().map(drop) } else { bytes.padded().map(drop) }
}

/// Bytes of the kinds of fixed size, each filled up to four.
fn size(kind: u16) -> Option<usize> {
    match kind {
        0x0001 => Some(0),
        0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => Some(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        _ => None,
    }
}
