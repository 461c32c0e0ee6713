//! HTTP for the object store by what this program speaks already: hyper, and TLS by rustls with ring. The store's own
//! client would bring a second TLS provider.

use async_trait::async_trait;
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use object_store::{
    ClientConfigKey, ClientOptions, Result,
    client::{
        HttpClient, HttpConnector as Connect, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
        HttpResponseBody, HttpService,
    },
};

#[derive(Debug)]
pub struct Connector;

impl Connect for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        let roots = HttpsConnectorBuilder::new().with_native_roots();
        let roots = roots.map_err(|source| object_store::Error::Generic { store: "S3", source: Box::new(source) })?;
        // AWS_ALLOW_HTTP: for a store on the own machine.
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|allowed| allowed == "true");
        let connector = if plain { roots.https_or_http() } else { roots.https_only() }.enable_http1().build();
        Ok(HttpClient::new(Service(Client::builder(TokioExecutor::new()).build(connector))))
    }
}

#[derive(Debug)]
struct Service(Client<HttpsConnector<HttpConnector>, HttpRequestBody>);

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
            HttpError::new(kind, error)
        })?;
        Ok(answer
            .map(|body| HttpResponseBody::new(body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error)))))
    }
}
