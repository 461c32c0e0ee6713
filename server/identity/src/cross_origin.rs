//! Refuses writes that another site's page makes in a signed-in person's browser. Browsers say where a request comes
//! from (`Sec-Fetch-Site`, before it `Origin`) and no page can forge that; a request with neither comes from no
//! browser, carries no ambient cookie, and passes. So does one that carries an API token: a page of another site cannot
//! send that header, and the cookie beside it is not looked at ([`crate::bearer`]). Needs no token in any form.

use atum_core::{App, Problem, Result, problem::Kind};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use crate::bearer;

/// The layer for every route.
pub async fn refuse_cross_origin(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    let harmless = request.method().is_safe() || bearer::is_in(request.headers());
    if harmless || is_own(request.headers(), &app.config.public_url) {
        return Ok(next.run(request).await);
    }
    Err(Problem::new(Kind::CrossOrigin))
}

pub(crate) fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |value: &'_ axum::http::HeaderValue| value.to_str().unwrap_or("?").to_owned();
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(text(site).as_str(), "same-origin" | "none");
    }
    let Some(origin) = headers.get(header::ORIGIN).map(text) else { return true };
    // The host that the browser addressed is this one, whatever name the operator configured: a page elsewhere has
    // another origin than the host it sends to.
    let host = headers.get(header::HOST).map(text);
    origin == public_url
        || host.is_some_and(|host| origin == format!("http://{host}") || origin == format!("https://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_own(&HeaderMap::from_iter(headers), "https://desk.example")
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        assert!(!passes(&[("sec-fetch-site", "cross-site")]));
        assert!(!passes(&[("sec-fetch-site", "same-site")]), "a sibling subdomain is another origin");
        assert!(!passes(&[("origin", "https://evil.example"), ("host", "desk.example")]));
        assert!(!passes(&[("origin", "null"), ("host", "desk.example")]), "a sandboxed frame");
        assert!(!passes(&[("origin", "https://desk.example.evil.example"), ("host", "desk.example")]));
    }

    #[test]
    fn what_the_browser_says_of_the_site_outweighs_the_origin() {
        assert!(!passes(&[("sec-fetch-site", "cross-site"), ("origin", "https://desk.example")]));
    }

    #[test]
    fn our_own_page_and_no_browser_at_all_pass() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(passes(&[("sec-fetch-site", "none")]), "typed into the address bar");
        assert!(passes(&[("origin", "https://desk.example"), ("host", "10.0.0.7:8000")]), "behind a proxy");
        assert!(passes(&[("origin", "http://127.0.0.1:8000"), ("host", "127.0.0.1:8000")]));
        assert!(passes(&[]));
    }
}
