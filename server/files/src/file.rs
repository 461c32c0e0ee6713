use std::collections::{HashMap, HashSet};

use atum_core::{
    Problem, Result,
    caller::{Caller, Role},
    db::{ReadWrite, TenantTx},
    ids::{FileId, MessageId, PersonId, TicketId},
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

/// A file as the API tells of it. Whose it is and where its bytes lie stays inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct File {
    pub id: FileId,
    pub name: String,
    /// Decided by the content, never by the name.
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: String,
    /// The type is one of which thumbnails are made. A broken image still has none: its thumbnail is a 404.
    pub thumbnail: bool,
}

/// One row of desk.file, as far as the API may show it.
pub(crate) struct Row {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: String,
}

impl From<Row> for File {
    fn from(row: Row) -> Self {
        Self {
            thumbnail: has_thumbnail(&row.media_type),
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: row.sha256,
        }
    }
}

/// The raster types that are decoded here. SVG is a program, not a picture.
pub(crate) fn has_thumbnail(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// Hangs uploads on a message. Only the writer's own, and only those that no message carries yet: anything else is a
/// 422 on `#/file_ids`, which does not tell whether such a file exists.
pub async fn attach(tx: &mut TenantTx<ReadWrite>, message_id: MessageId, file_ids: &[FileId]) -> Result<()> {
    let wanted: HashSet<_> = file_ids.iter().map(|id| id.0).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let attached = sqlx::query!(
        "update desk.file set message_id = $1, place = array_position($2, id)
          where id = any($2) and uploaded_by = $3 and message_id is null",
        message_id.0,
        &file_ids.iter().map(|id| id.0).collect::<Vec<_>>(),
        tx.actor.map(|person_id| person_id.0),
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if attached != wanted.len() as u64 {
        return Err(Problem::field("file_ids", "unknown", "names a file that is not yours or is already sent"));
    }
    Ok(())
}

/// The files of each message, in the order the writer gave them. A message without files has no entry.
pub async fn of_messages(conn: &mut PgConnection, message_ids: &[MessageId]) -> Result<HashMap<MessageId, Vec<File>>> {
    let rows = sqlx::query!(
        r#"select message_id as "message_id!: MessageId", id as "id: FileId", name, media_type, size_bytes, sha256
             from desk.file where message_id = any($1) order by place, id"#,
        &message_ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    let mut files: HashMap<MessageId, Vec<File>> = HashMap::new();
    for row in rows {
        let file = Row {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: row.sha256,
        };
        files.entry(row.message_id).or_default().push(file.into());
    }
    Ok(files)
}

/// Upload and removal of the same content in one organization wait for each other until the end of the transaction.
/// Whoever takes it takes no second one, so there is no circle to wait in.
pub(crate) async fn lock_content(tx: &mut TenantTx<ReadWrite>, sha256: &str) -> Result<()> {
    let content = format!("{}/{sha256}", tx.organization_id);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", content).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn insert(tx: &mut TenantTx<ReadWrite>, uploaded_by: PersonId, row: &Row) -> Result<()> {
    sqlx::query!(
        "insert into desk.file (organization_id, id, name, media_type, size_bytes, sha256, uploaded_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.organization_id.0,
        row.id.0,
        row.name,
        row.media_type,
        row.size_bytes,
        row.sha256,
        uploaded_by.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A file and the ticket it came with, if it came with one.
pub(crate) struct Found {
    pub file: Row,
    pub ticket_id: Option<TicketId>,
}

/// The file, if the caller may see it; 404 otherwise. An upload that no message carries is its uploader's alone. A
/// sent one is seen by staff, and by customers where its message is public and the ticket theirs or, for a
/// `customer_admin`, their company's.
pub(crate) async fn find(conn: &mut PgConnection, caller: &Caller, id: FileId) -> Result<Found> {
    let row = sqlx::query!(
        r#"select f.name, f.media_type, f.size_bytes, f.sha256, m.ticket_id as "ticket_id?: TicketId"
             from desk.file f
             left join desk.message m on m.organization_id = f.organization_id and m.id = f.message_id
             left join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
            where f.id = $1
              and case when f.message_id is null then f.uploaded_by = $2
                       else $3 or (m.visibility = 'public' and (t.requester_id = $2 or ($4 and t.company_id =
                           (select p.company_id from desk.person p where p.id = $2)))) end"#,
        id.0,
        caller.person_id.0,
        caller.role.is_staff(),
        caller.role == Role::CustomerAdmin,
    )
    .fetch_one(conn)
    .await?;
    Ok(Found {
        file: Row { id, name: row.name, media_type: row.media_type, size_bytes: row.size_bytes, sha256: row.sha256 },
        ticket_id: row.ticket_id,
    })
}
