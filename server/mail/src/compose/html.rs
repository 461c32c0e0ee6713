//! HTML that is made of text: escaped, with its lines and addresses, and with the direction that its language has.

/// Which way a page reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Direction {
    pub fn of(locale: &str) -> Self {
        if locale == "ar" { Self::RightToLeft } else { Self::LeftToRight }
    }

    fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// Paragraphs of a text. Each finds its own direction, since a customer's Arabic may stand in an English mail.
pub fn from_text(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim_end).filter(|paragraph| !paragraph.trim().is_empty());
    let paragraphs = paragraphs.map(|paragraph| {
        let lines: Vec<String> = paragraph.trim_start_matches('\n').lines().map(with_links).collect();
        format!("<p dir=\"auto\" style=\"margin:0 0 1em;text-align:start\">{}</p>\n", lines.join("<br>\n"))
    });
    paragraphs.collect()
}

/// A whole page around what `from_text` made.
pub fn in_page(body: &str, locale: &str) -> String {
    let direction = Direction::of(locale);
    let (language, direction) = (escaped(locale), direction.name());
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\n\
         <body dir=\"{direction}\" style=\"margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1b1f27;background:#fff\">\n\
         <div style=\"max-width:640px\">\n{body}</div>\n</body>\n</html>\n"
    )
}

/// A picture that the mail carries.
pub fn picture(content_id: &str, name: &str) -> String {
    let (id, name) = (escaped(content_id), escaped(name));
    format!("<p><img src=\"cid:{id}\" alt=\"{name}\" style=\"max-width:100%\"></p>\n")
}

/// A text for programs, which quote it with the rest.
pub fn hidden(text: &str) -> String {
    format!("<span style=\"display:none;font-size:0\">{}</span>\n", escaped(text))
}

/// One line, with what begins with http made a link.
fn with_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| letter.is_whitespace() || "<>\"".contains(letter)).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ')', ']', ';', ':', '!', '?', '\'']);
        out.push_str(&escaped(before));
        let escaped = escaped(address);
        out.push_str(&format!("<a href=\"{escaped}\" style=\"color:#8a6a1f\" dir=\"ltr\">{escaped}</a>"));
        rest = &from[address.len()..];
    }
    out.push_str(&escaped(rest));
    out
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => out.push(letter),
        }
    }
    out
}
