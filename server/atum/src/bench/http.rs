use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One kept-alive connection that says as little as HTTP/1.1 allows: the load shares its processors with the server.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    address: SocketAddr,
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, cookie: &str, body: Option<&str>) -> String {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\ncookie: atum_session={cookie}\r\n");
    match body {
        None => format!("{head}\r\n"),
        Some(body) => {
            format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        }
    }
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting to the server under load")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10), address })
    }

    /// Sends and reads the whole answer; gives its status.
    pub async fn ask(&mut self, request: &str) -> anyhow::Result<u16> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let body_at = loop {
            self.more().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..body_at])?.to_ascii_lowercase();
        let status = head.get(9..12).and_then(|status| status.parse().ok()).context("no status line")?;
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
        match header("content-length:") {
            Some(length) => {
                let length: usize = length.parse()?;
                while self.buffer.len() < body_at + length {
                    self.more().await?;
                }
            }
            None if header("transfer-encoding:") == Some("chunked") => {
                while !self.buffer.ends_with(b"0\r\n\r\n") {
                    self.more().await?;
                }
            }
            None => {}
        }
        if header("connection:") == Some("close") {
            *self = Self::open(self.address).await?;
        }
        Ok(status)
    }

    /// The last answer's body.
    pub fn body(&self) -> &[u8] {
        find(&self.buffer, b"\r\n\r\n").map_or(&[], |end| &self.buffer[end + 4..])
    }

    /// Reads on for as long as the server tells: a live stream.
    pub async fn listen(mut self, request: &str) -> anyhow::Result<()> {
        self.stream.write_all(request.as_bytes()).await?;
        loop {
            self.buffer.clear();
            self.more().await?;
        }
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
