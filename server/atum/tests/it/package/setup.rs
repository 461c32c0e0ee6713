use std::{
    collections::BTreeMap,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::SystemTime,
};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::Scratch;
use crate::up::external::Server;

/// A machine that is a directory, with a PostgreSQL that believes roles as Debian's does: on its socket, by the user.
struct Image {
    scratch: Scratch,
    server: Server,
}

impl Image {
    async fn new(name: &str) -> Self {
        let server = Server::start().await;
        server.believe_only_the_superuser().await;
        Self { scratch: Scratch::new(name), server }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.scratch.0.join("image").join(path.trim_start_matches('/'))
    }

    fn setup(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
        command.args(["setup", "--non-interactive", "--root"]).arg(self.path("/"));
        command.arg("--data-dir").arg(self.scratch.0.join("data"));
        command.args(["--database-url", &self.server.address("nobody", "nothing")]);
        command.args(["--administrator", &self.server.administrator()]).args(arguments);
        command.output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.setup(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.setup(arguments);
        assert!(!output.status.success(), "{arguments:?} was not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// A key and a place, a role that is let in by its password alone, and a server that hands over its log.
    async fn backups_are_ready(&self) {
        assert_eq!(self.mode("/etc/atum/secrets/backup.key"), 0o600);
        assert_eq!(self.mode("/etc/atum/secrets/backup-database-url"), 0o600);
        let log = self.path("/var/backups/atum/wal").metadata().unwrap().permissions().mode();
        assert_eq!((self.mode("/var/backups/atum"), log & 0o7777), (0o711, 0o2770));
        assert!(self.path("/var/backups/atum/recipient.txt").exists(), "nothing says for whom backups are sealed");

        let address = std::fs::read_to_string(self.path("/etc/atum/secrets/backup-database-url")).unwrap();
        let options: PgConnectOptions = address.trim().parse().unwrap();
        let mut conn = PgConnection::connect_with(&options).await.unwrap();
        let role = "select rolreplication and rolbypassrls and not rolsuper from pg_roles where rolname = current_user";
        assert!(sqlx::query_scalar::<_, bool>(role).fetch_one(&mut conn).await.unwrap());
        sqlx::query("select pg_switch_wal(), pg_control_system()").execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        let refused = PgConnection::connect_with(&options.password("another")).await;
        assert!(refused.is_err(), "the role is believed without its password");
        let rules = std::fs::read_to_string(self.server.rules()).unwrap();
        assert_eq!(rules.matches("local   replication   atum_backup   scram-sha-256\n").count(), 1, "{rules}");

        let settings = self.server.cluster.data_dir.postgresql().join("postgresql.auto.conf");
        let settings = std::fs::read_to_string(settings).unwrap();
        assert!(settings.contains("archive-wal") && settings.contains("/var/backups/atum"), "{settings}");
        assert!(settings.contains("archive_timeout = '60s'"), "{settings}");
    }

    fn mode(&self, path: &str) -> u32 {
        self.path(path).metadata().unwrap().permissions().mode() & 0o777
    }

    /// Everything there is, and when it was written.
    fn everything(&self) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
        let mut found = BTreeMap::new();
        collect(&self.path("/etc"), &mut found);
        found
    }
}

fn collect(directory: &Path, found: &mut BTreeMap<PathBuf, (SystemTime, Vec<u8>)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, found),
            false => {
                let written = path.metadata().unwrap().modified().unwrap();
                found.insert(path.clone(), (written, std::fs::read(&path).unwrap()));
            }
        }
    }
}

const ALL: [&str; 9] = [
    "--host-name",
    "desk.example.test",
    "--organization",
    "Example & Sons",
    "--admin-email",
    "ada.lovelace@example.test",
    "--time-zone",
    "Europe/Berlin",
    "--self-signed",
];

