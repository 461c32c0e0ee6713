//! A picture that somebody uploaded: a small one comes out, or an error; in bounded memory (-rss_limit_mb).

#![no_main]

use image::GenericImageView;

libfuzzer_sys::fuzz_target!(|given: (u8, &[u8])| {
    let (format, bytes) = given;
    let Some(small) = atum_files::fuzzing::shrink(bytes, format) else { return };
    let small = image::load_from_memory_with_format(&small, image::ImageFormat::WebP).expect("it can be shown");
    let (width, height) = small.dimensions();
    assert!((1..=480).contains(&width) && (1..=480).contains(&height), "{width}×{height}");
});
