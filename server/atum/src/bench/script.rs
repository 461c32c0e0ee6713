//! From what the server asked once to what pgbench asks again and again, of other tickets each time.

use std::fmt::Write;

use super::capture::Statement;

/// What a captured request was about: these values vary from one run of the script to the next.
pub struct Known {
    /// The ticket's number as it was asked for, and what pgbench puts in its place.
    pub number: Option<(String, &'static str)>,
    /// The ticket's id and those it refers to, with the names of their columns.
    pub ids: Vec<(String, &'static str)>,
    /// Ids that are the same in every run: the organization's, the agent's, the policy's.
    pub lasting: Vec<String>,
}

pub struct Script {
    pub text: String,
    /// pgbench's `-D name=value`.
    pub variables: Vec<(String, String)>,
}

/// `name` keeps the variables of several scripts apart.
pub fn write(name: &str, statements: &[Statement], known: &Known) -> Script {
    let mut writer = Writer { name, known, made: vec![], variables: vec![], learnt_ids: false, learnt_number: None };
    let mut text = String::from("\\set seq :seq + 1\n");
    if known.number.is_some() {
        text += "\\set i random(0, :picks - 1)\n\\set turn :client_id + :seq * :clients\n";
    }
    for statement in statements {
        text += &writer.statement(statement);
    }
    Script { text, variables: writer.variables }
}

struct Writer<'a> {
    name: &'a str,
    known: &'a Known,
    /// Ids that the request made anew.
    made: Vec<String>,
    variables: Vec<(String, String)>,
    learnt_ids: bool,
    /// The number that a new ticket got.
    learnt_number: Option<()>,
}

impl Writer<'_> {
    fn statement(&mut self, statement: &Statement) -> String {
        if statement.parameters.is_empty() && statement.sql.contains(';') {
            // Sent in one round trip, as the server sends them.
            let parts: String = statement.sql.split(';').map(|part| format!("{};\n", part.trim())).collect();
            return format!("\\startpipeline\n{parts}\\endpipeline\n");
        }
        let sql = without_types(&statement.sql);
        let learns_ids = !self.learnt_ids && is_find(&sql);
        let learns_number = sql.contains("returning last_number");
        let filled = self.fill(&sql, &statement.parameters);
        let ending = match (learns_ids, learns_number) {
            (true, _) => " \\gset t_\n",
            (_, true) => " \\gset n_\n",
            _ => ";\n",
        };
        self.learnt_ids |= learns_ids;
        if learns_number {
            self.learnt_number = Some(());
        }
        filled + ending
    }

