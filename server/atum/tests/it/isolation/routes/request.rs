use axum::http::Method;
use serde_json::Value;

use super::{organization::Filled, sample};

pub struct Operation<'a> {
    pub id: String,
    pub method: Method,
    pub path: String,
    described: &'a Value,
    pub document: &'a Value,
}

pub struct Request {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    /// Where the foreign id is.
    pub what: String,
    /// A question that finds nothing, rather than one that is refused.
    pub is_filter: bool,
}

pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(described) = item.get(method) else { continue };
            let id = described["operationId"].as_str().expect("an operation has a name").to_owned();
            let method = method.to_uppercase().parse().expect("a method");
            operations.push(Operation { id, method, path: path.clone(), described, document });
        }
    }
    operations
}

impl Operation<'_> {
    pub fn is_stream(&self) -> bool {
        self.described["responses"]["200"]["content"].get("text/event-stream").is_some()
    }

    /// With nothing foreign in it.
    pub fn own(&self, ours: &Filled) -> Request {
        self.request(self.path_of(ours, 0), self.body(ours), "with its own".into())
    }

    /// One request for each place that an id can be in: path, query, body.
    pub fn with_ids_of(&self, ours: &Filled, theirs: &Filled) -> Vec<Request> {
        let mut requests = vec![];
        for nth in 0..if self.names_a_row() { 2 } else { 0 } {
            requests.push(self.request(self.path_of(theirs, nth), self.body(ours), format!("path, row {nth}")));
        }
        for parameter in self.parameters("query") {
            for value in filters(parameter, theirs) {
                let name = parameter["name"].as_str().expect("a name");
                let path = format!("{}?{name}={value}", self.path_of(ours, 0));
                let request = self.request(path, self.body(ours), format!("query {name}"));
                requests.push(Request { is_filter: true, ..request });
            }
        }
        for (place, body) in self.body(ours).map_or(vec![], |body| self.bodies(body, theirs)) {
            requests.push(self.request(self.path_of(ours, 0), Some(body), format!("body {place}")));
        }
        requests
    }

    fn request(&self, path: String, body: Option<Value>, what: String) -> Request {
        Request { method: self.method.clone(), path, body, what, is_filter: false }
    }

    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let all = self.described["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().filter(move |parameter| parameter["in"] == place)
    }

    fn names_a_row(&self) -> bool {
        self.path.contains("{ticket}") || self.path.contains("{id}")
    }

    /// The path with the ids of this organization's rows in it.
    fn path_of(&self, filled: &Filled, nth: usize) -> String {
        let mut before = "";
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            match part {
                "{ticket}" | "{id}" => {
                    let ids = filled.ids(before);
                    path.push_str(&ids[nth.min(ids.len() - 1)]);
                }
                // Everybody may name an organization: its page to sign in at is public.
                "{organization}" => path.push_str(filled.mark()),
                "{kind}" if before == "mail-templates" => path.push_str("ticket_received"),
                "{kind}" => path.push_str("note"),
                "{locale}" => path.push_str("en"),
                // Whoever holds an invitation's token is invited: it is no id.
                "{token}" => path.push_str("0123456789abcdef"),
                _ if part.starts_with('{') => {
                    panic!("{}: say in isolation/routes/request.rs what {part} is", self.path)
                }
                _ => path.push_str(part),
            }
            before = part;
        }
        path
    }

    pub fn schema(&self) -> Option<&Value> {
        Some(&self.described.get("requestBody")?["content"].get("application/json")?["schema"])
    }

    /// A body of the right shape.
    fn body(&self, ours: &Filled) -> Option<Value> {
        match self.schema() {
            Some(schema) => Some(sample::of(self.document, schema, "", ours)),
            None if self.method == Method::GET || self.method == Method::DELETE => None,
            None => Some(Value::Object(Default::default())),
        }
    }

    /// That body, with a foreign id in one place of it, for each such place.
    fn bodies(&self, body: Value, theirs: &Filled) -> Vec<(String, Value)> {
        let Some(schema) = self.schema() else { return vec![] };
        let mut bodies = vec![];
        for (name, is_list) in sample::id_fields(self.document, schema) {
            for id in theirs.ids(&name) {
                let mut body = body.clone();
                body[&name] = if is_list { vec![id].into() } else { id.into() };
                bodies.push((name.clone(), body));
            }
        }
        bodies
    }
}

/// What a query parameter can be given of another organization's: its ids, its words.
fn filters(parameter: &Value, theirs: &Filled) -> Vec<String> {
    let name = parameter["name"].as_str().expect("a name");
    match name {
        "q" => vec![theirs.mark().to_owned()],
        "assignee" => theirs.ids(name),
        _ if sample::is_id(&parameter["schema"]) => theirs.ids(name),
        _ => vec![],
    }
}
