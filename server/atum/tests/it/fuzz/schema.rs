//! JSON Schema (2020-12) as far as our own description uses it. A word that is not known here fails, so that nothing is
//! taken for checked that is not.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

/// The first place where the value is not what the schema says.
pub fn fault(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    // True takes everything, false nothing.
    if let Some(takes) = schema.as_bool() {
        return unlike(takes, at, "is more than is described");
    }
    schema.as_object().expect("a schema").iter().find_map(|(word, said)| match word.as_str() {
        "$ref" => {
            let name = said.as_str()?.rsplit('/').next()?;
            fault(document, &document["components"]["schemas"][name], value, at)
        }
        "allOf" => among(said).iter().find_map(|schema| fault(document, schema, value, at)),
        "oneOf" | "anyOf" => {
            let faults: Vec<_> = among(said).iter().map(|schema| fault(document, schema, value, at)).collect();
            faults.iter().all(Option::is_some).then(|| faults.into_iter().flatten().collect::<Vec<_>>().join(", or "))
        }
        "properties" => said.as_object()?.iter().find_map(|(name, schema)| {
            value.get(name).and_then(|value| fault(document, schema, value, &format!("{at}/{name}")))
        }),
        "prefixItems" => among(said)
            .iter()
            .zip(value.as_array()?)
            .enumerate()
            .find_map(|(place, (schema, value))| fault(document, schema, value, &format!("{at}/{place}"))),
        "items" => value
            .as_array()?
            .iter()
            .enumerate()
            .skip(schema["prefixItems"].as_array().map_or(0, Vec::len))
            .find_map(|(place, value)| fault(document, said, value, &format!("{at}/{place}"))),
        "additionalProperties" => None.or_else(|| unlike(said.is_boolean(), at, "no map is described so far")),
        _ => single(word, said, value, at),
    })
}

fn single(word: &str, said: &Value, value: &Value, at: &str) -> Option<String> {
    match word {
        "type" => {
            let fits = among(said).iter().any(|kind| is(value, kind.as_str().unwrap_or_default()));
            unlike(fits, at, &format!("{value} is no {said}"))
        }
        "required" => {
            let absent = among(said).iter().find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
            absent.filter(|_| value.is_object()).map(|name| format!("{at} has no {name}"))
        }
        "enum" => unlike(among(said).contains(value), at, &format!("{value} is none of {said}")),
        "format" => unlike(has_format(value, said.as_str()?), at, &format!("{value} is no {said}")),
        "minimum" => unlike(value.as_f64().is_none_or(|number| Some(number) >= said.as_f64()), at, "is too small"),
        "maximum" => unlike(value.as_f64().is_none_or(|number| Some(number) <= said.as_f64()), at, "is too large"),
        "minLength" => unlike(characters(value) >= said.as_u64(), at, "is too short"),
        "maxLength" => unlike(value.as_str().is_none() || characters(value) <= said.as_u64(), at, "is too long"),
        "description" | "example" | "examples" | "default" | "title" | "deprecated" => None,
        _ => Some(format!("{at}: say in fuzz/schema.rs what {word} means")),
    }
}

fn among(said: &Value) -> &[Value] {
    said.as_array().map_or(std::slice::from_ref(said), Vec::as_slice)
}

fn unlike(fits: bool, at: &str, words: &str) -> Option<String> {
    (!fits).then(|| format!("{at} {words}"))
}

fn characters(value: &Value) -> Option<u64> {
    value.as_str().map_or(Some(u64::MAX), |text| text.chars().count().try_into().ok())
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn has_format(value: &Value, format: &str) -> bool {
    match (value, format) {
        (Value::String(text), "uuid") => text.parse::<uuid::Uuid>().is_ok(),
        (Value::String(text), "date-time") => DateTime::parse_from_rfc3339(text).is_ok(),
        (Value::String(text), "date") => text.parse::<NaiveDate>().is_ok(),
        (Value::Number(number), "int32") => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        (Value::Number(number), "int64") => number.is_i64(),
        (Value::Number(_), "double" | "float") => true,
        // Of another kind: `type` says so where that is wrong.
        (Value::Null, _) => true,
        _ => false,
    }
}
