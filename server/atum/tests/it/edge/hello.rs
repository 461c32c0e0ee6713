//! The first message of TLS, written by hand: no library of today offers what must be refused.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

pub const TLS_1_0: [u8; 2] = [3, 1];
pub const TLS_1_1: [u8; 2] = [3, 2];
pub const TLS_1_2: [u8; 2] = [3, 3];

#[derive(Debug, PartialEq)]
pub enum Reply {
    /// The server goes on, in this version.
    Hello([u8; 2]),
    /// RFC 8446 §6: 70 is "protocol_version".
    Alert(u8),
}

/// What the server says to a client that knows this version and no later one.
pub fn offer(address: SocketAddr, version: [u8; 2]) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(&client_hello(version)).unwrap();
    let mut record = [0; 11];
    stream.read_exact(&mut record[..7]).unwrap();
    if record[0] == 21 {
        return Reply::Alert(record[6]);
    }
    stream.read_exact(&mut record[7..]).unwrap();
    assert_eq!((record[0], record[5]), (22, 2), "neither an alert nor a ServerHello: {record:?}");
    Reply::Hello([record[9], record[10]])
}

fn client_hello(version: [u8; 2]) -> Vec<u8> {
    // Suites of TLS 1.0 and of 1.2, for keys of either kind.
    let suites = [0xc0, 0x09, 0xc0, 0x13, 0xc0, 0x2b, 0xc0, 0x2f];
    let groups = [0, 10, 0, 6, 0, 4, 0, 0x1d, 0, 0x17];
    let points = [0, 11, 0, 2, 1, 0];
    let signatures = [0, 13, 0, 10, 0, 8, 4, 3, 4, 1, 2, 3, 2, 1];
    let extensions = [&groups[..], &points, &signatures].concat();
    let body =
        [&version[..], &[7; 32], &[0], &length(suites.len()), &suites, &[1, 0], &length(extensions.len()), &extensions];
    let body = body.concat();
    let handshake = [&[1, 0][..], &length(body.len()), &body].concat();
    [&[22, 3, 1][..], &length(handshake.len()), &handshake].concat()
}

fn length(bytes: usize) -> [u8; 2] {
    u16::try_from(bytes).unwrap().to_be_bytes()
}
