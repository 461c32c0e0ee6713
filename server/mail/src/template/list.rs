use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Admin;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    kind::{LOCALES, TemplateKind},
    stored::{self, Template},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct MailTemplate {
    kind: TemplateKind,
    #[schema(example = "en")]
    locale: String,
    subject: String,
    /// Plain text with `{{variables}}`.
    body: String,
    /// Whether the organization wrote it.
    customized: bool,
    /// For `PUT`; null where it is the usual one.
    version: Option<i64>,
    variables: Vec<Variable>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailVariable)]
pub(crate) struct Variable {
    name: &'static str,
    example: &'static str,
    /// The body must name it.
    required: bool,
}

impl From<Template> for MailTemplate {
    fn from(template: Template) -> Self {
        let kind = template.kind;
        let variable = |&(name, example): &(&'static str, &'static str)| Variable {
            name,
            example,
            required: kind.required().contains(&name),
        };
        Self {
            kind,
            locale: template.locale,
            subject: template.subject,
            body: template.body,
            customized: template.version.is_some(),
            version: template.version,
            variables: kind.variables().iter().map(variable).collect(),
        }
    }
}

/// The text of every mail, in every language.
#[utoipa::path(get, path = "/api/v1/mail-templates", tag = "mail",
    responses((status = 200, body = Vec<MailTemplate>), Problems))]
pub(crate) async fn list_mail_templates(State(app): State<App>, admin: Admin) -> Result<Json<Vec<MailTemplate>>> {
    let mut tx = app.db.read(&admin).await?;
    let mut templates = vec![];
    for kind in TemplateKind::ALL {
        for locale in LOCALES {
            templates.push(stored::of(&mut tx, kind, locale).await?.into());
        }
    }
    Ok(Json(templates))
}
