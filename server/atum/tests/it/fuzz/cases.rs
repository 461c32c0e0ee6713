//! Requests to one operation: a good one made from its description, then one or two places of it spoiled.

use serde_json::{Map, Value, json};

use super::{
    stage::Stage,
    wild::{self, Dice},
    wire::{Request, Response},
};
use crate::isolation::routes::{
    request::Operation,
    sample::{is_id, kind, resolved},
};

pub struct Case {
    pub request: Request,
    /// What was done to a good request.
    pub spoiled: Vec<String>,
    /// The field that a refusal for its content must name.
    pub at_fault: Option<String>,
}

impl Case {
    /// For whoever reads a finding.
    pub fn told(&self, answer: Option<&Response>) -> String {
        let Request { method, target, body, .. } = &self.request;
        let answered = answer.map_or(String::new(), |answer| {
            format!("{} {}", answer.status, short(&String::from_utf8_lossy(&answer.body)))
        });
        let (target, body) = (short(target), short(&String::from_utf8_lossy(body)));
        format!("{method} {target} ({})\n    {body}\n    {answered}", self.spoiled.join("; "))
    }
}

pub fn case(operation: &Operation<'_>, stage: &Stage, dice: &mut Dice) -> Case {
    let times = *dice.pick(&[0, 1, 1, 1, 1, 2]);
    spoiled(operation, stage, dice, times)
}

pub fn good(operation: &Operation<'_>, stage: &Stage, dice: &mut Dice) -> Case {
    spoiled(operation, stage, dice, 0)
}

fn spoiled(operation: &Operation<'_>, stage: &Stage, dice: &mut Dice, spoils: usize) -> Case {
    let mut making = Making { operation, stage, dice, spoiled: vec![], at_fault: None };
    let parts = parts(operation);
    let chosen: Vec<Part> = (0..spoils).map(|_| *making.dice.pick(&parts)).collect();
    let times = |part| chosen.iter().filter(|chosen| **chosen == part).count();
    let query = making.query(times(Part::Query));
    let mut target = making.path(times(Part::Path) > 0);
    if !query.is_empty() {
        target = format!("{target}?{query}");
    }
    let body = making.body(times(Part::Body));
    let mut request = Request { method: operation.method.to_string(), target, body, ..Request::default() };
    making.headers(&mut request, times(Part::Header));
    let at_fault = making.at_fault.filter(|_| making.spoiled.len() == 1);
    Case { request, spoiled: making.spoiled, at_fault }
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Path,
    Query,
    Body,
    Header,
}

/// What can be spoiled of a request, the richer parts more often.
fn parts(operation: &Operation<'_>) -> Vec<Part> {
    let body = if operation.schema().is_some() { 6 } else { 0 };
    let query = (operation.parameters("query").count() * 2).clamp(1, 6);
    let path = operation.parameters("path").count() * 2;
    let counted = [(Part::Body, body), (Part::Query, query), (Part::Path, path), (Part::Header, 3)];
    counted.into_iter().flat_map(|(part, times)| std::iter::repeat_n(part, times)).collect()
}

/// The places of an operation that can be spoiled, and one for its headers.
pub fn places(operation: &Operation<'_>) -> usize {
    let body = operation.schema().map(|schema| resolved(operation.document, schema));
    let fields = body.and_then(|schema| schema["properties"].as_object()).map_or(0, |fields| 2 + fields.len());
    1 + operation.parameters("query").count() + operation.parameters("path").count() + fields
}

struct Making<'a> {
    operation: &'a Operation<'a>,
    stage: &'a Stage,
    dice: &'a mut Dice,
    spoiled: Vec<String>,
    at_fault: Option<String>,
}

