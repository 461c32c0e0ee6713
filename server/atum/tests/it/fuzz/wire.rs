//! HTTP/1.1 as bytes, so that anything can be sent: no client's library would write what is written here.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    /// Path and query, as they are sent.
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(present, _)| present == name).map(|(_, value)| value.as_str())
    }
}

impl Request {
    pub fn header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        if !self.body.is_empty() || self.method != "GET" {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }
}

/// One connection, kept as long as the server keeps it.
pub struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Wire {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    pub async fn send(&mut self, request: &Request, is_stream: bool) -> io::Result<Response> {
        let bytes = request.bytes();
        if let Some(mut stream) = self.stream.take() {
            // The server may have closed it meanwhile; then nothing was carried out and it is sent again.
            if let Ok(response) = exchange(&mut stream, &bytes, &request.method, is_stream).await {
                return Ok(self.keep(stream, response, is_stream));
            }
        }
        let mut stream = TcpStream::connect(self.address).await?;
        let response = exchange(&mut stream, &bytes, &request.method, is_stream).await?;
        Ok(self.keep(stream, response, is_stream))
    }

    fn keep(&mut self, stream: TcpStream, response: Response, is_stream: bool) -> Response {
        let closes = response.header("connection").is_some_and(|value| value.contains("close"));
        self.stream = (!closes && !is_stream).then_some(stream);
        response
    }
}

/// A server that refuses early may close before all was written: what counts is what it answers.
async fn exchange(stream: &mut TcpStream, bytes: &[u8], method: &str, is_stream: bool) -> io::Result<Response> {
    let (mut read, mut write) = stream.split();
    let (written, response) =
        tokio::join!(write.write_all(bytes), Reader { stream: &mut read, read: vec![] }.response(method, is_stream));
    let mut response = response?;
    if written.is_err() {
        response.headers.push(("connection".into(), "close".into()));
    }
    Ok(response)
}

struct Reader<'a, R> {
    stream: &'a mut R,
    read: Vec<u8>,
}

impl<R: AsyncReadExt + Unpin> Reader<'_, R> {
    async fn response(mut self, method: &str, is_stream: bool) -> io::Result<Response> {
        let head = self.until(b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status: {head}")))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        if status == 100 {
            return Box::pin(self.response(method, is_stream)).await;
        }
        let mut response = Response { status, headers, body: vec![] };
        if method != "HEAD" && ![204, 304].contains(&status) {
            response.body = self.body(&response, is_stream && status == 200).await?;
        }
        Ok(response)
    }

    async fn body(&mut self, response: &Response, is_stream: bool) -> io::Result<Vec<u8>> {
        if let Some(length) = response.header("content-length") {
            return self.take(length.parse().map_err(io::Error::other)?).await;
        }
        let mut body = vec![];
        loop {
            let size = self.until(b"\r\n").await?;
            let size = usize::from_str_radix(String::from_utf8_lossy(&size).trim(), 16).map_err(io::Error::other)?;
            body.extend(self.take(size).await?);
            self.take(2).await?;
            // Of a stream without an end, the beginning is enough.
            if size == 0 || is_stream {
                return Ok(body);
            }
        }
    }

    async fn until(&mut self, mark: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|window| window == mark) {
                return Ok(self.read.drain(..at + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.drain(..length).collect())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
