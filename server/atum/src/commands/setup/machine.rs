use std::{
    fs::{DirBuilder, File as Bytes, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use rustix::process::geteuid;

use super::report::Report;
use crate::{
    cli::Place,
    configuration::{self, File, INSTALLED},
    database::Secrets,
    owner::Owner,
};

const CONFIGURATION: &str = "/etc/atum/atum.conf";
const DATABASE_URL: &str = "ATUM_DATABASE_URL";
const OF_BACKUPS: [&str; 3] = ["ATUM_BACKUPS", "ATUM_BACKUP_KEY_FILE", "ATUM_BACKUP_DATABASE_URL_FILE"];

/// Where things lie: this machine, or a directory that stands for one.
pub struct Machine {
    image: Option<PathBuf>,
    /// Of this machine: whom the data belongs to, and PostgreSQL's administrator.
    pub service: Option<Owner>,
    pub postgres: Option<Owner>,
}

impl Machine {
    pub fn find(image: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(image) = image {
            std::fs::create_dir_all(image).with_context(|| image.display().to_string())?;
            return Ok(Self { image: Some(image.canonicalize()?), service: None, postgres: None });
        }
        ensure!(geteuid().is_root(), "this machine is root's to set up: sudo atum setup");
        let service = Owner::named("atum").context("there is no user atum; it comes with the package")?;
        Ok(Self { image: None, service: Some(service), postgres: Owner::named("postgres") })
    }

    pub fn is_image(&self) -> bool {
        self.image.is_some()
    }

    /// Where a path of the machine is.
    pub fn path(&self, path: &str) -> PathBuf {
        match &self.image {
            Some(image) => image.join(path.trim_start_matches('/')),
            None => path.into(),
        }
    }

    /// What is configured, by the file that a new installation gets where there is none. Fills what no flag said.
    pub fn configuration(&self, place: &mut Place, report: &mut Report) -> anyhow::Result<File> {
        let path = self.path(CONFIGURATION);
        self.directory("/etc/atum", 0o755)?;
        if !path.exists() {
            self.write(&path, configuration::shipped().as_bytes(), 0o640)?;
            report.made(&format!("{} with every key explained", path.display()));
        }
        let file = File::read(&path)?.context("the configuration that was just written is gone")?;
        for key in file.unknown() {
            report.note(&format!("{} has the key {key}, which this version does not know", path.display()));
        }
        let value = |key| file.values.get(key).cloned();
        place.data_dir = place.data_dir.take().or_else(|| value("ATUM_DATA_DIR").map(Into::into));
        place.database_url = place.database_url.take().or_else(|| value(DATABASE_URL));
        place.secrets_file =
            place.secrets_file.take().or_else(|| value("ATUM_SECRETS_FILE").map(|path| self.path(&path)));
        Ok(file)
    }

    /// Writes down what was said, and gives the address people use.
    pub fn configure(&self, place: &Place, host_name: &str, report: &mut Report) -> anyhow::Result<String> {
        let path = self.path(CONFIGURATION);
        let before = std::fs::read_to_string(&path)?;
        let values = File::read(&path)?.unwrap_or_default().values;
        let url = format!("https://{host_name}");
        let url = match values.get("ATUM_PUBLIC_URL") {
            Some(known) if *known == url || known.starts_with(&format!("{url}:")) => known.clone(),
            _ => url,
        };
        let data_dir = place.data_dir.as_ref().map(|path| path.display().to_string());
        let said = [("ATUM_PUBLIC_URL", Some(url.clone())), ("ATUM_DATA_DIR", data_dir)];
        let said = said.into_iter().chain([(DATABASE_URL, place.database_url.clone())]);
        // A file of a version that had no backups.
        let lacking = INSTALLED.iter().filter(|(key, _)| OF_BACKUPS.contains(key) && !values.contains_key(*key));
        let said = said.chain(lacking.map(|(key, value)| (*key, Some((*value).to_owned()))));
        let mut text = before.clone();
        for (key, value) in said {
            if let Some(value) = value.filter(|value| values.get(key) != Some(value)) {
                text = configuration::set(&text, key, &value);
            }
        }
        let changed = self.write(&path, text.as_bytes(), 0o640)?;
        report.step(changed, &format!("{}, for {url}", path.display()));
        Ok(url)
    }

    /// What is written down, or else what an installed machine has.
    pub fn configured(&self, key: &str) -> anyhow::Result<String> {
        let mut values = File::read(&self.path(CONFIGURATION))?.unwrap_or_default().values;
        let by_default = INSTALLED.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        values.remove(key).or(by_default).with_context(|| format!("{key} is not set"))
    }

    pub fn secrets_file(&self, place: &Place) -> anyhow::Result<PathBuf> {
        place.secrets_file.clone().context("ATUM_SECRETS_FILE is not set")
    }

    pub fn secrets(&self, path: &Path, report: &mut Report) -> anyhow::Result<Secrets> {
        self.directory("/etc/atum/secrets", 0o700)?;
        let was_there = path.exists();
        let secrets = Secrets::keep(path)?;
        let closed = close(path)?;
        report.step(!was_there || closed, &format!("{}, mode 600", path.display()));
        Ok(secrets)
    }

    pub fn has_certificate(&self) -> bool {
        self.certificate().exists() && self.key().exists()
    }
    pub fn certificate(&self) -> PathBuf {
        self.path("/etc/atum/tls/certificate.pem")
    }
    pub fn key(&self) -> PathBuf {
        self.path("/etc/atum/tls/key.pem")
    }

    /// A directory with this mode, made where it is not there.
    pub fn directory(&self, path: &str, mode: u32) -> anyhow::Result<()> {
        let path = self.path(path);
        DirBuilder::new().recursive(true).mode(0o755).create(&path).with_context(|| path.display().to_string())?;
        Ok(std::fs::set_permissions(&path, Permissions::from_mode(mode))?)
    }

    /// Whole or not at all; false where it is there already. A file that the group may read is the services' group's.
    pub fn write(&self, path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<bool> {
        let is_same = std::fs::read(path).is_ok_and(|before| before == bytes)
            && path.metadata().is_ok_and(|metadata| metadata.mode() & 0o777 == mode);
        if is_same {
            return Ok(false);
        }
        let draft = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        if let Some(service) = self.service.as_ref().filter(|_| mode == 0o640) {
            chown(&draft, Some(0), Some(service.gid))?;
        }
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()?;
        std::fs::rename(&draft, path).with_context(|| path.display().to_string())?;
        Bytes::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()?;
        Ok(true)
    }
}

/// True where others could have read it until now.
fn close(path: &Path) -> anyhow::Result<bool> {
    let was_open = path.metadata()?.mode() & 0o077 != 0;
    if was_open {
        std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    Ok(was_open)
}
