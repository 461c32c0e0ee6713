use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// A data directory of a test, removed after it together with whatever still runs in it.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("atum-up-{}-{count}", std::process::id())))
    }

    pub fn atum(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
        command.args(arguments).arg("--data-dir").arg(&self.0).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.atum(arguments).output().expect("atum runs")
    }

    /// What a refused command says.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?} was not refused; it said: {said}");
        said
    }

    pub fn postmaster(&self) -> Option<Pid> {
        let file = std::fs::read_to_string(self.0.join("postgresql/postmaster.pid")).ok()?;
        Pid::from_raw(file.lines().next()?.trim().parse().ok()?)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            let _ = kill_process(pid, Signal::QUIT);
        }
        let _ = std::fs::remove_dir_all(&self.0);
        let _ = std::fs::remove_file(self.0.with_extension("log"));
    }
}

/// A running `atum up`.
pub struct Up {
    pub child: Child,
    pub address: SocketAddr,
}

impl Up {
    pub fn start(directory: &Directory) -> Self {
        Self::start_with(directory, &[])
    }

    pub fn start_with(directory: &Directory, arguments: &[&str]) -> Self {
        let address = free_address();
        let mut command = directory.atum(&["up", "--listen", &address.to_string()]);
        command.args(arguments);
        let log = directory.0.with_extension("log");
        let file = std::fs::File::create(&log).expect("a log");
        command.stdout(Stdio::null()).stderr(file);
        let mut up = Self { child: command.spawn().expect("atum starts"), address };
        until("it serves", || {
            let ended = up.child.try_wait().expect("a child");
            assert!(ended.is_none(), "atum ended: {}", std::fs::read_to_string(&log).unwrap_or_default());
            up.is_ready()
        });
        up
    }

    /// `/readyz` asks the database.
    pub fn is_ready(&self) -> bool {
        get(self.address, "/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    pub fn kill(mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("its end");
    }

    /// Ctrl-C; gives the exit code.
    pub fn interrupt(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("SIGINT");
        self.child.wait().expect("its end").code()
    }
}

pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

/// Waits for something that another process does.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(90), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn get(address: SocketAddr, path: &str) -> Option<String> {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
