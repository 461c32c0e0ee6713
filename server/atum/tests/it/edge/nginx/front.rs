//! The real nginx, with the site that is shipped, in front of the real binary.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    support::{
        Client, Somebody, Test,
        authority::{Authority, Files},
        node::Node,
        server,
    },
    up::process::{free_address, until},
};

pub const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/nginx");

pub struct Front {
    child: Child,
    pub https: SocketAddr,
    pub http: SocketAddr,
    pub authority: Authority,
    pub certificate: Files,
    pub node: Node,
    directory: PathBuf,
}

impl Front {
    /// Takes uploads of one MiB.
    pub fn start(test: &Test) -> Self {
        let arguments =
            ["--public-url", "https://desk.test", "--trusted-proxy", "127.0.0.1", "--upload-limit-mib", "1"];
        let node = Node::serve(test, &arguments);
        let directory = server::directory().join(format!("nginx-{}", test.database));
        let authority = Authority::new();
        let certificate = authority.lay_into(&directory.join("tls"));
        let (https, http) = (free_address(), free_address());
        arrange(&directory, &certificate, [https, http, node.address]);
        let mut command = Command::new(program());
        command.arg("-p").arg(&directory).arg("-e").arg(directory.join("error.log"));
        command.arg("-c").arg(directory.join("conf/nginx.conf")).args(["-g", "daemon off;"]);
        let said = directory.join("said");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&said).unwrap());
        let child = command.spawn().expect("nginx starts");
        let mut front = Self { child, https, http, authority, certificate, node, directory };
        until("nginx listens", || {
            let ended = front.child.try_wait().unwrap().is_some();
            assert!(!ended, "nginx ended: {}", std::fs::read_to_string(&said).unwrap_or_default());
            TcpStream::connect(https).is_ok()
        });
        front
    }

    /// A browser that never signed in, at this address of the machine.
    pub fn anonymous_from(&self, test: &Test, from: Ipv4Addr) -> Client {
        test.anonymous().served_over_tls(self.https, self.authority.trust(), from)
    }

    pub fn anonymous(&self, test: &Test) -> Client {
        self.anonymous_from(test, HERE)
    }

    /// Over TLS the session is in a cookie of another name.
    pub fn signed_in(&self, test: &Test, somebody: &Somebody) -> Client {
        self.anonymous(test).header("cookie", &format!("__Host-atum_session={}", somebody.session))
    }

    pub fn access_log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log/atum.log")).unwrap()
    }
}

impl Drop for Front {
    /// SIGKILL would leave its workers behind.
    fn drop(&mut self) {
        let _ =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// Debian has it where only root looks.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = places.map(|place| place.join("nginx")).find(|program| program.exists());
    found.expect("nginx is needed for this test: apt-get install nginx")
}

/// The shipped files, with what an operator changes: addresses, certificate, the limit of uploads.
fn arrange(directory: &Path, certificate: &Files, [https, http, node]: [SocketAddr; 3]) {
    let (conf, log) = (directory.join("conf"), directory.join("log"));
    std::fs::create_dir_all(conf.join("atum")).unwrap();
    std::fs::create_dir_all(&log).unwrap();
    for file in std::fs::read_dir(format!("{SHIPPED}/atum")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), conf.join("atum").join(file.file_name())).unwrap();
    }
    let mut site = std::fs::read_to_string(format!("{SHIPPED}/atum.conf")).unwrap();
    for (shipped, here) in [
        ("server 127.0.0.1:8000;", format!("server {node};")),
        ("listen 80;", format!("listen {http};")),
        ("listen 443 ssl http2;", format!("listen {https} ssl http2;")),
        // Not every machine that runs the tests has IPv6.
        ("listen [::]:80;", String::new()),
        ("listen [::]:443 ssl http2;", String::new()),
        ("/etc/atum/tls/certificate.pem", certificate.certificate.display().to_string()),
        ("/etc/atum/tls/key.pem", certificate.key.display().to_string()),
        ("/var/log/nginx/", format!("{}/", log.display())),
        ("client_max_body_size 50m;", "client_max_body_size 1m;".into()),
    ] {
        assert!(site.contains(shipped), "the site has no {shipped}");
        site = site.replace(shipped, &here);
    }
    std::fs::write(conf.join("site.conf"), site).unwrap();
    std::fs::write(conf.join("nginx.conf"), main(directory)).unwrap();
}

/// What a distribution's own nginx.conf does, as far as the site depends on it.
fn main(directory: &Path) -> String {
    // Started by root its workers could not enter a directory of root's.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", directory.display()))
        .collect();
    format!(
        "{user} worker_processes 2; pid {}/pid; events {{ worker_connections 512; }}
         http {{ default_type application/octet-stream; {temporary} include site.conf; }}",
        directory.display()
    )
}
