mod download;
mod remove;
mod thumbnail;
mod upload;

use atum_core::ids::{MessageId, PersonId, TicketId};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Client, Organization, Test};

/// Uploads and gives the file's id.
pub async fn uploaded(client: &Client, name: &str, bytes: impl Into<axum::body::Body>) -> Value {
    client.upload(&format!("/api/v1/files?name={name}"), bytes).await.expect(201)
}

pub fn path(file: &Value) -> String {
    format!("/api/v1/files/{}", file["id"].as_str().expect("an id"))
}

/// A picture of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(vec![]);
    image::DynamicImage::new_rgb8(width, height).write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    png.into_inner()
}

/// A message of this visibility that carries the file, on a ticket of this requester. The ticket's own way is tested
/// elsewhere; here only who may see it counts.
pub async fn sent(
    test: &Test,
    organization: &Organization<'_>,
    requester: PersonId,
    visibility: &str,
    file: &Value,
) -> TicketId {
    let (ticket, message) = (TicketId::new(), MessageId::new());
    let mut connection = test.superuser().await;
    let number = "(select coalesce(max(number), 0) + 1 from desk.ticket)";
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "insert into desk.ticket (organization_id, id, number, subject, status, priority, requester_id, company_id,
                                  created_at, updated_at)
         select $1, $2, {number}, 'Broken', 'new', 'normal', p.id, p.company_id, now(), now()
           from desk.person p where p.id = $3"
    )))
    .bind(organization.id.0)
    .bind(ticket.0)
    .bind(requester.0)
    .execute(&mut connection)
    .await
    .expect("a ticket");
    sqlx::query(
        "insert into desk.message (organization_id, id, ticket_id, author_id, visibility, channel, body, created_at)
         values ($1, $2, $3, $4, $5, 'portal', 'see the file', now())",
    )
    .bind(organization.id.0)
    .bind(message.0)
    .bind(ticket.0)
    .bind(requester.0)
    .bind(visibility)
    .execute(&mut connection)
    .await
    .expect("a message");
    let id: Uuid = file["id"].as_str().expect("an id").parse().expect("a UUID");
    let done = sqlx::query("update desk.file set message_id = $1 where id = $2").bind(message.0).bind(id);
    assert_eq!(done.execute(&mut connection).await.expect("the file").rows_affected(), 1);
    ticket
}

/// Everything under the store's directory, sorted, with directories left out.
pub fn stored(test: &Test) -> Vec<String> {
    let root = test.app.config.data_dir.join("files");
    let (mut found, mut open) = (vec![], vec![root.clone()]);
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(&root).expect("below the root").display().to_string());
            }
        }
    }
    found.sort();
    found
}
