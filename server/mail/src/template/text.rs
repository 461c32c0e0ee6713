//! `{{variable}}` in a text.

use std::collections::BTreeMap;

/// What stands where, by the variable's name.
pub type Values = BTreeMap<&'static str, String>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("has a {{{{ without its }}}}")]
    Open,
    #[error("names {{{{{0}}}}}, which this mail does not know")]
    Unknown(String),
    #[error("must name {{{{{0}}}}}")]
    Missing(&'static str),
}

enum Piece<'a> {
    Words(&'a str),
    Variable(&'a str),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Wrong> {
    let (mut pieces, mut rest) = (vec![], text);
    while let Some((words, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or(Wrong::Open)?;
        pieces.extend([Piece::Words(words), Piece::Variable(name.trim())]);
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    Ok(pieces)
}

/// The variables that a text names.
pub fn variables(text: &str) -> Result<Vec<&str>, Wrong> {
    let names = pieces(text)?.into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Words(_) => None,
    });
    Ok(names.collect())
}

/// The text with its values, which are never read for variables themselves. A line all of whose variables are without a
/// value goes; so do more than one empty line in a row.
pub fn filled(text: &str, values: &Values) -> Result<String, Wrong> {
    let mut lines: Vec<String> = vec![];
    for line in text.lines() {
        let (mut out, mut variables, mut values_given) = (String::new(), 0, 0);
        for piece in pieces(line)? {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Variable(name) => {
                    let value = values.get(name).ok_or_else(|| Wrong::Unknown(name.to_owned()))?.trim_end();
                    variables += 1;
                    values_given += usize::from(!value.is_empty());
                    out.push_str(value);
                }
            }
        }
        let says_nothing = variables > 0 && values_given == 0;
        let doubles_an_empty_line = out.is_empty() && lines.last().is_none_or(String::is_empty);
        if !says_nothing && !doubles_an_empty_line {
            lines.push(out);
        }
    }
    Ok(lines.join("\n").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_and_not_read_again() {
        let values =
            Values::from([("name", "{{reply}}".into()), ("reply", "a\n\nb\n".into()), ("signature", "".into())]);
        let text = "Hello {{ name }},\n\n{{reply}}\n\n{{signature}}\n\nBye";
        assert_eq!(filled(text, &values).unwrap(), "Hello {{reply}},\n\na\n\nb\n\nBye");
    }

    #[test]
    fn what_cannot_be_filled_says_why() {
        assert_eq!(filled("{{nam}}", &Values::new()), Err(Wrong::Unknown("nam".into())));
        assert_eq!(variables("{{nam"), Err(Wrong::Open));
        assert_eq!(Wrong::Unknown("nam".into()).to_string(), "names {{nam}}, which this mail does not know");
    }
}
