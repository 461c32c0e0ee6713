//! Whether an answer is one that the API's description allows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{schema, wire::Response};

pub struct Contract {
    document: Value,
    /// By operation, status and media type.
    answers: BTreeMap<(String, String, String), Option<Value>>,
    kinds: Vec<String>,
}

impl Contract {
    pub fn new(document: Value) -> Self {
        let mut answers = BTreeMap::new();
        for operation in
            document["paths"].as_object().expect("paths").values().flat_map(|item| item.as_object()).flatten()
        {
            let Some(id) = operation.1["operationId"].as_str() else { continue };
            for (status, described) in operation.1["responses"].as_object().expect("responses") {
                let content = described["content"].as_object();
                if content.is_none() {
                    answers.insert((id.to_owned(), status.clone(), String::new()), None);
                }
                for (kind, body) in content.into_iter().flatten() {
                    let validator = kind.contains("json").then(|| body["schema"].clone());
                    answers.insert((id.to_owned(), status.clone(), kind.clone()), validator);
                }
            }
        }
        let kinds = atum_core::problem::Kind::ALL.map(|kind| format!("/problems/{}", kind.describe().0));
        Self { document, answers, kinds: kinds.into() }
    }

    pub fn document(&self) -> &Value {
        &self.document
    }

    /// What is wrong with the answer.
    pub fn faults(&self, operation: &str, answer: &Response) -> Vec<String> {
        // Refused before it was a request: the answer of the HTTP library, without a body.
        if [414, 431].contains(&answer.status) && answer.body.is_empty() {
            return vec![];
        }
        let status = answer.status.to_string();
        let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
        let mut faults = vec![];
        if answer.header("x-request-id").is_none() {
            faults.push("has no x-request-id".to_owned());
        }
        if answer.header("x-content-type-options") != Some("nosniff") {
            faults.push("may be sniffed".to_owned());
        }
        // Compressed because the request asked for it; what is inside is the same.
        if answer.header("content-encoding").is_some() {
            return faults;
        }
        match self.described(operation, &status, &kind) {
            Some(Some(schema)) => faults.extend(self.invalid(schema, answer)),
            Some(None) if kind.is_empty() && !answer.body.is_empty() => faults.push("has a body".to_owned()),
            // What one Range asked for is described by RFC 9110.
            Some(None) => {}
            None if answer.status == 206 && operation == "download_file" => {}
            None if answer.status >= 500 => faults.push("is our fault".to_owned()),
            None if answer.status < 400 => faults.push(format!("is not described: {kind:?}")),
            None if kind != "application/problem+json" => faults.push(format!("is {kind:?} and no problem")),
            None => faults.extend(self.problem_faults(answer)),
        }
        faults
    }

    fn invalid(&self, schema: &Value, answer: &Response) -> Vec<String> {
        let Ok(json) = serde_json::from_slice::<Value>(&answer.body) else { return vec!["is no JSON".into()] };
        let fault = schema::fault(&self.document, schema, &json, "#");
        fault.map(|fault| format!("is not as described: {fault}")).into_iter().collect()
    }

    /// The schema of a described answer, if it has one.
    fn described(&self, operation: &str, status: &str, kind: &str) -> Option<&Option<Value>> {
        let of = |kind: &str| self.answers.get(&(operation.to_owned(), status.to_owned(), kind.to_owned()));
        of(kind).or_else(|| of("*/*"))
    }

    fn problem_faults(&self, answer: &Response) -> Vec<String> {
        let mut faults = self.invalid(&json!({ "$ref": "#/components/schemas/Problem" }), answer);
        let Ok(problem) = serde_json::from_slice::<Value>(&answer.body) else { return faults };
        if problem["status"] != answer.status {
            faults.push("says another status".into());
        }
        if !self.kinds.iter().any(|kind| problem["type"] == **kind) {
            faults.push(format!("is of the unknown kind {}", problem["type"]));
        }
        let errors = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
        if problem["type"] == "/problems/validation" && errors.is_empty() {
            faults.push("names no field".into());
        }
        if problem["type"] == "/problems/malformed" && problem["detail"].is_null() {
            faults.push("does not say what cannot be read".into());
        }
        let pointers = errors.iter().map(|error| error["pointer"].as_str().unwrap_or_default());
        faults.extend(pointers.filter(|pointer| !is_pointer(pointer)).map(|pointer| format!("points to {pointer:?}")));
        faults
    }
}

/// RFC 6901 §6, as a fragment; `#/` would be the field whose name is empty.
fn is_pointer(pointer: &str) -> bool {
    pointer == "#" || pointer.starts_with("#/") && pointer.len() > 2 && !pointer.contains(['[', ']', '.'])
}
