//! server/identity, through the router.

mod allow_list;
mod api_token;
mod cross_origin;
mod impersonation;
mod invitation;
mod machine_token;
mod operate;
mod passkey;
mod passkey_attack;
mod password_request;
mod people;
mod profile;
mod scope;
mod second_factor;
mod session;
mod single_sign_on;
mod throttle;

use atum_core::caller::Role;
use atum_identity::NewAccount;
use serde_json::json;

use crate::support::{Answer, Client, Test};

pub const PASSWORD: &str = "plum-kettle-orbit-19";

/// An account with [`PASSWORD`] in the organization of this slug.
pub async fn account(test: &Test, slug: &str, email: &str, role: Role) -> NewAccount {
    atum_identity::create_account(&test.app, slug, email, "Maria Lopez", role, Some(PASSWORD))
        .await
        .expect("an account")
}

pub async fn sign_in(browser: &Client, email: &str, password: &str) -> Answer {
    browser.post("/api/v1/session", json!({ "email": email, "password": password })).await
}

/// The value that an answer gives a cookie.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let given = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    given.filter_map(|text| text.strip_prefix(name)?.strip_prefix('=')).map(|rest| value(rest).to_owned()).next()
}

fn value(rest: &str) -> &str {
    rest.split(';').next().unwrap_or_default()
}

/// The browser after it took the answer's cookies in.
pub fn keep(browser: &Client, answer: &Answer) -> Client {
    let cookies = ["atum_session", "atum_device"].map(|name| {
        let value = cookie(answer, name).unwrap_or_else(|| panic!("{name} in {:?}", answer.headers));
        format!("{name}={value}")
    });
    browser.header("cookie", &cookies.join("; "))
}

/// Kinds of the identity plane's events, in order.
async fn events(test: &Test) -> Vec<String> {
    let events = sqlx::query_scalar("select kind from identity.event order by at, id");
    events.fetch_all(&mut test.superuser().await).await.expect("events")
}
