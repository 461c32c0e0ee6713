//! Collects what is wrong with an input, so that a person sees all of it at once.

use std::ops::RangeInclusive;

use crate::{Problem, Result, problem::FieldError};

#[derive(Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn require(&mut self, holds: bool, pointer: &str, code: &str, detail: impl Into<String>) -> &mut Self {
        if !holds {
            self.0.push(FieldError { pointer: format!("#/{pointer}"), code: code.into(), detail: detail.into() });
        }
        self
    }

    /// A text without surrounding space, with a length in characters. NUL, which PostgreSQL cannot hold, is refused.
    pub fn text(&mut self, pointer: &str, text: &str, length: RangeInclusive<usize>) -> &mut Self {
        let characters = text.trim().chars().count();
        if characters < *length.start() {
            return self.require(false, pointer, "required", "must not be empty");
        }
        let most = *length.end();
        self.require(characters <= most, pointer, "too_long", format!("has {characters} characters, at most {most}"));
        self.require(!text.contains('\0'), pointer, "invalid", "must not contain a NUL character")
    }

    pub fn finish(&mut self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::fields(std::mem::take(&mut self.0))) }
    }
}
