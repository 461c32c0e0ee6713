//! Values that nobody expects, from a seed: one seed, one run.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

pub struct Dice(StdRng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0.random_range(0..most.max(1))
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const TEXTS: [&str; 47] = [
    "",
    " ",
    "\t\r\n",
    "\0",
    "a\0b",
    "\u{1}\u{7f}",
    "\u{202e}gnp.exe",
    "\u{200f}\u{feff}",
    "\u{2028}\u{2029}",
    "مرحبا 😀 é",
    "e\u{301}\u{301}\u{301}",
    "İıſK",
    "ß",
    "𝕬\u{10ffff}",
    "null",
    "true",
    "0",
    "-1",
    "#0",
    "1e400",
    "NaN",
    "99999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "2147483648",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{01890000-0000-7000-8000-000000000000}",
    "../../etc/passwd",
    "..\\..\\x",
    "a/b",
    "%00%ff",
    "';--",
    "a' OR 1=1",
    "\" <script>alert(1)</script>",
    "%_\\",
    "!:*&|()<->",
    "me",
    "none",
    "open,,new",
    "closed,closed",
    "0001-01-01T00:00:00Z",
    "-262143-01-01T00:00:00Z",
    "+262142-12-31T23:59:59.999999999Z",
    "2026-02-30",
    "+262142-12-31",
    "Mars/Base",
];

/// Any text: known troublemakers, long ones, random ones.
pub fn text(dice: &mut Dice) -> String {
    match dice.below(10) {
        0..=5 => (*dice.pick(&TEXTS)).to_owned(),
        6 => {
            let letter = *dice.pick(&["a", "ü", "😀", " ", "\0", "a ", "%"]);
            letter.repeat(*dice.pick(&[1, 119, 120, 121, 200, 201, 255, 256, 2_047, 10_001, 50_000, 50_001]))
        }
        7 => cursor(dice),
        8 => (*dice.pick(&["US/Eastern", "Africa/Casablanca", "EST5EDT", "GMT+0", "America/Nuuk"])).to_owned(),
        _ => (0..dice.below(40)).filter_map(|_| char::from_u32(dice.below(0x11_0000) as u32)).collect(),
    }
}

/// What a cursor may look like inside: keys of every list, with every value.
fn cursor(dice: &mut Dice) -> String {
    let inside = |dice: &mut Dice| match dice.below(5) {
        0 => json!("019f0000-0000-7000-8000-000000000000"),
        1 => json!("2026-11-20T10:00:00Z"),
        2 => json!(*dice.pick(&TEXTS)),
        3 => Value::Null,
        _ => json!(i64::MIN),
    };
    let id = json!("019f0000-0000-7000-8000-000000000000");
    let key = match dice.below(4) {
        0 => inside(dice),
        1 => json!([inside(dice), inside(dice)]),
        _ => json!([inside(dice), id]),
    };
    URL_SAFE_NO_PAD.encode(key.to_string())
}

/// Any JSON.
pub fn json(dice: &mut Dice) -> Value {
    match dice.below(14) {
        0 => Value::Null,
        1 => json!(dice.chance(50)),
        2 => json!(*dice.pick(&[0, 1, -1, i64::MAX, i64::MIN, 1 << 31, 1 << 53, 40_000, 99, 100])),
        3 => json!(u64::MAX),
        4 => json!(*dice.pick(&[0.5, -0.0, 1e308, 1e-320, 1.0])),
        5 => json!([]),
        6 => json!({}),
        7 => json!([null, 1, "a", {}, []]),
        8 => (0..*dice.pick(&[3, 101, 1_001, 5_000])).map(|n| json!(n)).collect(),
        9 => (0..*dice.pick(&[10, 100, 126, 200])).fold(json!(1), |inner, _| json!([inner])),
        _ => json!(text(dice)),
    }
}

/// A header's value: bytes that HTTP allows, and what it means nothing by.
pub fn header(dice: &mut Dice) -> Vec<u8> {
    let known: [&[u8]; 22] = [
        b"",
        b"\"",
        b"\"\"",
        b"*",
        b"W/\"1\"",
        b"\"-1\"",
        b"\"9223372036854775808\"",
        b"\xff\xfe",
        b"\xd9\x85",
        b"bytes=0-",
        b"bytes=-0",
        b"bytes=18446744073709551615-",
        b"bytes=0-0,2-3,5-",
        b"1, 2, 3",
        b", ,,",
        b"::1, 127.0.0.1, ::ffff:10.0.0.1, x",
        b"for=\"[::1]\";proto=x",
        b"gzip;q=0, br;q=1.5, *;q=x",
        b"ar;q=0.9, de-*, \xff",
        b"-1",
        b"9999999999999999999",
        b"a=b; c=\"d; atum_session=; __Host-atum_session=\xff; =; ;",
    ];
    match dice.below(10) {
        0 => vec![b'a'; *dice.pick(&[199, 200, 201, 8_000, 60_000])],
        1 => (0..dice.below(60)).map(|_| 32 + dice.below(95) as u8).collect(),
        _ => dice.pick(&known).to_vec(),
    }
}
