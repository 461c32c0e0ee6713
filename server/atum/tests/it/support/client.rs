use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, HeaderValue, Method, Request, Response, header, uri::PathAndQuery},
};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{
    client::legacy::{Client as HttpClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::ClientConfig;
use serde_json::Value;
use tower::ServiceExt;

use super::Answer;

/// A browser with its cookie, calling the router without a network.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(HeaderName, HeaderValue)>,
    pub address: SocketAddr,
}

impl Client {
    pub(super) fn new(router: Router, session: Option<String>) -> Self {
        let address = SocketAddr::from(([192, 0, 2, 7], 40_000));
        let client = Self { router, headers: vec![], address }.header("sec-fetch-site", "same-origin");
        match session {
            Some(token) => client.header("cookie", &format!("atum_session={token}")),
            None => client,
        }
    }

    /// One at a server of its own process.
    pub fn at(address: SocketAddr) -> Self {
        Self::new(Router::new(), None).served_at(address)
    }

    /// The same browser, sending one more header, such as `if-match` or `idempotency-key`.
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        let name: HeaderName = name.parse().expect("a header's name");
        client.headers.retain(|(present, _)| *present != name);
        client.headers.push((name, value.parse().expect("a header's value")));
        client
    }

    /// `If-Match` with the version that this browser saw.
    pub fn if_match(&self, version: impl std::fmt::Display) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    /// A program that carries this API token and no cookie, from no browser.
    pub fn with_token(&self, token: &str) -> Self {
        let mut client = self.header("authorization", &format!("Bearer {token}"));
        client.headers.retain(|(name, _)| *name != header::COOKIE && *name != "sec-fetch-site");
        client
    }

    pub fn calling_from(&self, address: [u8; 4]) -> Self {
        Self { address: (address, 40_000).into(), ..self.clone() }
    }

    /// The same browser, served by an application with another part in it.
    pub fn served_by(&self, app: atum_core::App) -> Self {
        Self { router: atum::router::router(app), ..self.clone() }
    }

    /// The same browser at a server of its own process.
    pub fn served_at(&self, address: SocketAddr) -> Self {
        let forward = async move |mut request: Request<Body>| {
            let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
            *request.uri_mut() = format!("http://{address}{path}").parse().expect("an address");
            let client = HttpClient::builder(TokioExecutor::new()).build_http::<Body>();
            client.request(request).await.expect("an answer").map(Body::new)
        };
        Self { router: axum::Router::new().fallback(forward), ..self.clone() }
    }

    /// The same browser at a server behind TLS, connecting from one of this machine's own addresses (127.0.0.0/8).
    pub fn served_over_tls(&self, address: SocketAddr, trust: Arc<ClientConfig>, from: Ipv4Addr) -> Self {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_local_address(Some(from.into()));
        let tls = HttpsConnectorBuilder::new().with_tls_config((*trust).clone()).https_only().enable_http1();
        let client = HttpClient::builder(TokioExecutor::new()).build::<_, Body>(tls.wrap_connector(connector));
        let forward = async move |mut request: Request<Body>| {
            let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
            *request.uri_mut() = format!("https://{address}{path}").parse().expect("an address");
            client.request(request).await.expect("an answer").map(Body::new)
        };
        Self { router: axum::Router::new().fallback(forward), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Raw bytes, as an upload sends them.
    pub async fn upload(&self, path: &str, bytes: impl Into<Body>) -> Answer {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/octet-stream");
        let response = self.send(request.body(bytes.into()).expect("a request")).await;
        Answer::read(format!("POST {path}"), response).await
    }

    /// Without reading the body: for streams that do not end.
    pub async fn open(&self, path: &str) -> Response<Body> {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let described = format!("{method} {path}");
        let request = self.request(method, path);
        let request = match body {
            Some(json) => request.header(header::CONTENT_TYPE, "application/json").body(json.to_string().into()),
            None => request.body(Body::empty()),
        };
        Answer::read(described, self.send(request.expect("a request")).await).await
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "desk.test");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    async fn send(&self, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(ConnectInfo(self.address));
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
