use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::PersonId,
};
use axum::extract::State;

use crate::{
    Admin,
    create_person::{InvitedPerson, admit},
    event::{self, Client, Event},
    invitation::{self, Maker},
    mail_access_link::{self, AccessPurpose},
    membership, person, single_sign_on,
};

/// A new link for somebody who has not come in yet or has lost the password, to whom it is also mailed; earlier links end. An account that other
/// organizations share, or an operator's, keeps its password: no admin of one may take it over. Then there is no link.
#[utoipa::path(post, path = "/api/v1/people/{id}/invitation", tag = "people",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = InvitedPerson), Problems))]
pub(crate) async fn create_invitation(
    State(app): State<App>,
    admin: Admin,
    client: Client,
    Path(id): Path<PersonId>,
) -> Result<Json<InvitedPerson>> {
    let mut tx = app.db.write(&admin).await?;
    let mut person = person::lock(&mut tx, id).await?;
    if !person.active {
        return Err(Problem::wrong_state("the person is not active"));
    }
    person.has_account = true;
    person::save(&mut tx, &person).await?;
    tx.commit().await?;

    let mut tx = app.db.identity().await?;
    // Whom a provider vouched for gets an account that manages itself.
    single_sign_on::release(&mut tx, admin.organization_id, id, app.clock.now()).await?;
    let member = membership::of_person(&mut tx, admin.organization_id, id).await?;
    let Some(member) = member.filter(|member| member.has_password && !member.pending) else {
        tx.commit().await?;
        let (_, link) = admit(&app, admin.organization_id, &person, &client).await?;
        mail_access_link::ask(&app, admin.organization_id, id, AccessPurpose::Invitation, &link).await?;
        return Ok(Json(InvitedPerson::new(person, Some(link))));
    };
    if !member.is_ours_alone {
        return Ok(Json(InvitedPerson::new(person, None)));
    }
    let link = invitation::issue(&mut tx, &app, member.account_id, admin.organization_id, Maker::Admin).await?;
    let created = Event::of("invitation_created", member.account_id, &client).organization(admin.organization_id);
    event::append(&mut tx, app.clock.now(), created).await?;
    tx.commit().await?;
    mail_access_link::ask(&app, admin.organization_id, id, AccessPurpose::PasswordReset, &link).await?;
    Ok(Json(InvitedPerson::new(person, Some(link))))
}
