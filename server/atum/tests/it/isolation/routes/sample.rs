//! Values that a schema allows.

use serde_json::{Map, Value, json};

use super::organization::Filled;

pub fn of(document: &Value, schema: &Value, name: &str, ours: &Filled) -> Value {
    if is_id(schema) {
        return ours.ids(name)[0].clone().into();
    }
    let schema = resolved(document, schema);
    if let Some(allowed) = schema["enum"].as_array() {
        return allowed[0].clone();
    }
    match kind(schema) {
        "object" => object(document, schema, ours),
        "array" => json!([]),
        "integer" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "number" => json!(1.0),
        "boolean" => json!(false),
        _ => string(schema, name),
    }
}

fn object(document: &Value, schema: &Value, ours: &Filled) -> Value {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let fields = required.iter().filter_map(Value::as_str);
    let value = |field: &str| of(document, &schema["properties"][field], field, ours);
    fields.map(|field| (field.to_owned(), value(field))).collect::<Map<_, _>>().into()
}

fn string(schema: &Value, name: &str) -> Value {
    match (name, schema["format"].as_str()) {
        (_, Some("date-time")) => json!("2026-11-20T10:00:00Z"),
        (_, Some("date")) => json!("2026-11-20"),
        ("email", _) => json!("somebody@acmetext.test"),
        ("time_zone", _) => json!("UTC"),
        _ => json!("acmetext made up"),
    }
}

/// The fields of a body that hold ids of rows, and whether they hold a list of them.
pub fn id_fields(document: &Value, schema: &Value) -> Vec<(String, bool)> {
    let schema = resolved(document, schema);
    let Some(properties) = schema["properties"].as_object() else { return vec![] };
    let mut fields = vec![];
    for (name, property) in properties {
        if is_id(property) {
            fields.push((name.clone(), false));
        } else if kind(property) == "array" && is_id(&property["items"]) {
            fields.push((name.clone(), true));
        }
    }
    fields
}

/// A reference to `TicketId` and the like, or a bare UUID; nullable or not.
pub fn is_id(schema: &Value) -> bool {
    let named = schema["$ref"].as_str().is_some_and(|name| name.ends_with("Id"));
    let among = ["oneOf", "anyOf", "allOf"].iter().filter_map(|of| schema[of].as_array()).flatten().any(is_id);
    named || schema["format"] == "uuid" || among
}

pub fn kind(schema: &Value) -> &str {
    let kind = &schema["type"];
    kind.as_str().or_else(|| kind[0].as_str()).unwrap_or("string")
}

pub fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().expect("a name");
        return resolved(document, &document["components"]["schemas"][name]);
    }
    let among = ["oneOf", "anyOf", "allOf"].iter().find_map(|of| schema[of].as_array());
    let first = among.and_then(|schemas| schemas.iter().find(|schema| schema["type"] != "null"));
    first.map_or(schema, |first| resolved(document, first))
}
