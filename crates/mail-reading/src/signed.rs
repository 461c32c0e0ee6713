//! Opaque S/MIME: the mail inside a signature that nobody has checked (RFC 8551, section 3.5.2; CMS, RFC 5652).

/// id-signedData, with its tag and length.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const CONSTRUCTED_OCTETS: u8 = 0x24;

/// The signed bytes; `None` for what is encrypted, compressed or no CMS.
pub(crate) fn contents(der: &[u8]) -> Option<Vec<u8>> {
    let (_, info, _) = value(der).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, explicit, _) = value(info.strip_prefix(SIGNED_DATA)?).filter(|(tag, ..)| *tag == CONTEXT_0)?;
    let (_, signed, _) = value(explicit).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, _, rest) = value(signed).filter(|(tag, ..)| *tag == INTEGER)?;
    let (_, _, rest) = value(rest).filter(|(tag, ..)| *tag == SET)?;
    let (_, encapsulated, _) = value(rest).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, _, rest) = value(encapsulated)?;
    let (_, content, _) = value(rest).filter(|(tag, ..)| *tag == CONTEXT_0)?;
    let mut bytes = Vec::new();
    octets(content, &mut bytes)?;
    Some(bytes)
}

fn octets(der: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let (tag, inside, _) = value(der)?;
    match tag {
        OCTETS => bytes.extend_from_slice(inside),
        CONSTRUCTED_OCTETS => {
            let mut rest = inside;
            while let Some((OCTETS, piece, after)) = value(rest) {
                bytes.extend_from_slice(piece);
                rest = after;
            }
        }
        _ => return None,
    }
    Some(())
}

/// Tag, contents and what follows. A value of indefinite length reaches, for what is read here, to the end.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let many = usize::from(first & 0x7f);
    match first {
        0x80 => Some((tag, rest, &[])),
        0..0x80 => rest.split_at_checked(many).map(|(inside, after)| (tag, inside, after)),
        _ if many <= 4 => {
            let (digits, rest) = rest.split_at_checked(many)?;
            let length = digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit));
            rest.split_at_checked(length).map(|(inside, after)| (tag, inside, after))
        }
        _ => None,
    }
}
