//! A small OpenID provider on this machine's loopback, which signs its own tokens and lies where a test wants it to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use atum_core::clock::Clock;
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::Listener as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::{CertifiedKey, KeyPair};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::tls::Tls;

pub const CLIENT: &str = "atum desk";
pub const SECRET: &str = "s3cret:with/strange+signs";

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    clock: Clock,
    state: Arc<Mutex<Inside>>,
}

/// How a token is made.
#[derive(Clone, Default)]
pub struct Forgery {
    pub header: Value,
    /// Written over the claims that are right; null takes one away.
    pub claims: Value,
    /// The whole signature, in place of a right one.
    pub signature: Option<Vec<u8>>,
}

#[derive(Default)]
struct Inside {
    /// What is written over the discovery document.
    about: Value,
    /// The key that signs, by its number; the keys that are published.
    signs: u8,
    published: Vec<u8>,
    forgery: Forgery,
    codes: HashMap<String, Asked>,
    tokens: HashMap<String, Value>,
    /// More for userinfo than for the token.
    userinfo: Value,
    padding: usize,
}

struct Asked {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    claims: Value,
}

impl Provider {
    pub async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self::at(issuer, clock);
        let router = provider.router();
        tokio::spawn(async { axum::serve(listener, router).await });
        provider
    }

    /// Behind TLS, with this certificate.
    pub async fn start_behind(certificate: CertifiedKey<KeyPair>, clock: Clock) -> Self {
        let listener = Tls::bind(certificate).await;
        let provider = Self::at(format!("https://{}", listener.local_addr().unwrap()), clock);
        let router = provider.router();
        tokio::spawn(async { axum::serve(listener, router).await });
        provider
    }

    fn at(issuer: String, clock: Clock) -> Self {
        let inside = Inside { signs: 1, published: vec![1], ..Inside::default() };
        Self { issuer, clock, state: Arc::new(Mutex::new(inside)) }
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/moved", get(async || (StatusCode::FOUND, [("location", "http://127.0.0.1:1/")])))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(self.clone())
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.state.lock().unwrap()
    }

    pub fn says_of_itself(&self, about: Value) {
        self.inside().about = about;
    }

    pub fn signs_with(&self, key: u8, published: &[u8]) {
        let mut inside = self.inside();
        (inside.signs, inside.published) = (key, published.to_vec());
    }

    pub fn forges(&self, forgery: Forgery) {
        self.inside().forgery = forgery;
    }

    pub fn tells_more(&self, userinfo: Value) {
        self.inside().userinfo = userinfo;
    }

    pub fn pads_its_documents(&self, bytes: usize) {
        self.inside().padding = bytes;
    }

    /// Somebody with these claims signed in at this address of the provider. Gives the code.
    pub fn let_in(&self, address: &Url, claims: Value) -> String {
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let code = hex::encode(rand::random::<[u8; 8]>());
        let asked = Asked {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
            claims,
        };
        self.inside().codes.insert(code.clone(), asked);
        code
    }

    fn pair(key: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap()
    }

    fn id_token(&self, asked: &Asked, inside: &Inside) -> String {
        let now = self.clock.now().timestamp();
        let mut claims =
            json!({ "iss": self.issuer, "aud": CLIENT, "nonce": asked.nonce, "iat": now, "exp": now + 300 });
        write_over(&mut claims, &asked.claims);
        write_over(&mut claims, &inside.forgery.claims);
        let mut header = json!({ "alg": "EdDSA", "kid": inside.signs.to_string() });
        write_over(&mut header, &inside.forgery.header);
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let right = Self::pair(inside.signs).sign(signed.as_bytes()).as_ref().to_vec();
        format!("{signed}.{}", encoded(inside.forgery.signature.clone().unwrap_or(right)))
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn write_over(value: &mut Value, over: &Value) {
    for (name, new) in over.as_object().into_iter().flatten() {
        value[name] = new.clone();
    }
    value.as_object_mut().unwrap().retain(|_, value| !value.is_null());
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    let inside = provider.inside();
    let mut document = json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("/authorize?tenant=one"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/userinfo"),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "padding": "x".repeat(inside.padding),
    });
    write_over(&mut document, &inside.about);
    Json(document)
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let key = |key: &u8| {
        let x = encoded(Provider::pair(*key).public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": key.to_string(), "x": x, "use": "sig" })
    };
    let keys: Vec<Value> = provider.inside().published.iter().map(key).collect();
    Json(json!({ "keys": keys }))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let form_encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", form_encoded(CLIENT), form_encoded(SECRET)));
    let in_header = headers.get("authorization").is_some_and(|given| *given == format!("Basic {basic}").as_str());
    let in_form =
        form.get("client_id").is_some_and(|id| id == CLIENT) && form.get("client_secret").is_some_and(|s| s == SECRET);
    if !in_header && !in_form {
        return refuse("invalid_client");
    }
    let mut inside = provider.inside();
    let Some(asked) = inside.codes.remove(&form["code"]) else { return refuse("invalid_grant") };
    let challenge = encoded(Sha256::digest(form["code_verifier"].as_bytes()));
    if asked.challenge != challenge || asked.redirect_uri != form["redirect_uri"] {
        return refuse("invalid_grant");
    }
    let access_token = hex::encode(rand::random::<[u8; 8]>());
    let mut more = json!({ "sub": asked.claims["sub"] });
    write_over(&mut more, &inside.userinfo);
    inside.tokens.insert(access_token.clone(), more);
    let id_token = provider.id_token(&asked, &inside);
    Json(json!({ "access_token": access_token, "token_type": "Bearer", "id_token": id_token })).into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match given.and_then(|token| provider.inside().tokens.get(token).cloned()) {
        Some(claims) => Json(claims).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}
