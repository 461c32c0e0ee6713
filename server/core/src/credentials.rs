//! Secrets that the service manager hands to this process alone (systemd: `LoadCredential=`), as files in a directory
//! that nobody else sees. The one place that reads them.

use std::{ffi::OsStr, io, path::Path};

/// What was given under this name. `None`: nothing, or an empty file, which stands for nothing.
pub fn read(name: &str) -> io::Result<Option<String>> {
    read_in(std::env::var_os("CREDENTIALS_DIRECTORY").as_deref(), name)
}

fn read_in(directory: Option<&OsStr>, name: &str) -> io::Result<Option<String>> {
    let Some(directory) = directory else { return Ok(None) };
    match std::fs::read_to_string(Path::new(directory).join(name)) {
        Ok(secret) => Ok(Some(secret.trim_end().to_owned()).filter(|secret| !secret.is_empty())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io::Error::new(error.kind(), format!("the credential {name} cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_read_without_the_end_of_its_line_and_an_empty_one_is_none() {
        let directory = std::env::temp_dir().join(format!("atum-credentials-{}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        std::fs::write(directory.join("metrics-token"), "s3cret\n").unwrap();
        std::fs::write(directory.join("empty"), "").unwrap();
        let read = |name| read_in(Some(directory.as_os_str()), name).unwrap();
        assert_eq!(read("metrics-token").as_deref(), Some("s3cret"));
        assert_eq!((read("empty"), read("absent")), (None, None));
        assert_eq!(read_in(None, "metrics-token").unwrap(), None);
        assert!(read_in(Some(directory.as_os_str()), ".").is_err(), "what is there and cannot be read is no absence");
        std::fs::remove_dir_all(directory).unwrap();
    }
}
