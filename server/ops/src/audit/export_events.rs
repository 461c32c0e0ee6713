use atum_audit::Event;
use atum_core::{App, Problem, Problems, Result, extract::Query};
use atum_identity::Admin;
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    event::{AuditEvent, events},
    filter::{Filter, Key, Row},
};

/// Rows read in one transaction. A slow reader holds none open between two pages.
const PAGE: i64 = 1_000;

const COLUMNS: [&str; 15] = [
    "at",
    "kind",
    "actor",
    "actor_id",
    "impersonator",
    "impersonator_id",
    "ip",
    "ticket_number",
    "subject",
    "subject_id",
    "message_id",
    "visibility",
    "changes",
    "detail",
    "id",
];

/// The same events as a table (RFC 4180, UTF-8), all of them, newest first. Changes and details are JSON. A cell that
/// begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a `'` before it, so that no spreadsheet calculates
/// what somebody wrote. The export is an event itself.
#[utoipa::path(get, path = "/api/v1/audit/events.csv", tag = "audit", params(Filter),
    responses((status = 200, content_type = "text/csv", body = String), Problems))]
pub(crate) async fn export_audit_events(
    State(app): State<App>,
    admin: Admin,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    record(&app, &admin, &filter).await?;
    let name = format!("attachment; filename=\"audit-{}.csv\"", app.clock.now().format("%Y-%m-%d"));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, name.as_str()),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(lines(app, admin, filter))).into_response())
}

async fn record(app: &App, admin: &Admin, filter: &Filter) -> Result<()> {
    let mut tx = app.db.write(admin).await?;
    let exported = Event::internal("audit_exported").detail(json!({ "filter": filter }));
    atum_audit::record(&mut tx, exported).await?;
    tx.commit().await
}

/// A page that cannot be read breaks the answer off: half an export must not look like a whole one.
fn lines(app: App, admin: Admin, filter: Filter) -> impl futures::Stream<Item = Result<Vec<u8>, Problem>> {
    async_stream::try_stream! {
        yield table([COLUMNS.map(str::to_owned)])?;
        let mut after = None;
        loop {
            let (events, last) = page(&app, &admin, &filter, after).await?;
            let Some(last) = last else { break };
            after = Some(last);
            yield table(events.iter().map(cells))?;
        }
    }
}

async fn page(app: &App, admin: &Admin, filter: &Filter, after: Option<Key>) -> Result<(Vec<AuditEvent>, Option<Key>)> {
    let mut tx = app.db.read(admin).await?;
    let rows = filter.rows(&mut tx, after, PAGE).await?;
    let last = rows.last().map(Row::key);
    Ok((events(&mut tx, rows).await?, last))
}

fn table(rows: impl IntoIterator<Item = [String; COLUMNS.len()]>) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    for row in rows {
        writer.write_record(row.map(harmless))?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}

fn cells(event: &AuditEvent) -> [String; COLUMNS.len()] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        event.at.to_rfc3339(),
        event.kind.clone(),
        text(event.actor.as_ref().map(|actor| actor.name.clone())),
        text(event.actor.as_ref().map(|actor| actor.id.to_string())),
        text(event.impersonator.as_ref().map(|admin| admin.name.clone())),
        text(event.impersonator.as_ref().map(|admin| admin.id.to_string())),
        text(event.ip.clone()),
        text(event.ticket_number.map(|number| number.to_string())),
        text(event.subject.as_ref().map(|subject| subject.name.clone())),
        text(event.subject_id.map(|id| id.to_string())),
        text(event.message_id.map(|id| id.to_string())),
        json!(event.visibility).as_str().unwrap_or_default().to_owned(),
        json!(event.changes).to_string(),
        event.detail.to_string(),
        event.id.to_string(),
    ]
}

/// What spreadsheets take for a formula (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(fuzzing)]
pub(crate) fn one_row(cells: [&str; 2]) -> Vec<u8> {
    let mut row = [const { String::new() }; COLUMNS.len()];
    for (place, cell) in row.iter_mut().zip(cells) {
        *place = cell.to_owned();
    }
    table([row]).expect("written to memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_one_cell() {
        for (written, cell) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("a=1", "a=1"),
            ("say \"=1\", now", "\"say \"\"=1\"\", now\""),
            ("two\nlines", "\"two\nlines\""),
            ("منى", "منى"),
        ] {
            let mut row = [const { String::new() }; COLUMNS.len()];
            row[0] = written.to_owned();
            let line = String::from_utf8(table([row]).unwrap()).unwrap();
            assert_eq!(line, format!("{cell}{}\r\n", ",".repeat(COLUMNS.len() - 1)), "{written:?}");
        }
    }
}
