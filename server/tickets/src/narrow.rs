//! Which tickets a list shows: each parameter as a condition over `desk.ticket t` and its deadline `d`.

use atum_core::{Problem, Result, problem::Kind, words};
use atum_sla::Priority;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{list::TicketQuery, search, sight::Sight, status::Status};

pub(crate) fn narrow(
    sql: &mut QueryBuilder<Postgres>,
    query: &TicketQuery,
    sight: Sight,
    tonight: DateTime<Utc>,
) -> Result<()> {
    reach(sql, sight, query.scope.as_deref());
    if let Some(priorities) = query.priority.as_deref() {
        sql.push(" and t.priority = any(").push_bind(priorities_in(priorities)?).push(")");
    }
    match query.assignee.as_deref() {
        None => {}
        Some("none") => drop(sql.push(" and t.assignee_id is null")),
        Some("me") => drop(sql.push(" and t.assignee_id = ").push_bind(sight.person_id.0)),
        Some(id) => {
            let id: Uuid = id.parse().map_err(|_| unknown("assignee", id))?;
            sql.push(" and t.assignee_id = ").push_bind(id);
        }
    }
    if let Some(numbers) = query.number.as_deref() {
        sql.push(" and t.number = any(").push_bind(numbers_in(numbers)?).push(")");
    }
    if let Some(id) = query.requester {
        sql.push(" and t.requester_id = ").push_bind(id);
    }
    if let Some(id) = query.company {
        sql.push(" and t.company_id = ").push_bind(id);
    }
    narrow_by_sla(sql, query.sla.as_deref(), sight, tonight)?;
    narrow_by_words(sql, query.q.as_deref(), sight);
    Ok(())
}

/// What a customer reaches: their own, or with the scope the company's where they may see it.
fn reach(sql: &mut QueryBuilder<Postgres>, sight: Sight, scope: Option<&str>) {
    if sight.staff {
        return;
    }
    if sight.company && scope == Some("company") {
        sql.push(" and t.company_id = (select company_id from desk.person where id = ");
        sql.push_bind(sight.person_id.0).push(")");
    } else {
        sql.push(" and t.requester_id = ").push_bind(sight.person_id.0);
    }
}

/// Deadlines are staff's: a customer's question for them finds nothing.
fn narrow_by_sla(
    sql: &mut QueryBuilder<Postgres>,
    sla: Option<&str>,
    sight: Sight,
    tonight: DateTime<Utc>,
) -> Result<()> {
    match sla {
        None => return Ok(()),
        Some(state @ ("breached" | "warning")) => drop(sql.push(" and d.state = ").push_bind(state.to_owned())),
        Some("due_today") => {
            sql.push(" and d.state in ('running', 'warning') and d.due_at < ").push_bind(tonight);
        }
        Some(other) => return Err(unknown("sla", other)),
    }
    if !sight.staff {
        sql.push(" and false");
    }
    Ok(())
}

fn narrow_by_words(sql: &mut QueryBuilder<Postgres>, q: Option<&str>, sight: Sight) {
    let Some(q) = q.filter(|q| !q.trim().is_empty()) else { return };
    // Not "number or words": no index answers an or of two, and every ticket would be looked at.
    sql.push(" and t.id in (select numbered.id from desk.ticket numbered where numbered.number = ");
    sql.push_bind(search::number(q));
    if let Some(words) = words::beginnings(q) {
        sql.push(" union all select desk.search_ticket(").push_bind(words);
        sql.push(", ").push_bind(sight.staff).push(")");
    }
    sql.push(")");
}

pub(crate) fn statuses_in(text: &str) -> Result<Vec<String>> {
    let chosen = if text == "open" { Status::OPEN.to_vec() } else { words_in("status", text)? };
    Ok(once_each(&chosen))
}

pub(crate) fn priorities_in(text: &str) -> Result<Vec<String>> {
    Ok(once_each(&words_in::<Priority>("priority", text)?))
}

/// Each is read by itself: what is asked for twice is shown once.
fn once_each<T: serde::Serialize>(words: &[T]) -> Vec<String> {
    let mut texts = texts(words);
    texts.sort();
    texts.dedup();
    texts
}

fn numbers_in(text: &str) -> Result<Vec<i64>> {
    let numbers = text.split(',').map(|number| number.trim().parse());
    let numbers: Vec<i64> = numbers.collect::<Result<_, _>>().map_err(|_| unknown("number", text))?;
    if numbers.len() > 100 {
        return Err(Problem::new(Kind::Malformed).detail("number takes at most 100 numbers"));
    }
    Ok(numbers)
}

fn words_in<T: DeserializeOwned>(parameter: &str, text: &str) -> Result<Vec<T>> {
    let read = |word: &str| serde_json::from_value(word.trim().into()).map_err(|_| unknown(parameter, word));
    text.split(',').map(read).collect()
}

fn texts<T: serde::Serialize>(words: &[T]) -> Vec<String> {
    let text = |word: &T| serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned));
    words.iter().filter_map(text).collect()
}

pub(crate) fn unknown(parameter: &str, value: &str) -> Problem {
    Problem::new(Kind::Malformed).detail(format!("{parameter} cannot be {value:?}"))
}
