"""Says what the sandbox around it lets it do: one line each, the same for every unit."""
import mmap, os, socket, subprocess, sys, threading


def tried(what, act):
    try:
        said = act()
    except Exception as error:
        said = f"refused: {type(error).__name__} {error}"
    print(f"{what}: {said}", flush=True)


def write(path):
    with open(path, "w") as file:
        file.write("x")
    os.unlink(path)
    return "possible"


def dial(family):
    socket.socket(family, socket.SOCK_STREAM if family != socket.AF_NETLINK else socket.SOCK_RAW).close()
    return "possible"


def database():
    line = socket.socket(socket.AF_UNIX)
    line.connect("/run/postgresql/.s.PGSQL.5432")
    return "reached"


def thread():
    worker = threading.Thread(target=lambda: bytearray(64 << 20))
    worker.start()
    worker.join()
    return "possible"


status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
for name in ["Uid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp"]:
    print(f"{name}: {status[name].split(chr(9))[0]}")
tried("a thread with 64 MiB (argon2)", thread)
tried("the database's socket", database)
tried("writing /var/lib/atum", lambda: write("/var/lib/atum/probe"))
tried("resolving a name", lambda: socket.getaddrinfo("localhost", 25)[0][4][0])
tried("secrets.json", lambda: oct(os.stat(os.environ["CREDENTIALS_DIRECTORY"] + "/secrets.json").st_mode & 0o777))
tried("/etc/atum/secrets", lambda: os.listdir("/etc/atum/secrets"))
for path in ["/etc/probe", "/usr/probe", "/run/probe"]:
    tried(f"writing {path}", lambda: write(path))
for path in ["/home", "/root"]:
    tried(f"listing {path}", lambda: os.listdir(path))
tried("others' files in /tmp", lambda: len(os.listdir("/tmp")))
tried("others' processes", lambda: len([pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (os.getpid(),)]))
tried("/proc/sys", lambda: os.listdir("/proc/sys"))
tried("devices", lambda: " ".join(sorted(os.listdir("/dev"))))
tried("network interfaces", lambda: " ".join(name for _, name in socket.if_nameindex()))
tried("AF_INET", lambda: dial(socket.AF_INET))
tried("AF_NETLINK", lambda: dial(socket.AF_NETLINK))
tried("memory that is written and run", lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC) and "possible")
tried("a user namespace", lambda: subprocess.run(["unshare", "-U", "true"], capture_output=True, text=True, check=True) and "possible")
tried("setuid root", lambda: os.setuid(0))
