//! The lines of a text with where they are in it.

use std::ops::Range;

/// What the markup round a line says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hint {
    #[default]
    Nothing,
    /// A block quotation of any kind; by itself somebody's own formatting.
    Block,
    /// What a mail program marked as a quotation.
    Cited,
    /// "On … wrote:", marked as that.
    Introduction,
    /// Below here is what is answered.
    Rest,
}

/// A line without its line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'t> {
    pub start: usize,
    pub text: &'t str,
    pub hint: Hint,
}

impl<'t> Line<'t> {
    /// Without white space round it. A no-break space and the marks that programs leave in empty lines count as white.
    pub fn bare(&self) -> &'t str {
        self.text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{1427}'))
    }

    pub fn is_blank(&self) -> bool {
        self.bare().is_empty()
    }
}

/// All lines. One that begins with own words and goes on with "On … wrote:" is two.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = Line { start, text: whole.trim_end_matches(['\n', '\r']), hint: Hint::Nothing };
        match crate::wrote::begins_within(line.text) {
            Some(at) => lines.extend([
                Line { text: &line.text[..at], ..line },
                Line { start: start + at, text: &line.text[at..], ..line },
            ]),
            None => lines.push(line),
        }
        start += whole.len();
    }
    lines
}

/// From the begin of one line to the begin of another, or the end of the text.
pub(crate) fn span(lines: &[Line<'_>], from: usize, to: usize, text: &str) -> Range<usize> {
    let at = |index: usize| lines.get(index).map_or(text.len(), |line| line.start);
    at(from)..at(to)
}
