use std::{net::SocketAddr, time::Instant};

use anyhow::ensure;
use atum_core::{App, ids::OrganizationId};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use tower::ServiceExt;
use uuid::Uuid;

use crate::staff;

/// A member of staff, signed in, who calls the router without a network.
pub struct Browser {
    router: Router,
    cookie: String,
}

impl Browser {
    pub async fn of_staff(app: &App, organization: OrganizationId) -> anyhow::Result<Self> {
        let cookie = staff::cookie(app, organization, "manager").await?;
        Ok(Self { router: atum::router::router(app.clone()), cookie })
    }

    pub async fn upload(&self, text: &str) -> anyhow::Result<Uuid> {
        let (status, body) = self.call("POST", "/api/v1/files?name=theirs.txt", text.to_owned()).await?;
        ensure!(status == StatusCode::CREATED, "{status} {body:?}");
        super::id_in(&serde_json::from_slice(&body)?)
    }

    /// How long it takes to be told that there is no such thing, in seconds.
    pub async fn is_refused(&self, method: &str, path: &str) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let (status, body) = self.call(method, path, String::new()).await?;
        let took = begun.elapsed().as_secs_f64();
        ensure!(status == StatusCode::NOT_FOUND, "{method} {path} answered {status} {body:?}");
        Ok(took)
    }

    async fn call(&self, method: &str, path: &str, body: String) -> anyhow::Result<(StatusCode, Bytes)> {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
        let request = request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        let mut request = request.body(Body::from(body))?;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        Ok((status, to_bytes(answer.into_body(), usize::MAX).await?))
    }
}