#[tokio::test]
async fn setup_makes_what_is_missing_and_nothing_the_second_time() {
    let image = Image::new("setup").await;
    let said = image.refused(&[]);
    assert!(said.contains("--host-name"), "{said}");
    let said = image.refused(&["--host-name", "desk.example.test"]);
    assert!(said.contains("--self-signed"), "{said}");

    let said = image.done(&ALL);
    assert!(said.contains("made   the organization example-sons"), "{said}");
    assert!(said.contains("https://desk.example.test/welcome/"), "the admin has no link: {said}");
    assert_eq!(image.mode("/etc/atum/secrets/secrets.json"), 0o600);
    assert_eq!(image.mode("/etc/atum/secrets"), 0o700);
    assert_eq!(image.mode("/etc/atum/tls/key.pem"), 0o600);
    assert_eq!(image.mode("/etc/atum/atum.conf"), 0o640);
    image.backups_are_ready().await;
    let name = std::fs::read_to_string(image.path("/etc/atum/nginx/server-name.conf")).unwrap();
    assert_eq!(name, "server_name desk.example.test;\n");
    let configuration = std::fs::read_to_string(image.path("/etc/atum/atum.conf")).unwrap();
    assert!(configuration.contains("\nATUM_PUBLIC_URL=https://desk.example.test\n"), "{configuration}");

    let (organizations, operators, rule) = image.server.look().await;
    assert_eq!((organizations.as_slice(), operators), (["Example & Sons".to_owned()].as_slice(), 1));
    assert_eq!(rule.matches("atum_owner,atum_identity,atum_app,atum_jobs").count(), 1, "{rule}");

    let before = image.everything();
    let said = image.done(&ALL);
    assert!(said.contains("Nothing was changed") && !said.contains("made "), "{said}");
    let said = image.done(&[]);
    assert!(said.contains("Nothing was changed") && !said.contains("made "), "{said}");
    assert!(before == image.everything(), "a file was written again");
    assert_eq!(image.server.look().await, (organizations, operators, rule));
}

#[tokio::test]
async fn a_certificate_is_taken_only_with_its_own_key_and_for_this_name() {
    let image = Image::new("setup-certificate").await;
    let file = |name: &str, text: &str| {
        let path = image.scratch.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let certified = |name: &str| rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let (ours, others) = (certified("desk.example.test"), certified("other.example.test"));
    let (certificate, key) = (file("ours.pem", &ours.cert.pem()), file("ours.key", &ours.signing_key.serialize_pem()));
    let other_key = file("other.key", &others.signing_key.serialize_pem());
    let other = file("other.pem", &others.cert.pem());
    let with = |certificate: &str, key: &str| {
        let files = ["--certificate", certificate, "--key", key].map(str::to_owned);
        ALL[..8].iter().map(|word| (*word).to_owned()).chain(files).collect::<Vec<_>>()
    };
    let refused = |arguments: Vec<String>| image.refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let said = refused(with(&certificate, &other_key));
    assert!(said.contains("is not that of"), "{said}");
    let said = refused(with(&other, &other_key));
    assert!(said.contains("is not for desk.example.test"), "{said}");
    assert!(!image.path("/etc/atum/tls/certificate.pem").exists(), "a refused certificate was laid down");

    let arguments = with(&certificate, &key);
    image.done(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(std::fs::read_to_string(image.path("/etc/atum/tls/certificate.pem")).unwrap(), ours.cert.pem());
    assert_eq!(image.mode("/etc/atum/tls/key.pem"), 0o600);

    // What was given is kept, unless it is for another name.
    let said = image.done(&["--self-signed"]);
    assert!(said.contains("Nothing was changed"), "{said}");
    let said = image.done(&["--host-name", "helpdesk.example.test"]);
    assert!(said.contains("the certificate is not for helpdesk.example.test"), "{said}");
    let said = image.done(&["--self-signed"]);
    assert!(said.contains("made   a self-signed certificate for helpdesk.example.test"), "{said}");
}

impl Server {
    /// As Debian's rules: whoever is not the superuser is believed by the operating system's user, so none of ours is.
    async fn believe_only_the_superuser(&self) {
        let superuser = atum::cluster::SUPERUSER;
        let rules = format!("local all {superuser} scram-sha-256\nlocal all all peer\n");
        std::fs::write(self.rules(), rules).unwrap();
        self.run("select pg_reload_conf()").await;
    }

    fn rules(&self) -> PathBuf {
        self.cluster.data_dir.postgresql().join("pg_hba.conf")
    }

    fn administrator(&self) -> String {
        self.address(atum::cluster::SUPERUSER, &self.cluster.superuser_password).replace("/helpdesk?", "/postgres?")
    }

    async fn look(&self) -> (Vec<String>, i64, String) {
        let mut superuser = PgConnection::connect_with(&self.cluster.superuser("helpdesk")).await.unwrap();
        let organizations = "select name from identity.organization order by name";
        let organizations = sqlx::query_scalar(organizations).fetch_all(&mut superuser).await.unwrap();
        let operators = "select count(*) from identity.account where operator";
        let operators = sqlx::query_scalar(operators).fetch_one(&mut superuser).await.unwrap();
        superuser.close().await.unwrap();
        (organizations, operators, std::fs::read_to_string(self.rules()).unwrap())
    }
}
