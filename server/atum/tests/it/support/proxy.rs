//! A line between two programs, which a test cuts or holds at a word of its choice.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// What happens to what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Open,
    /// Nothing goes through any more, from the first thing that the client says with this in it.
    HeldBefore(&'static str),
    /// What the client says with this in it goes through, and no answer.
    HeldAfter(&'static str),
    /// Nothing goes through, and nobody is told.
    Dead,
}

#[derive(Clone)]
pub struct Proxy {
    pub port: u16,
    line: Arc<Mutex<Line>>,
    held: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    /// Raised to end the connections that there are.
    cut: tokio::sync::watch::Sender<usize>,
}

impl Proxy {
    pub async fn before(target: u16, line: Line) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let proxy = Self {
            port: listener.local_addr().expect("an address").port(),
            line: Arc::new(Mutex::new(line)),
            held: Arc::default(),
            connections: Arc::default(),
            cut: tokio::sync::watch::Sender::new(0),
        };
        let served = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                served.connections.fetch_add(1, Ordering::Relaxed);
                let served = served.clone();
                tokio::spawn(async move { served.carry(client, target).await });
            }
        });
        proxy
    }

    /// Of connections to come as well as of those that there are.
    pub fn set(&self, line: Line) {
        *self.line.lock().expect("the line") = line;
    }

    /// Ends every connection there is, without a word.
    pub fn cut(&self) {
        self.cut.send_modify(|times| *times += 1);
    }

    /// How often something was held.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    async fn carry(&self, client: TcpStream, target: u16) {
        let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await else { return };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let mut cut = self.cut.subscribe();
        tokio::select! {
            () = self.asked(from_client, to_server) => {},
            () = self.answered(from_server, to_client) => {},
            _ = cut.changed() => {},
        }
    }

    async fn asked(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read) = from.read(&mut buffer).await
            && read > 0
        {
            let said = String::from_utf8_lossy(&buffer[..read]).into_owned();
            let line = *self.line.lock().expect("the line");
            match line {
                Line::HeldBefore(word) if said.contains(word) => return self.hold(Line::Dead).await,
                Line::HeldAfter(word) if said.contains(word) => {
                    self.set(Line::Dead);
                    self.held.fetch_add(1, Ordering::Relaxed);
                    if to.write_all(&buffer[..read]).await.is_err() {
                        return;
                    }
                }
                Line::Dead => return std::future::pending().await,
                _ if to.write_all(&buffer[..read]).await.is_err() => return,
                _ => {}
            }
        }
    }

    async fn hold(&self, line: Line) {
        self.set(line);
        self.held.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }

    async fn answered(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read) = from.read(&mut buffer).await
            && read > 0
        {
            let line = *self.line.lock().expect("the line");
            if line == Line::Dead {
                return std::future::pending().await;
            }
            if to.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    }
}
