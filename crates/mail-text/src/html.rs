//! The text that somebody sees of an HTML mail, and what of it is to be folded.

use std::ops::Range;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node, node::Element};

use crate::{
    fold::fold_lines,
    line::{self, Hint, Line},
};

/// What is nested deeper is no document: it is made to keep a parser busy, whose time grows with the square of it.
const DEEPEST: usize = 512;

/// What an HTML mail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visible {
    /// Without tags, styles and comments; white space as it is shown, a line for each block. A title is its first line:
    /// some programs show it, and some mails say there what they are about.
    pub text: String,
    /// Ranges of the text (bytes) to be shown folded; see [`crate::fold`].
    pub folded: Vec<Range<usize>>,
}

/// The visible text and its folded ranges. Any input is HTML: what is broken is read as a browser reads it.
pub fn visible(html: &str) -> Visible {
    if depth(html) > DEEPEST {
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
                if let Some(hint) = element.and_then(hint) {
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

fn is_hidden(element: &Element) -> bool {
    let hidden = ["script", "style", "template", "noscript", "object", "svg", "math"];
    hidden.contains(&element.name())
}

fn is_block(name: &str) -> bool {
    let blocks = [
        "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
        "table", "tr", "ul", "caption", "title", "body",
    ];
    blocks.contains(&name)
}

fn hint(element: ElementRef<'_>) -> Option<Hint> {
    hint_of(element.value())
}

/// How the common programs mark what they quote.
fn hint_of(element: &Element) -> Option<Hint> {
    let class = |name: &str| element.classes().any(|class| class == name);
    let id = element.id().unwrap_or_default();
    let rest = ["divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "stopSpelling", "mail-editor-reference-message-container"];
    if rest.iter().any(|rest| id.ends_with(rest)) {
        return Some(Hint::Rest);
    }
    if class("moz-cite-prefix") || class("gmail_attr") && element.name() == "div" {
        return Some(Hint::Introduction);
    }
    let cited = element.name() == "blockquote" && (element.attr("type") == Some("cite") || class("gmail_quote"));
    if cited || class("yahoo_quoted") || class("protonmail_quote") || class("tutanota_quote") {
        return Some(Hint::Cited);
    }
    (element.name() == "blockquote").then_some(Hint::Block)
}

/// How deep the elements are nested at most, without those that are seldom closed.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for (at, _) in html.match_indices('<') {
        let tag = &html[at + 1..];
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).take(12).collect();
        if name.is_empty() || is_seldom_closed(&name.to_ascii_lowercase()) {
            continue;
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

fn is_seldom_closed(name: &str) -> bool {
    let names = [
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
        "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
    ];
    names.contains(&name)
}

/// The text between tags, for what is not read as a document.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        let (_, after) = piece.split_once('>').unwrap_or(("", piece));
        text.push_str(after);
    }
    text
}