    fn fill(&mut self, sql: &str, parameters: &[Option<String>]) -> String {
        let mut filled = String::new();
        let mut rest = sql;
        while let Some((before, after)) = rest.split_once('$') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let place: Option<usize> = after[..digits].parse().ok();
            filled += before;
            match place.and_then(|place| parameters.get(place - 1)) {
                Some(value) => filled += &self.expression(value.as_deref()),
                None => filled.push('$'),
            }
            rest = if place.is_some() { &after[digits..] } else { after };
        }
        filled + rest
    }

    fn expression(&mut self, value: Option<&str>) -> String {
        let Some(value) = value else { return "null".into() };
        if let Some(expression) = self.varying(value) {
            return expression;
        }
        if let Some(id) = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|id| is_id(id)) {
            return self.varying(id).map_or_else(|| self.constant(value), |id| format!("array[{id}]"));
        }
        let inside: Vec<String> = ids_in(value);
        let replaced = inside.into_iter().filter_map(|id| Some((self.varying(&id)?, id)));
        let replaced: Vec<_> = replaced.collect();
        let constant = self.constant(value);
        if replaced.is_empty() {
            return constant;
        }
        let text = replaced
            .iter()
            .fold(format!("{constant}::text"), |text, (with, id)| format!("replace({text}, '{id}', ({with})::text)"));
        format!("{text}::jsonb")
    }

    /// What takes the place of a value that is another one in each run.
    fn varying(&mut self, value: &str) -> Option<String> {
        if let Some((number, expression)) = &self.known.number
            && number == value
        {
            return Some((*expression).to_owned());
        }
        if let Some((_, column)) = self.known.ids.iter().find(|(id, _)| id == value) {
            return Some(format!("nullif(:t_{column}::text, '')::uuid"));
        }
        if self.learnt_number.is_some() && value.parse::<i64>().is_ok_and(|number| number > 100) {
            return Some(":n_last_number::bigint".into());
        }
        if !is_id(value) || self.known.lasting.iter().any(|lasting| lasting == value) {
            return None;
        }
        // An id that was made for this request: one of the same shape for each run.
        let nth = self.made.iter().position(|made| made == value).unwrap_or_else(|| {
            self.made.push(value.to_owned());
            self.made.len() - 1
        });
        Some(format!(
            "(:run::text || lpad(to_hex(:seq::bigint), 4, '0') || '-' || lpad(to_hex(:client_id::bigint), 4, '0') \
             || '-7000-8000-' || lpad(to_hex(:seq::bigint * 64 + {nth}), 12, '0'))::uuid"
        ))
    }

    fn constant(&mut self, value: &str) -> String {
        let known = self.variables.iter().find(|(_, known)| known == value).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| {
            let name = format!("{}{}", self.name, self.variables.len());
            self.variables.push((name.clone(), value.to_owned()));
            name
        });
        format!(":{name}")
    }
}

fn is_find(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    sql.starts_with("select")
        && sql.contains("requester_id")
        && sql.contains("from desk.ticket")
        && sql.contains("field_versions")
}

/// sqlx's names of columns carry types, `as "id: TicketId"`, which are no names of variables.
fn without_types(sql: &str) -> String {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::new();
    let mut rest = sql.as_str();
    while let Some((before, after)) = rest.split_once("as \"") {
        let (name, after) = after.split_once('"').unwrap_or((after, ""));
        let end = name.find([':', '!', '?']).unwrap_or(name.len());
        let _ = write!(plain, "{before}as \"{}\"", &name[..end]);
        rest = after;
    }
    plain + rest
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

fn ids_in(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = text.split('"').filter(|part| is_id(part)).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "0199aaaa-0000-7000-8000-000000000001";
    const NEW: &str = "0199aaaa-0000-7000-8000-0000000000ff";

    fn statement(sql: &str, parameters: &[&str]) -> Statement {
        Statement { sql: sql.into(), parameters: parameters.iter().map(|value| Some((*value).to_owned())).collect() }
    }

    #[test]
    fn a_script_asks_the_same_of_other_tickets() {
        let known = Known { number: Some(("42".into(), ":pick")), ids: vec![(TICKET.into(), "id")], lasting: vec![] };
        let statements = [
            statement("BEGIN; SELECT set_config('atum.organization_id', 'x', true)", &[]),
            statement(
                r#"select id as "id: TicketId", requester_id, field_versions from desk.ticket where number = $1"#,
                &["42"],
            ),
            statement("insert into desk.message (id, ticket_id, body) values ($1, $2, $3)", &[NEW, TICKET, "text"]),
            statement("COMMIT", &[]),
        ];
        let script = write("r", &statements, &known);
        assert!(
            script.text.contains(
                "\\startpipeline\nBEGIN;\nSELECT set_config('atum.organization_id', 'x', true);\n\\endpipeline"
            )
        );
        assert!(script.text.contains(
            r#"select id as "id", requester_id, field_versions from desk.ticket where number = :pick \gset t_"#
        ));
        assert!(script.text.contains("-7000-8000-"), "a new id each time: {}", script.text);
        assert!(script.text.contains("nullif(:t_id::text, '')::uuid, :r0)"), "{}", script.text);
        assert_eq!(script.variables, [("r0".to_owned(), "text".to_owned())]);
    }
}
