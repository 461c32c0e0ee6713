use atum_core::Result;
use sqlx::PgConnection;

use super::{
    defaults,
    kind::TemplateKind,
    text::{self, Values, Wrong},
};
use crate::compose;

/// The text of one kind of mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub kind: TemplateKind,
    pub locale: String,
    pub subject: String,
    pub body: String,
    /// None: the usual one.
    pub version: Option<i64>,
}

/// A template with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub subject: String,
    pub text: String,
}

impl Filled {
    pub fn html(&self, locale: &str) -> String {
        compose::in_page(&compose::from_text(&self.text), locale)
    }
}

impl Template {
    pub fn filled(&self, values: &Values) -> Result<Filled, Wrong> {
        let subject = text::filled(&self.subject, values)?;
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Filled { subject, text: text::filled(&self.body, values)? })
    }

    /// With the organization's own text, or with the usual one where that does not fit any more: a mail that somebody
    /// waits for must not fail for a word.
    pub fn filled_or_usual(&self, values: &Values) -> anyhow::Result<Filled> {
        self.filled(values).or_else(|wrong| {
            tracing::warn!(kind = ?self.kind, locale = self.locale, "the template cannot be filled: it {wrong}");
            Ok(usual(self.kind, &self.locale).filled(values)?)
        })
    }
}

pub(super) fn usual(kind: TemplateKind, locale: &str) -> Template {
    let (subject, body) = defaults::usual(kind, locale);
    Template { kind, locale: locale.to_owned(), subject: subject.to_owned(), body: body.to_owned(), version: None }
}

/// The organization's own, or the usual one.
pub async fn of(conn: &mut PgConnection, kind: TemplateKind, locale: &str) -> Result<Template> {
    let own = sqlx::query!(
        "select subject, body, version from desk.mail_template where kind = $1 and locale = $2",
        kind as _,
        locale,
    )
    .fetch_optional(conn)
    .await?;
    Ok(own.map_or_else(
        || usual(kind, locale),
        |own| Template {
            kind,
            locale: locale.to_owned(),
            subject: own.subject,
            body: own.body,
            version: Some(own.version),
        },
    ))
}
