//! What elements mean for the reader of a mail.

use scraper::node::Element;

use crate::line::Hint;

pub(super) fn is_hidden(element: &Element) -> bool {
    let hidden = ["script", "style", "template", "noscript", "object", "svg", "math"];
    hidden.contains(&element.name())
}

pub(super) fn is_block(name: &str) -> bool {
    let blocks = [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
        "caption",
        "title",
        "body",
    ];
    blocks.contains(&name)
}

/// How the common programs mark what they quote.
pub(super) fn hint_of(element: &Element) -> Option<Hint> {
    let class = |name: &str| element.classes().any(|class| class == name);
    let id = element.id().unwrap_or_default();
    let rest = [
        "divRplyFwdMsg",
        "appendonsend",
        "OLK_SRC_BODY_SECTION",
        "stopSpelling",
        "mail-editor-reference-message-container",
    ];
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
