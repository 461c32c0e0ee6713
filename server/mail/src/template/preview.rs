use atum_core::{
    Problems, Result,
    extract::{Json, Path},
};
use atum_identity::Admin;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    save::{Address, Text, checked},
    text::Values,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct MailPreview {
    subject: String,
    text: String,
    /// A whole page.
    html: String,
}

/// What a template would look like, with the variables' examples. Nothing is saved.
#[utoipa::path(post, path = "/api/v1/mail-templates/{kind}/{locale}/preview", tag = "mail", request_body = Text,
    params(("kind" = super::TemplateKind, Path), ("locale" = String, Path)),
    responses((status = 200, body = MailPreview), Problems))]
pub(crate) async fn preview_mail_template(
    _admin: Admin,
    Path(address): Path<Address>,
    Json(text): Json<Text>,
) -> Result<Json<MailPreview>> {
    let (kind, locale) = address.read()?;
    let template = checked(kind, locale, text)?;
    let examples: Values = kind.variables().iter().map(|(name, example)| (*name, (*example).to_owned())).collect();
    let filled = template.filled(&examples).map_err(anyhow::Error::from)?;
    let html = filled.html(locale);
    Ok(Json(MailPreview { subject: filled.subject, text: filled.text, html }))
}