impl Making<'_> {
    fn path(&mut self, spoil: bool) -> String {
        let path = self.operation.own(&self.stage.filled).path;
        let path = self.stage.in_place(self.operation, &path, self.dice);
        let named: Vec<usize> = self
            .operation
            .path
            .split('/')
            .enumerate()
            .filter(|(_, part)| part.starts_with('{'))
            .map(|(n, _)| n)
            .collect();
        if !spoil || named.is_empty() {
            return path;
        }
        let nth = *self.dice.pick(&named);
        let text = wild::text(self.dice);
        self.spoiled.push(format!("path part {nth} is {text:?}"));
        let parts = path.split('/').enumerate();
        let parts: Vec<String> = parts.map(|(n, part)| if n == nth { percent(&text) } else { part.into() }).collect();
        parts.join("/")
    }

    fn query(&mut self, spoils: usize) -> String {
        let parameters: Vec<&Value> = self.operation.parameters("query").collect();
        let mut pairs = vec![];
        for parameter in &parameters {
            let name = parameter["name"].as_str().expect("a name");
            if parameter["required"] == true || self.dice.chance(30) {
                pairs.push(format!("{name}={}", percent(&self.stage.parameter(name, self.dice))));
            }
        }
        for _ in 0..spoils {
            let name = match parameters.is_empty() {
                true => "unknown",
                false => self.dice.pick(&parameters)["name"].as_str().expect("a name"),
            };
            let raw = ["%", "%zz", "%ff%fe", "%00", "a&a", "[]", "=", "+", "%F0%9F%98", ";"];
            let value =
                if self.dice.chance(25) { (*self.dice.pick(&raw)).into() } else { percent(&wild::text(self.dice)) };
            self.spoiled.push(format!("query {name}={}", short(&value)));
            // Beside the good value it is given twice.
            if self.dice.chance(80) {
                pairs.retain(|pair| !pair.starts_with(&format!("{name}=")));
            }
            pairs.push(format!("{name}={value}"));
        }
        pairs.join("&")
    }

    fn body(&mut self, spoils: usize) -> Vec<u8> {
        let Some(schema) = self.operation.schema() else {
            return if self.operation.id == "upload_file" { self.stage.upload(self.dice) } else { vec![] };
        };
        let mut body = self.sample(schema, "");
        let mut raw = None;
        for _ in 0..spoils {
            match self.dice.below(10) {
                0..=4 => self.spoil_value(&mut body),
                5 => self.spoil_kind(&mut body),
                6 => self.leave_out(&mut body),
                _ => raw = Some(self.spoil_text(&body)),
            }
        }
        raw.unwrap_or_else(|| body.to_string().into_bytes())
    }

    fn spoil_value(&mut self, body: &mut Value) {
        let pointers = pointers(body);
        let pointer = self.dice.pick(&pointers);
        let value = wild::json(self.dice);
        self.spoiled.push(format!("body {pointer:?} is {}", short(&value.to_string())));
        *body.pointer_mut(pointer).expect("it is there") = value;
    }

    /// An object where there is none: the refusal must name the place.
    fn spoil_kind(&mut self, body: &mut Value) {
        let pointers = pointers(body);
        let pointer = self.dice.pick(&pointers).clone();
        let place = body.pointer_mut(&pointer).expect("it is there");
        if !place.is_object() {
            *place = json!({ "not": "this" });
            self.spoiled.push(format!("body {pointer:?} is an object"));
            self.at_fault = Some(format!("#{pointer}"));
        }
    }

    fn leave_out(&mut self, body: &mut Value) {
        let schema = self.operation.schema().map(|schema| resolved(self.operation.document, schema));
        let required = schema.and_then(|schema| schema["required"].as_array()).map_or(&[][..], Vec::as_slice);
        if required.is_empty() {
            return;
        }
        let name = self.dice.pick(required).as_str().expect("a name");
        body.as_object_mut().map(|fields| fields.remove(name));
        self.spoiled.push(format!("body without {name}"));
        self.at_fault = Some(format!("#/{name}"));
    }

    fn spoil_text(&mut self, body: &Value) -> Vec<u8> {
        let text = body.to_string();
        let end = text.len();
        let (what, bytes): (&str, Vec<u8>) = match self.dice.below(12) {
            0 => ("is empty", vec![]),
            1 => ("is cut off", text.as_bytes()[..self.dice.below(end)].to_vec()),
            2 => (
                "has a byte that is no UTF-8",
                text.replacen('"', "\"\u{1}", 3)
                    .replace('\u{1}', "X")
                    .into_bytes()
                    .iter()
                    .map(|&byte| if byte == b'X' { 0xff } else { byte })
                    .collect(),
            ),
            3 => ("has a lone surrogate", text.replacen(":\"", ":\"\\ud800", 1).into_bytes()),
            4 => ("has a NUL written out", text.replacen(":\"", ":\"\\u0000", 1).into_bytes()),
            5 => ("is followed by more", [text.as_bytes(), b" {}"].concat()),
            6 => ("begins with a byte order mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            7 => ("is a thousand deep", "[".repeat(1_000).into_bytes()),
            8 => ("has a raw control character", text.replacen(":\"", ":\"\u{1}", 1).into_bytes()),
            9 => (
                "has every key twice",
                text.replacen('{', &format!("{{{},", text.trim_start_matches('{').trim_end_matches('}')), 1)
                    .into_bytes(),
            ),
            10 => ("is more than a mebibyte", [text.as_bytes(), " ".repeat(1 << 20).as_bytes()].concat()),
            _ => ("has a number too large", text.replacen(":\"", ":1e999,\"x\":\"", 1).into_bytes()),
        };
        self.spoiled.push(format!("body {what}"));
        bytes
    }

    fn headers(&mut self, request: &mut Request, spoils: usize) {
        request.header("host", "desk.test");
        request.header("sec-fetch-site", "same-origin");
        // Everybody is somebody else, so that nobody is taken for a flood.
        let network = self.dice.below(250);
        request.header("x-forwarded-for", format!("203.0.{network}.{}", self.dice.below(250)));
        if self.operation.schema().is_some() {
            request.header("content-type", "application/json");
        }
        if self.operation.parameters("header").any(|parameter| parameter["name"] == "If-Match") {
            request.header("if-match", format!("\"{}\"", 1 + self.dice.below(3)));
        }
        let names = [
            "if-match",
            "idempotency-key",
            "accept-language",
            "accept",
            "accept-encoding",
            "x-forwarded-for",
            "range",
            "if-range",
            "if-none-match",
            "last-event-id",
            "user-agent",
            "content-type",
            "content-encoding",
            "cookie",
            "origin",
            "referer",
            "sec-fetch-site",
            "host",
            "authorization",
            "x-http-method-override",
            "forwarded",
            "te",
        ];
        for _ in 0..spoils {
            let name = *self.dice.pick(&names);
            let value = wild::header(self.dice);
            self.spoiled.push(format!("header {name}: {}", short(&String::from_utf8_lossy(&value))));
            if name != "cookie" {
                request.headers.retain(|(present, _)| present != name);
            }
            request.header(name, value);
        }
    }

    /// A body of the right shape; what may be absent is there every other time.
    fn sample(&mut self, schema: &Value, name: &str) -> Value {
        if is_id(schema) {
            return self.dice.pick(&self.stage.filled.ids(name)).clone().into();
        }
        let schema = resolved(self.operation.document, schema);
        if let Some(known) = self.stage.known(name, self.dice) {
            return known;
        }
        if let Some(allowed) = schema["enum"].as_array() {
            return self.dice.pick(allowed).clone();
        }
        match kind(schema) {
            "object" => self.object(schema),
            "array" => (0..self.dice.below(3)).map(|_| self.sample(&schema["items"], name)).collect(),
            "integer" | "number" => json!(schema["minimum"].as_i64().unwrap_or(1)),
            "boolean" => json!(self.dice.chance(50)),
            _ => json!(self.stage.word(schema, name, self.dice)),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if required.iter().any(|required| required == name) || self.dice.chance(50) {
                object.insert(name.clone(), self.sample(property, name));
            }
        }
        object.into()
    }
}

/// Every place in a value, itself among them.
fn pointers(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(place, value)| (place.to_string(), value)).collect(),
        _ => vec![],
    };
    for (name, value) in inner {
        found.extend(pointers(value).into_iter().map(|rest| format!("/{name}{rest}")));
    }
    found
}

fn percent(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

pub fn short(text: &str) -> String {
    let begin: String = text.chars().take(120).collect();
    if begin.len() < text.len() { format!("{begin}… ({} bytes)", text.len()) } else { begin }
}
