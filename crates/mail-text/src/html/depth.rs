//! Documents that are none.

/// What is nested deeper is no document: it is made to keep a parser busy, whose time grows with the square of it.
const DEEPEST: usize = 512;

/// Whether elements are nested deeper than in any document that a person made.
pub fn is_too_deep(html: &str) -> bool {
    depth(html) > DEEPEST
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
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        let (_, after) = piece.split_once('>').unwrap_or(("", piece));
        text.push_str(after);
    }
    text
}
