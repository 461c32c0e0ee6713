//! Lines with a margin: `> like this`.

use crate::line::{Hint, Line};

/// Whether the line has a quotation's margin: `>`, `|` or, rarely, the writer's initials before it.
pub(crate) fn is_quoted(line: &Line<'_>) -> bool {
    let bare = line.bare();
    if line.hint == Hint::Cited {
        return true;
    }
    if bare.starts_with('>') {
        // `>>> see here <<<` is decoration.
        return !bare.ends_with("<<<");
    }
    bare.starts_with("| ") || bare == "|" || initials(bare)
}

fn initials(bare: &str) -> bool {
    let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&letters) && bare[letters..].starts_with('>')
}

/// Also a block quotation, which is one where an introduction stands before it.
pub(crate) fn is_quoted_after_introduction(line: &Line<'_>) -> bool {
    is_quoted(line) || line.hint == Hint::Block
}

/// Without the margin.
pub(crate) fn without_margin(text: &str) -> &str {
    text.trim_start_matches(|c: char| c == '>' || c.is_whitespace())
}

/// Where the quotation that begins at a line ends: empty lines inside belong to it, and the rest of an address that a
/// program broke over the margin.
pub(crate) fn end_of_quotation(lines: &[Line<'_>], from: usize) -> usize {
    let mut end = from;
    let mut index = from;
    while index < lines.len() {
        if is_quoted_after_introduction(&lines[index]) {
            end = index + 1;
        } else if !(lines[index].is_blank() || is_broken_address(lines, index)) {
            break;
        }
        index += 1;
    }
    end
}

fn is_broken_address(lines: &[Line<'_>], index: usize) -> bool {
    let bare = lines[index].bare();
    let between = index > 0 && is_quoted(&lines[index - 1]) && lines.get(index + 1).is_some_and(is_quoted);
    between && !bare.contains(' ') && (bare.ends_with(')') || bare.ends_with('>'))
        || between && bare.contains("http") && (bare.ends_with('>') || bare.ends_with(')'))
}
