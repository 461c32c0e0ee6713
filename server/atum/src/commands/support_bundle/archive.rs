//! A tar of the oldest common form (POSIX.1-1988, "ustar"), compressed.

use std::{io::Write, time::SystemTime};

use flate2::{Compression, write::GzEncoder};

#[derive(Default)]
pub struct Archive {
    files: Vec<(String, Vec<u8>)>,
}

impl Archive {
    pub fn add(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text.into_bytes()));
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// In seconds since 1970: names the bundle.
    pub fn made_at(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    pub fn packed(&self) -> std::io::Result<Vec<u8>> {
        let mut gzip = GzEncoder::new(vec![], Compression::default());
        for (name, bytes) in &self.files {
            gzip.write_all(&head(&format!("atum-support/{name}"), bytes.len(), self.made_at()))?;
            gzip.write_all(bytes)?;
            gzip.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()])?;
        }
        gzip.write_all(&[0; 1024])?;
        gzip.finish()
    }
}

fn head(name: &str, bytes: usize, at: u64) -> [u8; 512] {
    let mut head = [0; 512];
    let mut put = |at: usize, text: &str| head[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, &name[..name.len().min(99)]);
    put(100, "0000600");
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{bytes:011o}"));
    put(136, &format!("{at:011o}"));
    // The sum is counted as if its own place held spaces.
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head
}
