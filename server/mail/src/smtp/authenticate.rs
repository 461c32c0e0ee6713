use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{extensions::Extensions, line::Line, outcome::Failure, reply::Reply};

/// How one signs in to a server.
#[derive(Clone)]
pub enum Credentials {
    Password {
        username: String,
        password: String,
    },
    /// XOAUTH2, with a token that is valid now.
    Token {
        username: String,
        token: String,
    },
}

/// It never shows in a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

const REFUSED: &str = "Signing in";

pub(super) async fn sign_in(
    line: &mut Line,
    offered: &Extensions,
    credentials: &Credentials,
    within: Duration,
) -> Result<(), Failure> {
    let reply = match credentials {
        Credentials::Token { username, token } if offered.signs_in_by("XOAUTH2") => {
            xoauth2(line, username, token, within).await?
        }
        Credentials::Password { username, password } if offered.signs_in_by("PLAIN") => {
            let secret = STANDARD.encode(format!("\0{username}\0{password}"));
            line.ask(&format!("AUTH PLAIN {secret}"), within).await?
        }
        Credentials::Password { username, password } if offered.signs_in_by("LOGIN") => {
            login(line, username, password, within).await?
        }
        _ => return Err(Failure::plain(none_in_common(offered, credentials))),
    };
    if reply.code == 235 { Ok(()) } else { Err(Failure::said(REFUSED, reply)) }
}

async fn login(line: &mut Line, username: &str, password: &str, within: Duration) -> Result<Reply, Failure> {
    let mut reply = line.ask("AUTH LOGIN", within).await?;
    for secret in [username, password] {
        if reply.code != 334 {
            return Ok(reply);
        }
        reply = line.ask(&STANDARD.encode(secret), within).await?;
    }
    Ok(reply)
}

/// A refusal comes as a challenge whose empty answer brings the error: Google's and Microsoft's description of XOAUTH2.
async fn xoauth2(line: &mut Line, username: &str, token: &str, within: Duration) -> Result<Reply, Failure> {
    let secret = STANDARD.encode(format!("user={username}\x01auth=Bearer {token}\x01\x01"));
    let reply = line.ask(&format!("AUTH XOAUTH2 {secret}"), within).await?;
    if reply.code == 334 { line.ask("", within).await } else { Ok(reply) }
}

fn none_in_common(offered: &Extensions, credentials: &Credentials) -> String {
    let wanted = match credentials {
        Credentials::Password { .. } => "a password (PLAIN or LOGIN)",
        Credentials::Token { .. } => "a token (XOAUTH2)",
    };
    match offered.mechanisms.as_slice() {
        [] => format!("{REFUSED}: the server offers no sign-in on this connection, {wanted} is set up"),
        some => format!("{REFUSED}: the server offers {} only, {wanted} is set up", some.join(", ")),
    }
}
