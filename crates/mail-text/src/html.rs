//! The text that somebody sees of an HTML mail, and what of it is to be folded.

use std::ops::Range;

mod depth;
mod element;

pub use depth::is_too_deep;
use depth::without_tags;
use ego_tree::iter::Edge;
use element::{hint_of, is_block, is_hidden};
use scraper::{ElementRef, Html, Node};

use crate::{
    fold::fold_lines,
    line::{self, Hint, Line},
};

/// What an HTML mail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visible {
    /// Without tags, styles and comments; white space as it is shown, a line for each block. A title is its first line:
    /// some programs show it, and some mails say there what they are about.
    pub text: String,
    /// Ranges of the text (bytes) to be shown folded; see [`crate::fold`].
    pub folded: Vec<Range<usize>>,
}

/// A document of more is read by its tags alone: a tree of it takes some twenty times as much memory.
const MOST_BYTES: usize = 8 << 20;

/// The visible text and its folded ranges. Any input is HTML: what is broken is read as a browser reads it.
pub fn visible(html: &str) -> Visible {
    if html.len() > MOST_BYTES || is_too_deep(html) {
        let text = without_tags(html);
        return Visible { folded: crate::fold(&text), text };
    }
    let document = Html::parse_document(html);
    let mut writing = Writing::default();
    for edge in document.root_element().traverse() {
        match edge {
            Edge::Open(node) => writing.open(node.value(), ElementRef::wrap(node)),
            Edge::Close(node) => writing.close(node.value()),
        }
    }
    writing.finish()
}

#[derive(Default)]
struct Writing {
    text: String,
    /// From which byte on which hint holds.
    hints: Vec<(usize, Hint)>,
    /// One for each open element that changes the hint.
    open: Vec<Hint>,
    /// What is answered has begun; nothing after it is anything else.
    rest: bool,
    /// Inside of what is not shown.
    hidden: usize,
    preformatted: usize,
    space: bool,
}

impl Writing {
    fn open(&mut self, node: &Node, element: Option<ElementRef<'_>>) {
        match node {
            Node::Text(text) if self.hidden == 0 => self.write(text),
            Node::Element(of) => {
                self.hidden += usize::from(is_hidden(of));
                self.preformatted += usize::from(of.name() == "pre");
                if is_block(of.name()) {
                    self.line();
                }
                if matches!(of.name(), "td" | "th") {
                    self.space = true;
                }
                if let Some(hint) = element.and_then(|element| hint_of(element.value())) {
                    self.begin(hint);
                }
                if of.name() == "br" && self.hidden == 0 {
                    self.text.push('\n');
                    self.space = false;
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, node: &Node) {
        let Node::Element(of) = node else { return };
        self.hidden -= usize::from(is_hidden(of));
        self.preformatted -= usize::from(of.name() == "pre");
        if is_block(of.name()) {
            self.line();
        }
        if hint_of(of).is_some_and(|hint| hint != Hint::Rest) {
            self.line();
            self.open.pop();
            self.hints.push((self.text.len(), self.hint()));
        }
    }

    fn hint(&self) -> Hint {
        if self.rest { Hint::Rest } else { self.open.last().copied().unwrap_or_default() }
    }

    fn begin(&mut self, hint: Hint) {
        self.line();
        if hint == Hint::Rest {
            self.rest = true;
        } else if hint == Hint::Block && self.hint() == Hint::Cited {
            self.open.push(Hint::Cited);
        } else {
            self.open.push(hint);
        }
        self.hints.push((self.text.len(), self.hint()));
    }

    fn line(&mut self) {
        self.space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn write(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.text.push_str(text);
            return;
        }
        for letter in text.chars() {
            // A no-break space is not folded into others.
            if letter.is_ascii_whitespace() {
                self.space = true;
                continue;
            }
            if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.text.push(letter);
        }
    }

    fn finish(self) -> Visible {
        let mut lines = line::lines(&self.text);
        for line in &mut lines {
            line.hint = self.hint_at(line);
        }
        let folded = fold_lines(&self.text, &lines);
        Visible { folded, text: self.text }
    }

    fn hint_at(&self, line: &Line<'_>) -> Hint {
        let before = self.hints.partition_point(|(from, _)| *from <= line.start);
        before.checked_sub(1).map_or(Hint::Nothing, |last| self.hints[last].1)
    }
}
