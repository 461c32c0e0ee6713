//! Which ranges are to be folded.

use std::{cell::Cell, ops::Range};

use crate::{
    divider, fields,
    line::{self, Hint, Line},
    quoted::{end_of_quotation, is_quoted, is_quoted_after_introduction},
    signature, wrote,
};

/// The ranges (bytes, in order, apart from each other) of a plain text that its writer did not write now: what they
/// answer, and what stands under it.
///
/// ```
/// let text = "Yes, please.\n\nOn 28 Jan 2016, at 19:04, Ana wrote:\n> Shall I?\n";
/// assert_eq!(mail_text::unfolded(text, &mail_text::fold(text)).trim(), "Yes, please.");
/// ```
pub fn fold(text: &str) -> Vec<Range<usize>> {
    fold_lines(text, &line::lines(text))
}

pub(crate) fn fold_lines(text: &str, lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let folded = Folding { lines, folded: vec![false; lines.len()], own_words: Cell::new(0) }.run();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (index, _) in folded.iter().enumerate().filter(|(_, folded)| **folded) {
        let span = line::span(lines, index, index + 1, text);
        match ranges.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => ranges.push(span),
        }
    }
    ranges
}

/// What is left of a text outside of the ranges.
pub fn unfolded(text: &str, ranges: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        left.push_str(&text[from..range.start]);
        from = range.end;
    }
    left + &text[from..]
}

struct Folding<'l> {
    lines: &'l [Line<'l>],
    folded: Vec<bool>,
    /// Before this line nothing is visible of the writer's own words. Folding only moves it on.
    own_words: Cell<usize>,
}

/// What introduces a quotation, up to the line after it.
struct Mark {
    begin: usize,
    end: usize,
}

impl Folding<'_> {
    fn run(mut self) -> Vec<bool> {
        let end = self.fold_quotations();
        self.fold_tail();
        self.fold_last_quotation(end);
        self.fold_tail();
        self.folded
    }

    /// Gives where the writer's part ends.
    fn fold_quotations(&mut self) -> usize {
        let mut index = 0;
        while let Some(mark) = self.next_mark(index) {
            let own_words = self.has_own_words(mark.begin);
            let quotation = self.quotation_after(mark.end);
            match quotation {
                Some(end) if !self.answers_below(end) => {
                    self.fold(mark.begin, end);
                    index = end;
                }
                // Somebody answers between the lines, or under an introduction without any margin.
                Some(_) => {
                    self.fold(mark.begin, mark.end);
                    return self.lines.len();
                }
                None if own_words => {
                    self.fold(mark.begin, self.lines.len());
                    return mark.begin;
                }
                None => {
                    self.fold(mark.begin, mark.end);
                    return self.fold_marks_only(mark.end);
                }
            }
        }
        self.lines.len()
    }

    fn fold_marks_only(&mut self, from: usize) -> usize {
        let mut index = from;
        while let Some(mark) = self.next_mark(index) {
            self.fold(mark.begin, mark.end);
            index = mark.end;
        }
        self.lines.len()
    }

    fn next_mark(&self, from: usize) -> Option<Mark> {
        let mut index = from;
        while index < self.lines.len() {
            let line = &self.lines[index];
            if divider::is_forwarded(line) && self.has_own_words(index) {
                return None;
            }
            // What is inside a quotation introduces nothing of this mail's.
            let inside = is_quoted(line) && self.has_own_words(index);
            if let Some(end) = (!inside).then(|| self.mark_at(index)).flatten() {
                return Some(Mark { begin: index, end });
            }
            index += 1;
        }
        None
    }

    fn mark_at(&self, index: usize) -> Option<usize> {
        let line = &self.lines[index];
        if is_quoted(line) {
            return None;
        }
        if let Some(end) = self.marked_up(index) {
            return Some(end);
        }
        if divider::is_original(line) || divider::is_forwarded(line) {
            let next = (index + 1..self.lines.len()).find(|next| !self.lines[*next].is_blank());
            let fields = next.and_then(|next| fields::end_of_block(self.lines, next));
            return Some(fields.unwrap_or(index + 1));
        }
        wrote::end_of_wrote(self.lines, index).or_else(|| fields::end_of_block(self.lines, index))
    }

    /// The end of an introduction that the markup names.
    fn marked_up(&self, index: usize) -> Option<usize> {
        let hint = self.lines[index].hint;
        let marked = matches!(hint, Hint::Introduction | Hint::Rest) && !self.lines[index].is_blank();
        let same = |line: &&Line<'_>| line.hint == hint || line.is_blank();
        marked.then(|| index + self.lines[index..].iter().take_while(same).count())
    }

    fn quotation_after(&self, from: usize) -> Option<usize> {
        let first = (from..self.lines.len()).find(|index| !self.lines[*index].is_blank())?;
        is_quoted_after_introduction(&self.lines[first]).then(|| end_of_quotation(self.lines, first))
    }

    /// Whether below the first part of a quotation somebody's words stand and then more of it.
    fn answers_below(&self, end: usize) -> bool {
        let rest = &self.lines[end..];
        let words = rest.iter().position(|line| !line.is_blank() && !is_quoted(line));
        words.is_some_and(|words| rest[words..].iter().any(is_quoted))
    }

    fn has_own_words(&self, before: usize) -> bool {
        let own = |index: &usize| {
            let line = &self.lines[*index];
            !self.folded[*index] && !line.is_blank() && !is_quoted(line)
        };
        let first = (self.own_words.get()..self.lines.len()).find(own).unwrap_or(self.lines.len());
        self.own_words.set(first);
        first < before
    }

    /// A quotation without introduction at the very end, under the writer's words.
    fn fold_last_quotation(&mut self, end: usize) {
        let Some(last) = (0..end).rev().find(|index| !self.folded[*index] && !self.lines[*index].is_blank()) else {
            return;
        };
        if !is_quoted(&self.lines[last]) {
            return;
        }
        let words = (0..last).rev().find(|index| !self.lines[*index].is_blank() && !is_quoted(&self.lines[*index]));
        if let Some(words) = words {
            self.fold(words + 1, last + 1);
        }
    }

    fn fold_tail(&mut self) {
        let mut end = self.lines.len();
        while end > 0 {
            // The last part that is not folded yet.
            let Some(last) = (0..end).rev().find(|index| !self.folded[*index]) else { return };
            let begin = (0..=last).rev().take_while(|index| !self.folded[*index]).last().unwrap_or(last);
            let tail = signature::begin_of_tail(self.lines, begin, last + 1);
            if !self.has_own_words(tail) {
                return;
            }
            self.fold(tail, last + 1);
            if tail > begin {
                return;
            }
            end = begin;
        }
    }

    fn fold(&mut self, from: usize, to: usize) {
        self.folded[from..to].fill(true);
    }
}
