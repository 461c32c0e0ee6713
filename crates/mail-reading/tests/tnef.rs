//! Agreement with another reader of TNEF, kept beside the repository: shared/corpora/mail/tnef.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected fails where it met it")]

use std::path::{Path, PathBuf};

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/tnef")
}

fn lf(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes()
}

/// What is wrong with our reading of one.
fn disagreement(file: &Path) -> Option<String> {
    let Some(tnef) = mail_reading::tnef::unpack(&std::fs::read(file).unwrap()) else {
        return Some("no TNEF".to_owned());
    };
    let mut ours: Vec<(String, Vec<u8>)> =
        tnef.files.iter().map(|file| (file.name.clone(), file.contents.clone())).collect();
    ours.extend(tnef.rtf.clone().map(|rtf| ("message.rtf".to_owned(), rtf)));
    ours.extend(tnef.html.clone().map(|html| ("message.html".to_owned(), html)));
    let folder = file.with_extension("");
    let Ok(wanted) = std::fs::read_dir(&folder) else { return None };
    let mut nameless =
        ours.iter().filter(|(name, _)| name == "Untitled Attachment").cloned().collect::<Vec<_>>().into_iter();
    let mut wanted: Vec<PathBuf> = wanted.map(|entry| entry.unwrap().path()).collect();
    wanted.sort();
    for wanted in wanted {
        let name = wanted.file_name().unwrap().to_string_lossy().into_owned();
        let contents = std::fs::read(&wanted).unwrap();
        let found = if name.starts_with("Untitled Attachment.") {
            nameless.next()
        } else {
            ours.iter().find(|(ours, _)| *ours == name).cloned()
        };
        let names = || ours.iter().map(|(name, contents)| (name.clone(), contents.len())).collect::<Vec<_>>();
        let Some((_, found)) = found else { return Some(format!("{name} is missing of {:?}", names())) };
        if found != contents && lf(&found) != lf(&contents) {
            return Some(format!("{name} has {} bytes, not {}", found.len(), contents.len()));
        }
    }
    None
}

#[test]
fn files_agree_with_another_reader() {
    let Ok(files) = std::fs::read_dir(place()) else { return };
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|of| of == "tnef"));
    let (mut all, mut right) = (0, 0);
    for file in files {
        all += 1;
        match disagreement(&file) {
            None => right += 1,
            Some(why) => println!("{file:?}: {why}"),
        }
    }
    println!("{right} of {all}");
    assert!(right >= 8, "{right} of {all}");
}
