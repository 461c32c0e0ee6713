//! Lines over a connection, each within its time.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    time,
};

use super::{
    outcome::Failure,
    reply::{Lines, Reply},
};

/// Longer than any server writes: RFC 5321 has 512 bytes.
const LONGEST_LINE: u64 = 4096;

pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<C: AsyncRead + AsyncWrite + Unpin + Send> Connection for C {}

/// Writes are whole commands or bodies: only reading gains by a buffer.
pub(super) struct Line(BufReader<Box<dyn Connection>>);

impl Line {
    pub fn new(connection: Box<dyn Connection>) -> Self {
        Self(BufReader::new(connection))
    }

    /// The connection itself, to go on over TLS. What the server sent ahead in the clear must not count as said over TLS.
    pub fn into_inner(self) -> Result<Box<dyn Connection>, Failure> {
        if !self.0.buffer().is_empty() {
            return Err(Failure::lost("STARTTLS: the server went on in the clear"));
        }
        Ok(self.0.into_inner())
    }

    pub async fn send(&mut self, bytes: &[u8], within: Duration) -> Result<(), Failure> {
        let sending = async {
            self.0.write_all(bytes).await?;
            self.0.flush().await
        };
        match time::timeout(within, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(lost(&error)),
            Err(_) => Err(slow(within)),
        }
    }

    pub async fn reply(&mut self, within: Duration) -> Result<Reply, Failure> {
        time::timeout(within, self.read_reply()).await.unwrap_or_else(|_| Err(slow(within)))
    }

    pub async fn ask(&mut self, command: &str, within: Duration) -> Result<Reply, Failure> {
        self.send(format!("{command}\r\n").as_bytes(), within).await?;
        self.reply(within).await
    }

    async fn read_reply(&mut self) -> Result<Reply, Failure> {
        let mut lines = Lines::default();
        loop {
            let mut line = vec![];
            (&mut self.0).take(LONGEST_LINE).read_until(b'\n', &mut line).await.map_err(|error| lost(&error))?;
            if !line.ends_with(b"\n") {
                return Err(lost(&io::ErrorKind::UnexpectedEof.into()));
            }
            let text = String::from_utf8_lossy(&line);
            if let Some(reply) = lines.push(text.trim_end()).map_err(|wrong| Failure::lost(wrong.to_string()))? {
                return Ok(reply);
            }
        }
    }
}

fn lost(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Failure::lost("the server closed the connection"),
        _ => Failure::lost(format!("the connection was lost: {error}")),
    }
}

fn slow(within: Duration) -> Failure {
    Failure::lost(format!("the server did not answer within {} s", within.as_secs_f32()))
}
