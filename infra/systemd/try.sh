#!/usr/bin/env bash
# Starts the shipped units under a real systemd, in namespaces of its own over an overlay of this machine's files, and shows
# what becomes of a hung process, of fifty crashes in a row and of a database that is away, and what the sandbox refuses:
#   sudo infra/systemd/try.sh [BINARY]        [default: target/debug/atum]
# About eleven minutes; nothing of this machine is changed. Needs root, systemd, postgresql, curl and python3.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../entry/words.sh"
. "$here/../entry/tools.sh"

binary=$(readlink -f "${1:-$here/../../target/debug/atum}")
[[ $EUID == 0 ]] || fail "namespaces, mounts and systemd are root's: sudo $0"
[[ -x $binary ]] || fail "there is no $binary:  cargo build -p atum"
readonly services=(atum-api atum-sla-worker atum-job-worker atum-mail-worker)
readonly email=ada@example.test password='a quiet harbour at dawn 7' site=http://127.0.0.1:8000
bring=$(mktemp -d)
chmod 755 "$bring"
# One control group of our own: for all controllers, or, on older systems, in the hierarchy of each.
controllers='' groups=()
if [[ -d /sys/fs/cgroup/memory ]]; then
    controllers='systemd cpu cpuacct memory pids'
    for controller in $controllers; do
        groups+=("/sys/fs/cgroup/$controller$(sed -nE "s/^[0-9]+:([^:]*,)?(name=)?$controller(,[^:]*)?://p" /proc/self/cgroup)/atum-try-$$")
    done
else
    groups=("$(findmnt -n -t cgroup2 -o TARGET | head -n 1)/atum-try-$$")
fi
machine='' outer=''

# shellcheck disable=SC2317
end() {
    local code=$?
    [[ $code == 0 || -z $machine ]] || log -n 30 -u "atum*" >&2
    [[ -z $machine ]] || kill -KILL "$machine" 2>/dev/null || true
    [[ -z $outer ]] || wait "$outer" 2>/dev/null || true
    for _ in {1..50}; do
        find "${groups[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [[ -n $(ls -d "${groups[@]}" 2>/dev/null) ]] || break
        sleep 0.1
    done
    rm -rf "$bring" "$bring".*
}
trap end EXIT

programs() { dirname "$(ls -1 /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)"; }

bring_along() {
    local units=$bring/etc/systemd/system
    mkdir -p "$units" "$bring/usr/bin" "$bring/opt/try"
    cp "$here"/atum-*.service "$here"/atum.target "$units"
    printf '%s\n' '[Unit]' Description=Tried Requires=basic.target After=basic.target >"$units/atum-try.target"
    printf '%s\n' '[Service]' Type=notify User=postgres KillSignal=SIGINT RuntimeDirectory=postgresql \
        "ExecStart=$(programs)/postgres -D /var/lib/try-postgresql -k /run/postgresql -c listen_addresses= -c fsync=off" \
        >"$units/postgresql.service"
    # The distribution's own clusters stay away.
    ln -s /dev/null "$units/postgresql@.service"
    cp "$binary" "$bring/usr/bin/atum"
    cp "$here/try-probe.py" "$bring/opt/try/probe.py"
    cp -a /etc/passwd /etc/group "$bring/etc"
    echo 'atum:x:990:990::/var/lib/atum:/usr/sbin/nologin' >>"$bring/etc/passwd"
    echo 'atum:x:990:' >>"$bring/etc/group"
    mkdir -m 750 "$bring/etc/atum"
    mkdir -m 700 "$bring/etc/atum/secrets"
    printf '%s\n' 'ATUM_DATABASE_URL=postgres:///atum?host=/run/postgresql' "ATUM_PUBLIC_URL=$site" >"$bring/etc/atum/atum.conf"
    chgrp 990 "$bring/etc/atum" "$bring/etc/atum/atum.conf"
    chmod 640 "$bring/etc/atum/atum.conf"
    # The units as they are, around something that tells what it may do.
    local unit
    for unit in atum-api atum-sla-worker; do
        sed -E '/^(NotifyAccess|WatchdogSec|Restart|RestartSec)=/d; s,^Type=.*,Type=oneshot,; s,^ExecStart=.*,ExecStart=/usr/bin/python3 /opt/try/probe.py\nStandardOutput=file:/run/probe-'$unit',' \
            "$here/$unit.service" >"$units/probe-$unit.service"
    done
}

boot() {
    mkdir "${groups[@]}"
    (
        for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
        export BASE=/ BRING=$bring TARGET=atum-try.target CONTROLLERS=$controllers
        exec unshare --cgroup --mount --pid --uts --ipc --net --fork --kill-child bash "$here/../debian/machine.sh"
    ) 2>"$bring.log" &
    outer=$!
    local state=''
    for _ in {1..300}; do
        machine=$(pgrep -P "$outer" | head -n 1 || true)
        state=$([[ -z $machine ]] || inside systemctl is-system-running 2>/dev/null || true)
        [[ $state != running && $state != degraded ]] || return 0
        sleep 0.2
    done
    say "systemd did not come up: ${state:-nothing was heard of it} $(<"$bring.log")"
    return 1
}

inside() { nsenter -t "$machine" -m -p -u -i -C -n -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }
of() { inside systemctl show -P "$2" "$1"; }
status() { inside curl -s -m 5 -o /dev/null -w '%{http_code}' "$site$1" || true; }
log() { inside journalctl --no-pager -o cat "$@"; }

# until_so SECONDS WORDS COMMAND…: looks until it succeeds.
until_so() {
    local limit=$1 words=$2 begun
    shift 2
    begun=$(now_ms)
    until "$@"; do
        (($(now_ms) - begun < limit * 1000)) || { inside systemctl --no-pager status "atum*" >&2 || true; fail "not within $limit s: $words"; }
        sleep 0.1
    done
}

is_new() { local pid; pid=$(of "$1" MainPID); [[ $pid != 0 && $pid != "$2" ]]; }
is_back() { is_new "$1" "$2" && [[ $(of "$1" ActiveState) == active ]]; }
answers() { [[ $(status "$1") == "$2" ]]; }
as_atum() { inside env ATUM_DATABASE_URL='postgres://postgres@localhost/atum?host=/run/postgresql' ATUM_SECRETS_FILE=/etc/atum/secrets/secrets.json ATUM_DATA_DIR=/root/atum atum "$@"; }

start_database() {
    inside install -d -o postgres -m 700 /var/lib/try-postgresql
    inside runuser -u postgres -- "$(programs)/initdb" -D /var/lib/try-postgresql -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    inside sh -c 'printf "local all postgres trust\nlocal all all scram-sha-256\n" >/var/lib/try-postgresql/pg_hba.conf'
    inside systemctl start postgresql
    as_atum migrate
    as_atum org create acme
    inside sh -c 'printf %s "'"$password"'" | ATUM_DATABASE_URL="postgres://postgres@localhost/atum?host=/run/postgresql" ATUM_SECRETS_FILE=/etc/atum/secrets/secrets.json ATUM_DATA_DIR=/root/atum atum account create '"$email"' --org acme --name Ada --role admin --password-stdin'
}

start_services() {
    inside systemctl start "${services[@]}"
    local service
    for service in "${services[@]}"; do
        say "  $service: $(of "$service" ActiveState), \"$(of "$service" StatusText)\", $(inside grep VmRSS "/proc/$(of "$service" MainPID)/status" | tr -s '\t ' ' ')"
    done
    [[ $(status /readyz) == 200 ]]
}

# What really runs, as the kernel sees it.
show_sandbox() {
    local service pid
    for service in "${services[@]}"; do
        pid=$(of "$service" MainPID)
        say "  $service: $(inside sh -c "grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' /proc/$pid/status" | tr -s '\t\n' ' ')"
    done
    for service in atum-api atum-sla-worker; do
        say "  inside the sandbox of $service:"
        inside systemctl start "probe-$service"
        inside cat "/run/probe-$service" | sed 's/^/    /' >&2
    done
}

# What the kernel was told, and that it acts on it: a worker that may have less memory than it needs is ended, and started
# again until it has enough.
show_bounds() {
    local service pid
    for service in "${services[@]}"; do
        say "  $service: $(bound "$service" memory memory.max memory.limit_in_bytes), $(bound "$service" cpu cpu.max cpu.cfs_quota_us), $(bound "$service" pids pids.max pids.max)"
    done
    pid=$(of atum-sla-worker MainPID)
    inside systemctl set-property --runtime atum-sla-worker MemoryHigh=infinity MemoryMax=3M
    inside systemctl restart --no-block atum-sla-worker
    until_so 60 "the kernel ends it" was_ended_by_the_kernel atum-sla-worker
    say "  atum-sla-worker with MemoryMax=3M: $(log -u atum-sla-worker -n 50 | grep -E 'Main process exited|oom' | tail -n 1)"
    inside systemctl set-property --runtime atum-sla-worker MemoryMax=384M
    until_so 60 "it is back" is_back atum-sla-worker "$pid"
    say "  with 384M again: $(of atum-sla-worker ActiveState)"
}
was_ended_by_the_kernel() { log -u "$1" -n 50 | grep -qE 'status=9/KILL|oom-kill'; }

# bound SERVICE CONTROLLER FILE OLDER_FILE
bound() {
    local place=/system.slice/$1.service
    inside sh -c "cd /sys/fs/cgroup; for file in .$place/$3 $2$place/$4; do [ ! -e \$file ] || echo \${file##*/} \$(cat \$file); done"
}

upload() {
    inside curl -s -b /opt/try/jar -H "Origin: $site" -H 'Content-Type: application/octet-stream' --data-binary @/opt/try/image.png "$@" "$site/api/v1/files?name=image.png"
}

# A password is hashed, an image decoded and scaled, a file written, all inside the sandbox.
use_it() {
    local jar=/opt/try/jar
    inside python3 - <<'PY'
import struct, zlib
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(3 * 800)) for y in range(600))
open("/opt/try/image.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 800, 600, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY
    inside curl -sf -c "$jar" -H "Origin: $site" -H 'Content-Type: application/json' -d "{\"email\":\"$email\",\"password\":\"$password\"}" -o /dev/null "$site/api/v1/session"
    say "  signed in"
    local id
    id=$(upload | inside python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
    say "  uploaded: $(inside sh -c 'find /var/lib/atum/files -type f | head -n 1 | xargs ls -ln' | cut -c1-60)"
    say "  thumbnail: $(inside curl -sf -b "$jar" -o /dev/null -w '%{http_code} %{content_type} %{size_download} bytes' "$site/api/v1/files/$id/thumbnail")"
}

# hang SERVICE: stopped in the middle of whatever it does.
hang() {
    local service=$1 pid begun
    pid=$(of "$service" MainPID)
    begun=$(now_ms)
    inside kill -STOP "$pid"
    until_so 150 "$service is ended and started again" is_back "$service" "$pid"
    say "  $service: process $pid stood still, $(of "$service" MainPID) works after $(took "$begun")"
    log -u "$service" -n 200 | grep -E 'Watchdog timeout|watchdog|Scheduled restart' | tail -n 3 | sed 's/^/    /' >&2
}

# The process is well, but what it claims jobs from is locked by somebody for as long as the lock is held.
hang_claims() {
    local pid begun
    pid=$(of atum-job-worker MainPID)
    begun=$(now_ms)
    inside runuser -u postgres -- psql -q -h /run/postgresql atum -c 'begin; lock table queue.job; select pg_sleep(600)' >/dev/null 2>&1 &
    local locks=$!
    until_so 200 "the worker is ended" is_new atum-job-worker "$pid"
    say "  atum-job-worker: its claims hung, ended after $(took "$begun")"
    inside runuser -u postgres -- psql -q -h /run/postgresql atum -c "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()" >/dev/null
    wait "$locks" || true
    until_so 60 "it is back" is_back atum-job-worker "$pid"
    say "  and is back after $(took "$begun"), the lock gone"
    log -u atum-job-worker -n 200 | grep -E 'does not proceed|Watchdog timeout' | tail -n 2 | cut -c1-200 | sed 's/^/    /' >&2
}

crash() {
    local pid
    for _ in {1..50}; do
        pid=$(of atum-api MainPID)
        inside kill -KILL "$pid"
        until_so 30 "a new process" is_new atum-api "$pid"
    done
    until_so 60 "it is ready" answers /readyz 200
    say "  $(of atum-api NRestarts) restarts by now, $(of atum-api ActiveState), /readyz $(status /readyz)"
    say "  \"start request repeated too quickly\" in the log: $(log | grep -c 'repeated too quickly' || true) times"
}

database_away() {
    local pid=() service begun
    for service in "${services[@]}"; do pid+=("$(of "$service" MainPID)"); done
    inside systemctl stop postgresql
    begun=$(now_ms)
    until_so 20 "it is not ready" answers /readyz 503
    while (($(now_ms) - begun < 60000)); do
        answers /livez 200 || fail "not alive after $(took "$begun") without a database"
        sleep 1
    done
    say "  after $(took "$begun") without a database: /livez $(status /livez), /readyz $(status /readyz), \"$(of atum-api StatusText)\""
    inside systemctl start postgresql
    begun=$(now_ms)
    until_so 30 "it is ready" answers /readyz 200
    say "  ready $(took "$begun") after the database came back"
    sleep 12
    for service in "${services[@]}"; do
        [[ $(of "$service" MainPID) == "${pid[0]}" ]] || fail "$service was ended"
        pid=("${pid[@]:1}")
    done
    say "  the same four processes; \"$(of atum-api StatusText)\""
}

# An upload is under way, slowly, when everything is told to stop.
drain() {
    local begun service answer=$bring.answer
    upload --limit-rate 40k -w '%{http_code}' -o /dev/null >"$answer" &
    local uploads=$!
    sleep 1
    begun=$(now_ms)
    inside systemctl start atum.target
    inside systemctl stop atum.target
    wait "$uploads"
    say "  the upload that was under way: $(<"$answer")"
    [[ $(<"$answer") == 201 ]]
    for service in "${services[@]}"; do
        until_so 60 "$service has stopped" is_inactive "$service"
        say "  $service: $(of "$service" Result)"
    done
    say "  all stopped within $(took "$begun")"
}
is_inactive() { [[ $(of "$1" ActiveState) == inactive ]]; }

# Unlike step, it ends at the first command that fails.
try() {
    local words=$1 begun
    shift
    begun=$(now_ms)
    say "${gold}▸${plain} ${bold}$words${plain}"
    "$@"
    say "  done in $(took "$begun")"
}

bring_along
step "Starting a systemd" boot
try "Making a database" start_database
try "Starting the units as they are shipped" start_services
try "The bounds" show_bounds
try "The sandbox" show_sandbox
try "Passwords, images and files in it" use_it
try "A hung API" hang atum-api
try "A hung worker" hang atum-mail-worker
try "A worker whose claims hang" hang_claims
try "Fifty crashes in a row" crash
try "A minute without a database" database_away
try "Stopping" drain
say "All of it held."
