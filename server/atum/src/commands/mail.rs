use std::{
    io::{Read, Write},
    path::Path,
};

use anyhow::Context;
use mail_reading::Explanation;

use crate::cli::Mail;

pub fn run(command: &Mail) -> anyhow::Result<()> {
    match command {
        Mail::Explain { file } => explain(file),
    }
}

fn explain(file: &Path) -> anyhow::Result<()> {
    let reading = mail_reading::read(&raw(file)?);
    let mut told = serde_json::to_string_pretty(&Explanation::of(&reading))?;
    told.push('\n');
    Ok(std::io::stdout().write_all(told.as_bytes())?)
}

fn raw(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut raw = Vec::new();
        std::io::stdin().read_to_end(&mut raw).context("cannot read standard input")?;
        return Ok(raw);
    }
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
