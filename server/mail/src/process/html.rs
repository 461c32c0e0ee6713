//! HTML as it may be shown: an allow-list of elements, attributes and style properties, and nothing that loads by itself
//! but pictures, which are told apart by where they come from.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

/// The sanitizer with its rules: stored, so that what older ones let through can be found and made anew.
pub(super) const VERSION: &str = "ammonia 4.2.4, rules 1";
const MOST_BYTES: usize = 2 << 20;
const MOST_LINKS: usize = 5_000;

/// Sanitized, with pictures still as `cid:`, `https:` or `data:`.
#[derive(Debug)]
pub(super) struct Sanitized {
    pub html: String,
    /// It shows pictures of other hosts.
    pub remote: bool,
}

/// `None`: there is more than a browser is given; the text and the raw mail remain.
pub(super) fn sanitize(html: &str) -> Option<Sanitized> {
    if html.len() > MOST_BYTES || html.matches("href").count() > MOST_LINKS || mail_text::html::is_too_deep(html) {
        return None;
    }
    let html = RULES.clean(html).to_string().replace('\0', "");
    let remote = pictures(&html).any(|source| is_remote(&html[source]));
    Some(Sanitized { html, remote })
}

/// Where the sources of pictures stand in sanitized HTML, whose serializer writes attributes in one way only: a space, the
/// name, the value in double quotes, in which those are escaped.
pub(crate) fn pictures(html: &str) -> impl Iterator<Item = Range<usize>> {
    html.match_indices("<img ").filter_map(|(at, begin)| {
        let mut from = at + begin.len();
        loop {
            let (name, rest) = html[from..].split_once("=\"")?;
            let begin = html.len() - rest.len();
            let end = begin + rest.find('"')?;
            match name.trim() {
                "src" => return Some(begin..end),
                name if name.contains(['<', '>']) => return None,
                _ => from = end + 1,
            }
        }
    })
}

pub(crate) fn is_remote(source: &str) -> bool {
    has_scheme(source, "http:") || has_scheme(source, "https:")
}

static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::new();
    rules
        .add_tags(["font", "u", "big", "label"])
        .rm_tags(["map", "area"])
        .clean_content_tags(HashSet::from([
            "script", "style", "title", "svg", "math", "template", "noscript", "iframe", "object",
        ]))
        .generic_attributes(HashSet::from([
            "lang", "title", "dir", "style", "align", "valign", "width", "height", "bgcolor",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt"])),
            ("font", HashSet::from(["color", "size", "face"])),
            ("table", HashSet::from(["border", "cellpadding", "cellspacing"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
            ("ol", HashSet::from(["start", "type"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .filter_style_properties(HashSet::from(STYLES))
        .attribute_filter(filter);
    rules
});

/// What text looks like and how boxes stand in each other; nothing that lays one over another.
const STYLES: [&str; 33] = [
    "color",
    "background-color",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "line-height",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "letter-spacing",
    "white-space",
    "vertical-align",
    "width",
    "height",
    "max-width",
    "min-width",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "margin",
    "margin-top",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "border",
    "border-left",
    "border-top",
    "border-collapse",
];

fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let kept = match (element, attribute) {
        ("img", "src") => is_picture(value),
        (_, "href") => ["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| has_scheme(value, scheme)),
        // Nothing is loaded by a style, whatever it is written with.
        (_, "style") => !value.to_ascii_lowercase().contains("url") && !value.contains('\\'),
        _ => true,
    };
    kept.then_some(Cow::Borrowed(value))
}

fn has_scheme(value: &str, scheme: &str) -> bool {
    value.trim_start().get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
}

/// Of `data:` only raster pictures: an SVG is a document.
fn is_picture(source: &str) -> bool {
    let raster = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    ["cid:", "http:", "https:"].iter().chain(&raster).any(|scheme| has_scheme(source, scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two that every link is given come in any order.
    fn clean(html: &str) -> String {
        let given = r#"target="_blank" rel="noopener noreferrer nofollow""#;
        sanitize(html).unwrap().html.replace(r#"rel="noopener noreferrer nofollow" target="_blank""#, given)
    }

    #[test]
    fn nothing_runs_loads_or_leaves_its_place() {
        for (given, kept) in [
            ("<p onclick=x()>a<script>alert(1)</script></p>", "<p>a</p>"),
            ("<style>p{color:red}</style><p>a", "<p>a</p>"),
            ("<svg><p>a</svg><math><mi>b</math>c", "<p>ac</p>"),
            ("<iframe src=https://x.test></iframe>a", "a"),
            (r#"<p style="color:red;position:fixed;background:url(https://x.test)">a"#, r#"<p>a</p>"#),
            (r#"<p style="color:red;position:fixed">a"#, r#"<p style="color:red">a</p>"#),
            (r#"<a href="javascript:x()">a</a>"#, r#"<a target="_blank" rel="noopener noreferrer nofollow">a</a>"#),
            (r#"<a href="data:text/html,x">a</a>"#, r#"<a target="_blank" rel="noopener noreferrer nofollow">a</a>"#),
            (r#"<img src="data:image/svg+xml,x"><img src="cid:a@b">"#, r#"<img><img src="cid:a@b">"#),
            (r#"<img src="/api/v1/session" srcset="https://x.test 2x">"#, "<img>"),
            ("<form action=/x><input name=a><button>b</button></form>", "b"),
            ("<!-- atum --><p id=login class=dialog>a", "<p>a</p>"),
        ] {
            assert_eq!(clean(given), kept, "{given}");
        }
    }

    #[test]
    fn pictures_of_other_hosts_are_told() {
        assert!(sanitize("<p><img alt='a>b' width=1 src=https://x.test/p.gif>").unwrap().remote);
        assert!(!sanitize("<img src=cid:a><a href=https://x.test>https://x.test</a>").unwrap().remote);
    }

    #[test]
    fn what_would_choke_a_browser_is_shown_as_text() {
        assert!(sanitize(&"<a href=https://x.test>a</a>".repeat(MOST_LINKS + 1)).is_none());
        assert!(sanitize(&" ".repeat(MOST_BYTES + 1)).is_none());
        assert!(sanitize(&"<div>".repeat(10_000)).is_none());
    }
}
