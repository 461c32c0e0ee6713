/// The mail as it stands between DATA and the final dot: every line ends with CR LF, and one that begins with a dot has
/// another before it (RFC 5321, section 4.5.2). The dot itself is not in it.
pub(super) fn stuffed(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 50 + 2);
    let mut rest = raw;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        // A bare CR or LF, which servers may take for the end of a line or not, never goes out.
        rest = after.strip_prefix(b"\r\n").unwrap_or_else(|| after.get(1..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_in_a_mail_ends_it() {
        assert_eq!(stuffed(b"a\r\n.\r\nb"), b"a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(b"a\n.\nQUIT\n"), b"a\r\n..\r\nQUIT\r\n");
        assert_eq!(stuffed(b"a\r.\rMAIL FROM"), b"a\r\n..\r\nMAIL FROM\r\n");
        assert_eq!(stuffed(b""), b"");
    }

    proptest! {
        #[test]
        fn what_goes_out_is_lines_and_no_dot_alone(raw in "[.\r\na]{0,40}") {
            let out = stuffed(raw.as_bytes());
            let text = String::from_utf8(out).unwrap();
            prop_assert!(text.is_empty() || text.ends_with("\r\n"));
            let bare = text.replace("\r\n", "");
            prop_assert!(!bare.contains(['\r', '\n']));
            prop_assert!(text.split("\r\n").all(|line| line != "." && (!line.starts_with('.') || line.starts_with(".."))));
        }
    }
}
