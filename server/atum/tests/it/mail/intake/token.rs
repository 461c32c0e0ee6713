//! XOAUTH2: a token that ends in the middle, and a refresh token that the provider replaces.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use atum_core::{
    App,
    caller::{Reason, System},
    config::Config,
};
use atum_mail::channel::{Secret, secret};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{Fetching, add, assert_whole, mail, pace, settings, state, until, until_told, user};
use crate::support::{
    Test,
    dovecot::{admit_token, dovecot, withdraw_token},
    proxy::{Line, Proxy},
};

/// Gives token after token, each for the refresh token that it gave last.
struct Provider {
    port: u16,
    given: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(user: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let provider = Self { port: listener.local_addr().unwrap().port(), given: Arc::default() };
        let given = provider.given.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut buffer = vec![0; 16 * 1024];
                let mut request = String::new();
                while !request.contains("refresh_token=") || request.ends_with("refresh_token=") {
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    if read == 0 {
                        break;
                    }
                    request.push_str(&String::from_utf8_lossy(&buffer[..read]));
                }
                let number = given.load(Ordering::SeqCst);
                let (status, body) = if request.contains(&format!("refresh_token=refresh-{number}&"))
                    || request.contains(&format!("refresh_token=refresh-{number}\n"))
                    || request.ends_with(&format!("refresh_token=refresh-{number}"))
                {
                    given.store(number + 1, Ordering::SeqCst);
                    let token = token(&user, number + 1);
                    admit_token(&token, &user);
                    let refresh = format!("refresh-{}", number + 1);
                    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refresh });
                    ("200 OK", body)
                } else {
                    ("400 Bad Request", json!({ "error": "invalid_grant" }))
                };
                let body = body.to_string();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
        });
        provider
    }

    fn given(&self) -> usize {
        self.given.load(Ordering::SeqCst)
    }
}

fn token(user: &str, number: usize) -> String {
    format!("token-{user}-{number}")
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_replaced_and_so_is_the_refresh_token() {
    let (test, user) = (Test::new().await, user("token"));
    let acme = test.organization("acme").await;
    let admin_of_acme = acme.person("Ada", atum_core::caller::Role::Admin).await;
    let provider = Provider::start(user.clone()).await;
    // Addresses that give tokens are on this machine only where all of it is.
    let config = Config { public_url: "http://localhost".into(), ..(*test.app.config).clone() };
    let app = App { config: Arc::new(config), ..test.app.clone() };
    let proxy = Proxy::before(dovecot().port, Line::Open).await;
    let mut settings = settings(&user, proxy.port);
    settings["imap"]["authentication"] = json!("xoauth2");
    settings["imap"].as_object_mut().unwrap().remove("password");
    settings["oauth"] = json!({ "token_url": format!("http://127.0.0.1:{}/token", provider.port), "client_id": "desk",
                                "scope": "mail", "client_secret": "hush", "refresh_token": "refresh-0" });
    let channel = add(&admin_of_acme, settings.clone()).await;
    let mut colleague = dovecot().sign_in(&user);
    colleague.append("INBOX", &mail("1"));
    let fetching = Fetching::begin(&app, pace());
    until_told(&test, 1).await;
    assert_eq!(provider.given(), 1, "one token is enough");

    // It ends before its time, and the server ends the connection.
    withdraw_token(&token(&user, 1));
    colleague.append("INBOX", &mail("2"));
    proxy.cut();
    until_told(&test, 2).await;
    assert_eq!(provider.given(), 2);

    // It has expired by the clock: nobody tries it.
    test.at("2026-11-20T11:00:00Z");
    colleague.append("INBOX", &mail("3"));
    proxy.cut();
    until_told(&test, 3).await;
    assert_eq!(provider.given(), 3);
    let id = channel["id"].as_str().unwrap().parse().unwrap();
    let mut tx = app.db.read(&System { organization_id: acme.id, reason: Reason::Job }).await.unwrap();
    let kept = secret(&app, &mut tx, id, Secret::OauthRefreshToken).await.unwrap();
    assert_eq!(kept.as_deref(), Some("refresh-3"), "the newest one is kept");
    drop(tx);

    // A refresh token that the provider does not know any more: only a person can mend it.
    fetching.end().await;
    settings["oauth"]["refresh_token"] = json!("another");
    let at = format!("/api/v1/mail-channels/{}", channel["id"].as_str().unwrap());
    admin_of_acme.if_match(1).put(&at, settings).await.expect(200);
    let fetching = Fetching::begin(&app, pace());
    until("it stops", async || state(&admin_of_acme, &channel).await["name"] == "stopped").await;
    let told = state(&admin_of_acme, &channel).await;
    assert!(told["detail"].as_str().unwrap().contains("invalid_grant"), "{told}");
    fetching.end().await;
    assert_whole(&test, 3).await;
}
