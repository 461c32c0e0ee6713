use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
    problem::Kind,
};
use atum_identity::Admin;
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    kind::{LOCALES, TemplateKind},
    list::MailTemplate,
    stored::{self, Template},
    text::{self, Wrong},
};

#[derive(Deserialize, ToSchema)]
#[schema(as = MailTemplateText)]
pub(crate) struct Text {
    pub subject: String,
    pub body: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct MailTemplateChange {
    subject: String,
    body: String,
    /// The one that was seen; null: the usual text.
    version: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct Address {
    kind: String,
    locale: String,
}

impl Address {
    /// A kind or language that there is not is as absent as any other address.
    pub fn read(&self) -> Result<(TemplateKind, &'static str)> {
        let kind = serde_json::from_value(json!(self.kind)).map_err(|_| Problem::not_found())?;
        let locale = LOCALES.into_iter().find(|locale| *locale == self.locale).ok_or_else(Problem::not_found)?;
        Ok((kind, locale))
    }
}

/// Refuses what could not be filled, naming the field and the variable.
pub(super) fn checked(kind: TemplateKind, locale: &str, given: Text) -> Result<Template> {
    let mut checks = Checks::new();
    checks.text("subject", &given.subject, 1..=300).text("body", &given.body, 1..=20_000);
    checks.require(!given.subject.contains(['\r', '\n']), "subject", "invalid", "must be one line");
    for (field, wrong) in [("subject", unknown(kind, &given.subject)), ("body", unknown(kind, &given.body))] {
        if let Err(wrong) = wrong {
            checks.require(false, field, "invalid", wrong.to_string());
        }
    }
    if let Ok(named) = text::variables(&given.body) {
        for required in kind.required().iter().filter(|required| !named.contains(required)) {
            checks.require(false, "body", "invalid", Wrong::Missing(required).to_string());
        }
    }
    checks.finish()?;
    let subject = given.subject.trim().to_owned();
    Ok(Template { kind, locale: locale.to_owned(), subject, body: given.body, version: None })
}

fn unknown(kind: TemplateKind, text: &str) -> Result<(), Wrong> {
    let known: Vec<&str> = kind.variables().iter().map(|(name, _)| *name).collect();
    let unknown = text::variables(text)?.into_iter().find(|name| !known.contains(name));
    unknown.map_or(Ok(()), |name| Err(Wrong::Unknown(name.to_owned())))
}

/// The organization's own text for a mail.
#[utoipa::path(put, path = "/api/v1/mail-templates/{kind}/{locale}", tag = "mail", request_body = MailTemplateChange,
    params(("kind" = TemplateKind, Path), ("locale" = String, Path)),
    responses((status = 200, body = MailTemplate), Problems))]
pub(crate) async fn update_mail_template(
    State(app): State<App>,
    admin: Admin,
    Path(address): Path<Address>,
    Json(change): Json<MailTemplateChange>,
) -> Result<Json<MailTemplate>> {
    let (kind, locale) = address.read()?;
    let new = checked(kind, locale, Text { subject: change.subject, body: change.body })?;
    let mut tx = app.db.write(&admin).await?;
    let old = stored::of(&mut tx, kind, locale).await?;
    let saved = sqlx::query_scalar!(
        "insert into desk.mail_template as t (organization_id, kind, locale, subject, body, updated_at, updated_by)
         select $1, $2, $3, $4, $5, $6, $7
          where $8::bigint is null or exists (select from desk.mail_template where kind = $2 and locale = $3)
         on conflict (organization_id, kind, locale) do update
            set subject = excluded.subject, body = excluded.body, version = t.version + 1,
                updated_at = excluded.updated_at, updated_by = excluded.updated_by
          where t.version = $8
         returning version",
        tx.organization_id.0,
        kind as _,
        locale,
        new.subject,
        new.body,
        tx.now,
        admin.person_id.0,
        change.version,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let version = saved.ok_or_else(|| Problem::new(Kind::Stale).detail("somebody else changed this text meanwhile"))?;
    let event = Event::internal("mail_template_updated")
        .change("subject", &old.subject, &new.subject)
        .change("body", &old.body, &new.body)
        .detail(json!({ "kind": kind, "locale": locale }));
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Json(Template { version: Some(version), ..new }.into()))
}

/// Back to the usual text.
#[utoipa::path(delete, path = "/api/v1/mail-templates/{kind}/{locale}", tag = "mail",
    params(("kind" = TemplateKind, Path), ("locale" = String, Path)), responses((status = 204), Problems))]
pub(crate) async fn delete_mail_template(
    State(app): State<App>,
    admin: Admin,
    Path(address): Path<Address>,
) -> Result<StatusCode> {
    let (kind, locale) = address.read()?;
    let mut tx = app.db.write(&admin).await?;
    let removed = sqlx::query!("delete from desk.mail_template where kind = $1 and locale = $2", kind as _, locale)
        .execute(&mut *tx)
        .await?;
    if removed.rows_affected() > 0 {
        let event = Event::internal("mail_template_reset").detail(json!({ "kind": kind, "locale": locale }));
        atum_audit::record(&mut tx, event).await?;
        tx.commit().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
