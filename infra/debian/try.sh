#!/usr/bin/env bash
# Tries two versions of the package, one after the other, on a clean Debian 12 with its own systemd, PostgreSQL, nginx and
# network, which exist in namespaces for as long as this takes:
#   ./atum package --version 0.1.0~old && ./atum package
#   sudo infra/debian/try.sh target/debian/atum_0.1.0~old_amd64.deb target/debian/atum_0.1.0_amd64.deb
# It installs, sets up, signs in over HTTPS, upgrades, removes, installs again, purges without and with the data.
#   --base DIR     keeps the tree that debootstrap makes for the next time [default: /var/cache/atum-try]
#   --beside DIR   brings this directory along at its place: a debug build reads the web app from where it was built
# Needs root, debootstrap, and, the first time, Debian's mirror (DEBIAN_MIRROR).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../entry/words.sh"

base=/var/cache/atum-try beside=() packages=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --base) base=$2 && shift 2 ;;
        --beside) beside+=("$(readlink -f "$2")") && shift 2 ;;
        *) packages+=("$(readlink -f "$1")") && shift ;;
    esac
done
[[ ${#packages[@]} == 2 ]] || fail "infra/debian/try.sh [--base DIR] [--beside DIR]… OLD.deb NEW.deb"
[[ $EUID == 0 ]] || fail "namespaces, mounts and systemd are root's: sudo $0"
command -v debootstrap >/dev/null || fail "debootstrap is missing:  apt-get install debootstrap"

readonly host=desk.example.test email=ada.lovelace@example.test password='a quiet harbour at dawn 7'
bring=$(mktemp -d) && chmod 755 "$bring"
group=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)/atum-try-$$
machine='' outer=''

# shellcheck disable=SC2317
end() {
    [[ -z $machine ]] || kill -KILL "$machine" 2>/dev/null || true
    # What unshare says of its child's end is nobody's concern.
    [[ -z $outer ]] || wait "$outer" 2>/dev/null || true
    for _ in {1..50}; do rmdir "$group" 2>/dev/null && break || sleep 0.1; done
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    rm -rf "$bring" "$bring.log"
}
trap end EXIT

make_base() {
    debootstrap --variant=minbase \
        --include=systemd-sysv,dbus,postgresql,nginx,curl,openssl,ca-certificates,procps,iproute2 \
        bookworm "$base.new" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" && mv "$base.new" "$base"
}

bring_along() {
    mkdir -p "$bring/root"
    cp "${packages[0]}" "$bring/root/old.deb"
    cp "${packages[1]}" "$bring/root/new.deb"
    local directory
    for directory in "${beside[@]}"; do
        mkdir -p "$bring$(dirname "$directory")"
        cp -a "$directory" "$bring$directory"
    done
}

boot() {
    mkdir "$group"
    (
        echo "$BASHPID" >"$group/cgroup.procs"
        BASE=$base BRING=$bring exec unshare --cgroup --mount --pid --uts --ipc --net --fork --kill-child bash "$here/machine.sh"
    ) 2>"$bring.log" &
    outer=$!
    local state=''
    for _ in {1..300}; do
        machine=$(pgrep -P "$outer" | head -n 1 || true)
        state=$([[ -z $machine ]] || inside systemctl is-system-running 2>/dev/null || true)
        [[ $state != running && $state != degraded ]] || return 0
        sleep 0.2
    done
    say "systemd did not come up: ${state:-nothing was heard of it}"
    cat "$bring.log" >&2
    [[ -z $state ]] || inside sh -c "systemctl list-jobs --no-pager; journalctl --no-pager -n 40" >&2
    return 1
}

inside() { nsenter -t "$machine" -m -p -u -i -C -n -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
sh_inside() { inside sh -c "$1"; }

# holds WORDS SCRIPT: the script is true inside.
holds() {
    local said
    if said=$(sh_inside "$2" 2>&1); then
        say "  ok    $1"
    else
        say "  ${red}FAIL${plain}  $1" "$said"
        sh_inside 'journalctl --no-pager -o cat -n 40 -u "atum*"' >&2 || true
        exit 1
    fi
}

# shown COMMAND…: as a person would see it.
shown() {
    say "  \$ $*"
    inside "$@" 2>&1 | sed 's/^/    /' >&2
}

readonly curl="curl -sS --fail-with-body --cacert /etc/atum/tls/certificate.pem --resolve $host:443:127.0.0.1 --resolve $host:80:127.0.0.1"
readonly origin="-H 'Origin: https://$host' -H 'Content-Type: application/json'"

serves() {
    holds "all services run" 'for unit in atum-api atum-sla-worker atum-job-worker atum-mail-worker; do systemctl is-active $unit || exit 1; done'
    holds "/livez over HTTPS answers 200" "$curl -o /dev/null https://$host/livez"
    holds "/readyz over HTTPS answers 200" "$curl -o /dev/null https://$host/readyz"
    holds "the sign-in page comes over HTTPS" "$curl https://$host/sign-in | grep -q '<title>Atum'"
    holds "ada signs in by her password" "$curl $origin -d '{\"email\":\"$email\",\"password\":\"$password\"}' https://$host/api/v1/session | grep -q '$email'"
}

# Each by its unit, in its sandbox, with nothing done by hand.
backs_up() {
    holds "the timers wait" 'for unit in atum-backup atum-backup-drill atum-backup-files; do systemctl is-active $unit.timer || exit 1; done'
    holds "a backup is made" 'systemctl start atum-backup.service && [ "$(systemctl show -P Result atum-backup.service)" = success ]'
    holds "a drill proves it" 'systemctl start atum-backup-drill.service && [ "$(systemctl show -P Result atum-backup-drill.service)" = success ]'
    holds "new files are copied" 'systemctl start atum-backup-files.service'
    holds "root sees it proven" 'atum backup list | tee /dev/stderr | grep -q "proven at"'
    holds "the kit has key and secrets" 'atum backup kit | grep -q AGE-SECRET-KEY-1'
    holds "health says so" "
        $curl $origin -c /root/cookies -o /dev/null -d '{\"email\":\"$email\",\"password\":\"$password\"}' https://$host/api/v1/session
        $curl -b /root/cookies https://$host/api/v1/health >/root/health
        cat /root/health
        grep -q '\"name\":\"backup\",\"status\":\"pass\"' /root/health && grep -q '\"name\":\"restore\",\"status\":\"pass\"' /root/health"
    holds "PostgreSQL hands its log over, and nothing was refused since" '
        runuser -u postgres -- psql -qAtX -c "select archived_count > 0 and (last_failed_time is null or last_failed_time < last_archived_time) from pg_stat_archiver" | grep -qx t'
    holds "the user of the services cannot become the role of backups" '
        ! runuser -u atum -- psql -wqAtX -U atum_backup -d atum -c "select 1" && ! runuser -u atum -- psql -wqAtX -d atum -c "select 1" &&
        ! runuser -u atum -- cat /etc/atum/secrets/backup-database-url'
    holds "the API sees no credentials but its own" '
        [ "$(ls /run/credentials | grep -c ^atum-)" -gt 1 ] && [ "$(ls "/proc/$(systemctl show -P MainPID atum-api)/root/run/credentials")" = atum-api.service ]'
}

# What somebody sees who asks twenty times a second while it is upgraded.
ask_all_along() {
    sh_inside "while [ ! -e /root/stop ]; do $curl -o /dev/null -w '%{http_code}\\n' https://$host/readyz 2>/dev/null; sleep 0.05; done >/root/answers" || true
}

run() {
    [[ -d $base ]] || step "Making a clean Debian 12 in $base" make_base
    bring_along
    step "Starting its systemd" boot

    say "${bold}Install${plain}"
    shown dpkg -i /root/old.deb
    holds "nothing runs yet" '! systemctl is-active atum.target'
    holds "setup says what it is not told" 'atum setup --non-interactive 2>&1 | grep -q -- --host-name'
    say "${bold}Set up${plain}"
    local setup=(atum setup --non-interactive --host-name "$host" --organization "Example Tools" --admin-email "$email" --time-zone Europe/Berlin --self-signed)
    say "  (typing the answers)"
    shown sh -c "printf '%s\\n' '$host' self-signed 'Example Tools' '$email' | script -qec 'atum setup' /dev/null"
    holds "the link lets ada set her password" "
        token=\$(atum account reset-link $email --org example-tools | grep -o '[^/]*\$' | tail -n 1)
        $curl $origin -d '{\"password\":\"$password\"}' https://$host/api/v1/invitations/\$token"
    serves
    backs_up
    holds "HTTP leads to HTTPS" "$curl -o /dev/null -w '%{http_code} %{redirect_url}' http://$host/x | grep -q '^301 https://$host/x'"
    holds "HSTS is said" "$curl -I https://$host/ | grep -qi '^strict-transport-security'"
    holds "/metrics is closed from outside" "! $curl https://$host/metrics"
    holds "secrets and key are root's, mode 600; the configuration 640" '
        [ "$(stat -c "%a %U:%G" /etc/atum/secrets/secrets.json)" = "600 root:root" ] &&
        [ "$(stat -c "%a %U:%G" /etc/atum/tls/key.pem)" = "600 root:root" ] &&
        [ "$(stat -c "%a %U:%G" /etc/atum/secrets/backup.key)" = "600 root:root" ] &&
        [ "$(stat -c "%a %U:%G" /etc/atum/secrets/backup-database-url)" = "600 root:root" ] &&
        [ "$(stat -c "%a %U:%G" /etc/atum/secrets)" = "700 root:root" ] &&
        [ "$(stat -c "%a %U:%G" /etc/atum/atum.conf)" = "640 root:atum" ]'
    holds "nothing under the data directory is root's" '[ -z "$(find /var/lib/atum -user root)" ]'
    shown "${setup[@]}"
    holds "a second setup changes nothing, also without flags" 'atum setup --non-interactive | grep -q "Nothing was changed"'
    holds "root's commands act as the services' user" 'atum org create second --name Second && [ -z "$(find /var/lib/atum -user root)" ]'
    holds "no unit is left failed" '[ -z "$(systemctl list-units --failed --plain --no-legend "atum*")" ]'

    say "${bold}Upgrade${plain}"
    sh_inside "sed -i 's/^#ATUM_UPLOAD_LIMIT_MIB=.*/ATUM_UPLOAD_LIMIT_MIB=51/' /etc/atum/atum.conf; md5sum /etc/atum/atum.conf /etc/atum/secrets/* /etc/atum/tls/* >/root/sums; systemctl show -p MainPID atum-api >/root/pid"
    ask_all_along &
    local asking=$!
    shown dpkg -i /root/new.deb
    inside touch /root/stop
    wait "$asking"
    inside awk '{ if ($1 != 200) away++ } END { printf "  of %d requests meanwhile, one every 50 ms, %d were told to come again\n", NR, away }' /root/answers >&2
    holds "whoever was not answered was told so" '! grep -vxE "200|503" /root/answers'
    holds "the new version is installed" '[ "$(dpkg-query -W -f "\${Version}" atum)" = "$(dpkg-deb -f /root/new.deb Version)" ]'
    holds "another process serves" '! systemctl show -p MainPID atum-api | cmp -s - /root/pid'
    holds "settings, secrets and certificate are as they were" 'md5sum -c --quiet /root/sums'
    holds "both organizations are there" 'atum org list | grep -q ^example-tools && atum org list | grep -q ^second'
    serves

    say "${bold}Remove, and install again${plain}"
    shown dpkg -r atum
    holds "nothing runs" '! pgrep -x atum'
    holds "settings and data are kept" 'md5sum -c --quiet /root/sums && [ -d /var/lib/atum/files ] && runuser -u postgres -- psql -qAtX -d atum -c "select count(*) from identity.organization" | grep -qx 2'
    shown dpkg -i /root/new.deb
    serves

    say "${bold}Purge, keeping the data${plain}"
    shown dpkg -P atum
    holds "the data is kept" '[ -d /var/lib/atum/files ] && [ -e /etc/atum/secrets/secrets.json ] && runuser -u postgres -- psql -qAtX -d atum -c "select 1"'
    holds "nginx serves its other sites" 'nginx -t && [ ! -e /etc/nginx/sites-enabled/atum.conf ] && [ ! -e /etc/nginx/sites-available/atum.conf ]'
    shown dpkg -i /root/new.deb
    holds "setup switches it on again" 'atum setup --non-interactive'
    serves

    say "${bold}Purge, answering the question with yes${plain}"
    shown script -qec 'echo yes | DEBIAN_FRONTEND=teletype dpkg -P atum' /dev/null
    holds "nothing of it is left" '
        [ ! -e /var/lib/atum ] && [ ! -e /etc/atum ] && ! grep -q Atum /etc/postgresql/15/main/pg_hba.conf &&
        ! grep -q archive-wal /var/lib/postgresql/15/main/postgresql.auto.conf &&
        [ "$(runuser -u postgres -- psql -qAtX -c "select (select count(*) from pg_database where datname = '"'atum'"') + (select count(*) from pg_roles where rolname like '"'atum%'"')")" = 0 ]'
    holds "except the backups" '[ -d /var/backups/atum ]'
    say "Everything holds."
}
run
