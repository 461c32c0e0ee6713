//! Clients that keep connections without using them, against the real loop that takes connections.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use atum::connections::{Patience, serve};
use atum_core::progress::Progress;
use axum::{Router, body::Body, response::Response, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: desk.test\r\n\r\n";

/// Stops when the guard is dropped.
async fn served(router: Router, patience: Patience) -> (SocketAddr, DropGuard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let told = stop.clone();
    tokio::spawn(async move { serve(listener, router, told, patience, &Progress::default()).await });
    (address, stop.drop_guard())
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 1000];
    let length = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test]
async fn half_a_request_and_no_request_at_all_lose_the_connection() {
    let (address, _stop) = served(hello(), Patience { head: SHORT, reader: LONG, most: 10 }).await;
    for sent in [&b""[..], b"GET / HTTP/1.1\r\nhost: desk.test\r\nx-slow: ", &[REQUEST, b"GET /"].concat()] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut rest = vec![];
        let ended = timeout(LONG, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "{:?} keeps its connection for ever", String::from_utf8_lossy(sent));
    }
}

#[tokio::test]
async fn who_reads_nothing_of_an_answer_loses_the_connection() {
    struct Told(Arc<Notify>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let ended = Arc::new(Notify::new());
    let told = ended.clone();
    let endless = move || {
        let told = Told(told.clone());
        let chunk = vec![b'a'; 1 << 16];
        let chunks = futures::stream::unfold((told, chunk), |state| async move {
            Some((Ok::<_, Infallible>(state.1.clone()), state))
        });
        async { Response::new(Body::from_stream(chunks)) }
    };
    let router = Router::new().route("/", get(endless));
    let (address, _stop) = served(router, Patience { head: LONG, reader: SHORT, most: 10 }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();

    let given_up = timeout(LONG, ended.notified()).await;

    assert!(given_up.is_ok(), "the answer is kept for somebody who does not read it");
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait_for_others_to_end() {
    let (address, _stop) = served(hello(), Patience { head: LONG, reader: LONG, most: 2 }).await;
    let mut held = vec![];
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(REQUEST).await.unwrap();
    assert!(timeout(SHORT, answer(&mut third)).await.is_err(), "there is room for two");

    held.pop();

    let answered = timeout(LONG, answer(&mut third)).await.expect("its turn has come");
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
}

#[tokio::test]
async fn absurd_requests_are_refused_and_the_next_is_answered() {
    let (address, _stop) = served(hello(), Patience { head: LONG, reader: LONG, most: 10 }).await;
    let many_headers: String = (0..1_000).map(|n| format!("x-{n}: a\r\n")).collect();
    let long = "a".repeat(1 << 20);
    for (request, status) in [
        (format!("GET / HTTP/1.1\r\nhost: a\r\n{many_headers}\r\n"), "431"),
        (format!("GET / HTTP/1.1\r\nhost: a\r\nx-long: {long}\r\n\r\n"), "431"),
        (format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", &long[..70_000]), "414"),
        ("GET / HTTP/1.1\r\nhost: a\r\nx\0y: a\r\n\r\n".into(), "400"),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".into(), "400"),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n".into(), "400"),
        ("\u{16}\u{3}\u{1} this is no HTTP\r\n\r\n".into(), "400"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // It may be refused before all of it is written.
        let _ = stream.write_all(request.as_bytes()).await;
        let answer = timeout(LONG, answer(&mut stream)).await.expect("an answer");
        let begin: String = request.chars().take(60).collect();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{begin:?} is answered {answer:?}");
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
}
