//! What an API token may be used for. A token does what its scopes allow and its person's role allows, both.

use std::collections::HashMap;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whoever may write something may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum Scope {
    #[serde(rename = "tickets:read")]
    TicketsRead,
    #[serde(rename = "tickets:write")]
    TicketsWrite,
    #[serde(rename = "people:read")]
    PeopleRead,
    #[serde(rename = "people:write")]
    PeopleWrite,
    #[serde(rename = "settings:read")]
    SettingsRead,
    #[serde(rename = "settings:write")]
    SettingsWrite,
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl Scope {
    pub const ALL: [Self; 7] = [
        Self::TicketsRead,
        Self::TicketsWrite,
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::SettingsRead,
        Self::SettingsWrite,
        Self::AuditRead,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::TicketsRead => "tickets:read",
            Self::TicketsWrite => "tickets:write",
            Self::PeopleRead => "people:read",
            Self::PeopleWrite => "people:write",
            Self::SettingsRead => "settings:read",
            Self::SettingsWrite => "settings:write",
            Self::AuditRead => "audit:read",
        }
    }

    /// As the table has it. What another version wrote and this one does not know allows nothing.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    pub(crate) fn covers(self, needed: Self) -> bool {
        let read = match self {
            Self::TicketsWrite => Some(Self::TicketsRead),
            Self::PeopleWrite => Some(Self::PeopleRead),
            Self::SettingsWrite => Some(Self::SettingsRead),
            Self::TicketsRead | Self::PeopleRead | Self::SettingsRead | Self::AuditRead => None,
        };
        self == needed || read == Some(needed)
    }
}

/// What an operation asks of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It asks nobody who they are: the token is not looked at.
    Nothing,
    /// Any good token.
    Token,
    Scope(Scope),
    /// No token does this.
    Session,
}

/// What each operation asks, by method and route.
#[derive(Debug, Default)]
pub struct Needs(HashMap<(Method, String), Need>);

impl Needs {
    pub fn declare(&mut self, method: Method, route: &str, need: Need) {
        self.0.insert((method, route.to_owned()), need);
    }

    /// `None`: no operation of the API.
    pub(crate) fn of(&self, method: &Method, route: &str) -> Option<Need> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(&(method.clone(), route.to_owned())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_everywhere() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
            assert_eq!(Scope::named(scope.name()), Some(scope));
        }
        assert_eq!(Scope::named("tickets"), None);
    }

    #[test]
    fn writing_covers_reading_the_same_and_nothing_else() {
        for scope in Scope::ALL {
            let covered: Vec<&str> =
                Scope::ALL.into_iter().filter(|needed| scope.covers(*needed)).map(Scope::name).collect();
            let expected = match scope.name().strip_suffix(":write") {
                Some(noun) => vec![format!("{noun}:read"), format!("{noun}:write")],
                None => vec![scope.name().to_owned()],
            };
            assert_eq!(covered, expected);
        }
    }
}
