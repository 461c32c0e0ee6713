//! What the server asks of the addresses of an organization's provider, and of one that gives tokens for its mail. Short,
//! bounded in size, and never led on to another address by a redirect.

use std::{net::IpAddr, time::Duration};

use anyhow::Context;
use atum_core::{Result, config::Config};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use url::{Host, Url};

const LONGEST: Duration = Duration::from_secs(5);
/// Real documents have a few KiB; key sets of large providers a few dozen.
const LARGEST_BYTES: usize = 256 * 1024;

/// Why an address gave no answer that can be read, in words for whoever set it up.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("{0} is no address that may be called: it must begin with https://")]
    Address(String),
    #[error("{host} cannot be reached: {cause}")]
    Unreachable { host: String, cause: String },
    /// RFC 5280; what is wrong is told as `rustls` names it.
    #[error(
        "{host} shows a certificate that is not trusted here ({cause}): install its authority on this machine, or name a \
         file with it in SSL_CERT_FILE"
    )]
    Untrusted { host: String, cause: String },
    #[error("{0} did not answer within 5 seconds")]
    Slow(String),
    #[error("{address} answers {status}{what}")]
    Status { address: String, status: StatusCode, what: String },
    #[error("{0} answers with a redirect, which is not followed")]
    Redirect(String),
    #[error("{0} answers with more than 256 KiB")]
    TooLarge(String),
    #[error("{0} does not answer with a JSON object")]
    NotJson(String),
}

pub struct Fetch {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    pub(super) near: Near,
}

/// Whether the server itself is reached on its own machine only, so that a provider may be there too.
#[derive(Clone, Copy)]
pub(super) struct Near(pub bool);

impl Near {
    pub fn of(config: &Config) -> Self {
        Self(Url::parse(&config.public_url).is_ok_and(|url| is_loopback(&url)))
    }

    /// Whether this address may be called: over TLS or, in a trial on one machine, on that machine.
    pub fn allowed(self, address: &str) -> Result<Url, Failed> {
        let refused = || Failed::Address(address.to_owned());
        let url = Url::parse(address).map_err(|_| refused())?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let safe = url.scheme() == "https" || (url.scheme() == "http" && self.0 && is_loopback(&url));
        if plain && safe && url.has_host() { Ok(url) } else { Err(refused()) }
    }
}

impl Fetch {
    /// Trusts the certificates that this machine trusts, as they are now.
    pub fn new(config: &Config) -> Result<Self> {
        let connector = HttpsConnectorBuilder::new().with_native_roots().context("the machine's certificates")?;
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, near: Near::of(config) })
    }

    pub async fn get(&self, address: &str, bearer: Option<&str>) -> Result<Value, Failed> {
        let mut request = self.request(Method::GET, address)?;
        if let Some(token) = bearer {
            let value =
                HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| Failed::NotJson(address.into()))?;
            request = request.header(header::AUTHORIZATION, value);
        }
        self.answer(address, request.body(Full::default())).await
    }

    /// A form, with the client's name and secret as RFC 6749, section 2.3.1, wants them in a header.
    pub async fn post(&self, address: &str, form: String, basic: Option<(&str, &str)>) -> Result<Value, Failed> {
        let mut request = self.request(Method::POST, address)?;
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some((name, secret)) = basic {
            let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encoded(name), encoded(secret)));
            request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
        self.answer(address, request.body(Full::from(form))).await
    }

    fn request(&self, method: Method, address: &str) -> Result<axum::http::request::Builder, Failed> {
        let url = self.near.allowed(address)?;
        let request = Request::builder().method(method).uri(url.as_str());
        Ok(request.header(header::ACCEPT, "application/json").header(header::USER_AGENT, "Atum-Desk"))
    }

    async fn answer(&self, address: &str, request: axum::http::Result<Request<Full<Bytes>>>) -> Result<Value, Failed> {
        let request = request.map_err(|_| Failed::Address(address.to_owned()))?;
        let (status, body) = tokio::time::timeout(LONGEST, self.read(address, request))
            .await
            .map_err(|_| Failed::Slow(address.to_owned()))??;
        if status.is_redirection() {
            return Err(Failed::Redirect(address.to_owned()));
        }
        let json = object(&body);
        if !status.is_success() {
            // RFC 6749, section 5.2: a refusal has its reason in it.
            let reason = json.as_ref().and_then(|json| json["error"].as_str()).filter(|error| error.len() <= 64);
            let what = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            return Err(Failed::Status { address: address.to_owned(), status, what });
        }
        json.ok_or_else(|| Failed::NotJson(address.to_owned()))
    }

    async fn read(&self, address: &str, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Failed> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let unreachable = |cause: &(dyn std::error::Error + 'static)| match untrusted(cause) {
            Some(wrong) => Failed::Untrusted { host: host.clone(), cause: wrong },
            None => Failed::Unreachable { host: host.clone(), cause: chain(cause) },
        };
        let answer: Response<Incoming> = self.client.request(request).await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST_BYTES).collect().await.map_err(|error| {
            let large = error.is::<LengthLimitError>();
            if large { Failed::TooLarge(address.to_owned()) } else { unreachable(&*error) }
        })?;
        Ok((status, body.to_bytes()))
    }
}

pub(super) fn object(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

/// What is wrong with the certificate, if that is what failed.
fn untrusted(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(innermost).find_map(|cause| match cause.downcast_ref()? {
        rustls::Error::InvalidCertificate(wrong) => Some(wrong.to_string()),
        _ => None,
    })
}

/// An I/O error hides what it holds from its chain of causes, and may hold another.
fn innermost<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(held) => innermost(held),
        None => error,
    }
}

/// The last words of a chain of causes are the ones that tell.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |cause| cause.source()).last().map_or(error.to_string(), ToString::to_string)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    }
}
