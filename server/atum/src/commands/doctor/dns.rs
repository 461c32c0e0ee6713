//! One question to one name server (RFC 1035, section 4). Enough to see whether a record is there: nothing is done that
//! rests on the answer, so nobody gains by forging it.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::{net::UdpSocket, time};

const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: u32 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    MailServer = 15,
    Text = 16,
}

pub struct Resolver(pub SocketAddr);

impl Resolver {
    /// The first that /etc/resolv.conf names.
    pub fn of_this_machine() -> Option<Self> {
        let settings = std::fs::read_to_string("/etc/resolv.conf").ok()?;
        let servers = settings.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
        let address: IpAddr = servers.filter_map(|server| server.trim().parse().ok()).next()?;
        Some(Self((address, 53).into()))
    }

    /// Whether the name has such a record with these bytes in it. `None`: nobody answered.
    pub async fn has(&self, name: &str, record: Record, holding: &[u8]) -> Option<bool> {
        for _ in 0..TRIES {
            if let Ok(Ok(answer)) = time::timeout(PATIENCE, self.ask(name, record)).await {
                return found(&answer, holding);
            }
        }
        None
    }

    async fn ask(&self, name: &str, record: Record) -> std::io::Result<Vec<u8>> {
        let here: SocketAddr = if self.0.is_ipv4() { ([0; 4], 0).into() } else { ([0; 16], 0).into() };
        let socket = UdpSocket::bind(here).await?;
        socket.connect(self.0).await?;
        let id: [u8; 2] = rand::random();
        socket.send(&question(id, name, record)).await?;
        let mut answer = vec![0; 4096];
        loop {
            let length = socket.recv(&mut answer).await?;
            if length >= 12 && answer[..2] == id {
                answer.truncate(length);
                return Ok(answer);
            }
        }
    }
}

fn question(id: [u8; 2], name: &str, record: Record) -> Vec<u8> {
    // Recursion desired, one question, one additional record.
    let mut packet = vec![id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    for label in name.trim_end_matches('.').split('.') {
        let label = &label.as_bytes()[..label.len().min(63)];
        packet.push(label.len() as u8);
        packet.extend_from_slice(label);
    }
    packet.extend([0, 0, record as u8, 0, 1]);
    // Answers of up to 4096 bytes are taken (RFC 6891).
    packet.extend([0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0]);
    packet
}

/// No such name (3) is an answer; that the server failed or refused is none.
fn found(answer: &[u8], holding: &[u8]) -> Option<bool> {
    let (code, records) = (answer[3] & 15, u16::from_be_bytes([answer[6], answer[7]]));
    match code {
        0 if records == 0 => Some(false),
        0 => Some(holding.is_empty() || answer.windows(holding.len()).any(|bytes| bytes == holding)),
        3 => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each question by the name asked for.
    async fn name_server() -> Resolver {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut packet = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut packet).await {
                let asked = &packet[..length];
                let has = |label: &[u8]| asked.windows(label.len()).any(|bytes| bytes == label);
                let mut answer = asked.to_vec();
                answer[2] = 0x81;
                (answer[3], answer[7]) = match () {
                    () if has(b"absent") => (3, 0),
                    () if has(b"broken") => (2, 0),
                    () if has(b"empty") => (0, 0),
                    () => (0, 1),
                };
                answer.extend(b"v=spf1 -all");
                let _ = socket.send_to(&answer, from).await;
            }
        });
        Resolver(address)
    }

    #[tokio::test]
    async fn a_record_is_there_or_not_or_nobody_says() {
        let resolver = name_server().await;
        assert_eq!(resolver.has("there.test", Record::Text, b"v=spf1").await, Some(true));
        assert_eq!(resolver.has("there.test", Record::Text, b"v=DMARC1").await, Some(false));
        assert_eq!(resolver.has("there.test", Record::MailServer, b"").await, Some(true));
        assert_eq!(resolver.has("absent.test", Record::MailServer, b"").await, Some(false));
        assert_eq!(resolver.has("empty.test", Record::MailServer, b"").await, Some(false));
        assert_eq!(resolver.has("broken.test", Record::MailServer, b"").await, None);
    }

    #[test]
    fn a_question_is_as_the_standard_has_it() {
        let asked = question([1, 2], "a.example", Record::MailServer);
        assert_eq!(&asked[12..27], b"\x01a\x07example\x00\x00\x0f\x00\x01");
    }
}
