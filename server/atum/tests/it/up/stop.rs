//! Ctrl-C ends everything in good order, whoever still listens.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Stdio,
    time::{Duration, Instant},
};

use super::process::{Directory, Up};

const PASSWORD: &str = "copper lantern at dawn";

#[test]
fn an_open_live_stream_does_not_keep_it_from_ending() {
    let directory = Directory::new();
    let up = Up::start(&directory);
    assert!(directory.run(&["org", "create", "acme"]).status.success());
    create_account(&directory);
    let cookie = sign_in(&up);
    let mut stream = request(&up, &format!("GET /api/v1/live HTTP/1.1\r\nCookie: {cookie}"), "");
    let status = first_line(&mut stream);
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");

    let told = Instant::now();
    assert_eq!(up.interrupt(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "it waited {:?} for a stream without an end", told.elapsed());
    let mut rest = vec![];
    stream.read_to_end(&mut rest).expect("the stream was ended, not cut");
    assert!(rest.ends_with(b"0\r\n\r\n"), "the last chunk says that this is the end");
}

fn create_account(directory: &Directory) {
    let create =
        ["account", "create", "a@acme.test", "--org", "acme", "--name", "A", "--role", "agent", "--password-stdin"];
    let mut child = directory.atum(&create).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("atum runs");
    child.stdin.take().expect("a pipe").write_all(PASSWORD.as_bytes()).expect("written");
    assert!(child.wait().expect("its end").success());
}

fn sign_in(up: &Up) -> String {
    let body = format!(r#"{{"email":"a@acme.test","password":"{PASSWORD}"}}"#);
    let head =
        format!("POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    let answer = request(up, &format!("{head}\r\nConnection: close"), &body);
    let cookies: Vec<String> = answer.lines().map_while(Result::ok).filter_map(|line| cookie(&line)).collect();
    cookies.join("; ")
}

fn cookie(line: &str) -> Option<String> {
    let (name, value) = line.split_once(": ")?;
    name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().map(str::to_owned))?
}

fn request(up: &Up, head: &str, body: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(up.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    write!(stream, "{head}\r\nHost: {}\r\n\r\n{body}", up.address).expect("sent");
    BufReader::new(stream)
}

fn first_line(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).expect("an answer");
    line
}
