//! For `fuzz/` alone: what reads what somebody uploads.

use std::{io::Cursor, ops::Range};

use bytes::Bytes;
use image::ImageFormat;

pub fn clean(name: &str) -> Option<String> {
    crate::name::clean(name)
}

pub fn disposition(name: &str) -> String {
    crate::name::disposition(name)
}

pub fn detect(head: &[u8]) -> &'static str {
    crate::media_type::detect(head)
}

pub fn has_thumbnail(media_type: &str) -> bool {
    crate::file::has_thumbnail(media_type)
}

pub fn parse_range(range: &str, size: u64) -> Option<Range<u64>> {
    crate::download::parse_range(range, size)
}

/// In one of the formats that are decoded.
pub fn shrink(bytes: &[u8], format: u8) -> Option<Bytes> {
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    crate::thumbnail::shrink(Cursor::new(bytes), formats[usize::from(format % 4)]).ok()
}
