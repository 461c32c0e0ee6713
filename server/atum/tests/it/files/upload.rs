use std::{io, sync::Arc, time::Duration};

use atum_core::caller::Role;
use axum::body::{Body, Bytes};
use futures::stream;
use sha2::{Digest, Sha256};

use super::{path, png, stored, uploaded};
use crate::support::{Client, Test, full::Full};

#[tokio::test]
async fn the_content_decides_the_type_and_the_name_is_cleaned() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    for (name, content, kept, media_type) in [
        ("holiday.png", &b"<!doctype html><script>alert(1)</script>"[..], "holiday.png", "text/html"),
        ("..%2F..%2Fetc%2Fpasswd", b"root:x:0:0", "passwd", "text/plain"),
        ("notes%E2%80%AEgnp.svg", b"<svg onload=\"alert(1)\"/>", "notesgnp.svg", "image/svg+xml"),
        ("empty.log", b"", "empty.log", "application/octet-stream"),
    ] {
        let file = uploaded(&agent, name, content).await;
        assert_eq!(file["name"], kept);
        assert_eq!(file["media_type"], media_type);
        assert_eq!(file["size_bytes"], content.len());
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(content)));
        assert_eq!(file["thumbnail"], false);
    }
    assert_eq!(uploaded(&agent, "photo", png(2, 2)).await["thumbnail"], true);
    let nameless = agent.upload("/api/v1/files?name=..", "x").await.problem("validation");
    assert_eq!(nameless["errors"][0]["pointer"], "#/name");
}

#[tokio::test]
async fn the_same_content_is_stored_once_an_organization() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (one, two) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Customer).await);
    let globex = test.organization("globex").await;
    let other = globex.sign_in(Role::Agent).await;
    let mut ids = vec![];
    for client in [&one, &two, &other] {
        ids.push(uploaded(client, "a.txt", "the same").await["id"].clone());
    }
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 3, "three files");
    let digest = hex::encode(Sha256::digest("the same"));
    let mut expected = [format!("{}/{digest}", acme.id), format!("{}/{digest}", globex.id)];
    expected.sort();
    assert_eq!(stored(&test), expected);
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_at_the_limit_and_leaves_nothing() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let limit = test.app.config.upload_limit_bytes;
    let whole = vec![b'x'; usize::try_from(limit).unwrap()];
    assert_eq!(uploaded(&agent, "fits", whole.clone()).await["size_bytes"], limit);
    let announced = agent.header("content-length", &(limit + 1).to_string());
    for (client, body) in [
        // Not one byte is asked of a sender that says beforehand that it is too much,
        (&announced, Body::from_stream(stream::pending::<io::Result<Bytes>>())),
        // and none after the limit of one that does not: this one would go on for ever.
        (&*agent, Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 4096]))))),
    ] {
        let answer = client.upload("/api/v1/files?name=huge", body).await;
        let problem = answer.problem("too-large");
        assert!(problem["detail"].as_str().unwrap().contains("1.0 MiB"), "{problem}");
    }
    let left = hex::encode(Sha256::digest(&whole));
    until(|| stored(&test).len() == 1 && stored(&test)[0].ends_with(&left)).await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let parts = [Ok(Bytes::from_static(b"the beginning")), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let answer = agent.upload("/api/v1/files?name=half", Body::from_stream(stream::iter(parts))).await;
    answer.problem("malformed");
    until(|| stored(&test).is_empty()).await;
}

#[tokio::test]
async fn a_request_that_is_dropped_leaves_nothing() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let (sender, receiver) = futures::channel::mpsc::unbounded::<io::Result<Bytes>>();
    sender.unbounded_send(Ok(Bytes::from_static(b"the beginning"))).unwrap();
    let client: Client = (*agent).clone();
    let request =
        tokio::spawn(async move { client.upload("/api/v1/files?name=half", Body::from_stream(receiver)).await });
    until(|| test.app.config.data_dir.join("files/upload").is_dir() && stored(&test).len() == 1).await;
    request.abort();
    until(|| stored(&test).is_empty()).await;
    drop(sender);
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let full = Arc::new(Full(test.app.blobs.clone()));
    let app = atum_core::App { blobs: full, ..test.app.clone() };
    let answer = agent.served_by(app).upload("/api/v1/files?name=a", "more than there is room for").await;
    assert_eq!(answer.status, 507);
    answer.problem("storage-full");
    until(|| stored(&test).is_empty()).await;
    let rows: i64 =
        sqlx::query_scalar("select count(*) from desk.file").fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!(rows, 0);
    let file = uploaded(&agent, "a", "there is room again").await;
    assert_eq!(agent.get(&path(&file)).await.text(), "there is room again");
}

/// Removal of a temporary file is handed to another thread: looked for until it is so, for a while.
async fn until(is_so: impl Fn() -> bool) {
    let look = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), look).await.expect("it became so");
}
