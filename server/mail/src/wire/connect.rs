use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use tokio::net::{TcpSocket, TcpStream};

use super::{Failed, StepName, Steps};

/// Name lookup and TCP, to the first address that answers.
pub async fn connect(host: &str, port: u16, longest: Duration, steps: &mut Steps) -> Result<TcpStream, Failed> {
    let addresses = steps.take(StepName::Resolve, longest, resolve(host, port)).await?;
    steps.take(StepName::Connect, longest, dial(&addresses, host, port)).await
}

async fn resolve(host: &str, port: u16) -> Result<(Vec<SocketAddr>, String), Failed> {
    let found = tokio::net::lookup_host((host, port)).await;
    let addresses: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
    if addresses.is_empty() {
        return Err(Failed::new(StepName::Resolve, format!("{host} has no address: the name is not known")));
    }
    let told: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    Ok((addresses, format!("{host} is {}", told.join(", "))))
}

async fn dial(addresses: &[SocketAddr], host: &str, port: u16) -> Result<(TcpStream, String), Failed> {
    let mut last = None;
    for address in addresses {
        match dial_one(*address).await {
            Ok(stream) => return Ok((stream, format!("connected to {address}"))),
            Err(error) => last = Some(error),
        }
    }
    let why = match last {
        Some(error) if error.kind() == ErrorKind::ConnectionRefused => {
            format!("{host} refuses the connection: nothing listens on port {port}")
        }
        Some(error) => format!("{host} cannot be reached on port {port}: {error}"),
        None => format!("{host} has no address"),
    };
    Err(Failed::new(StepName::Connect, why))
}

/// With the kernel's own signs of life, beside ours.
async fn dial_one(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_keepalive(true)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
