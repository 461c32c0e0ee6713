# ./atum package: a Debian package of the release binary, or of another one. Made by dpkg-deb alone: every Debian has it, it
# takes a binary as it is, and what goes where can be read below.

package() {
    local binary='' out=$root/target/debian version='' compression=xz
    while [[ $# -gt 0 ]]; do
        case $1 in
            --binary) binary=$(readlink -f "$caller_dir/$2" 2>/dev/null || readlink -f "$2") && shift 2 ;;
            --out) out=$(cd "$caller_dir" && mkdir -p "$2" && cd "$2" && pwd) && shift 2 ;;
            --version) version=$2 && shift 2 ;;
            --compression) compression=$2 && shift 2 ;;
            *) fail "./atum package [--binary FILE] [--out DIR] [--version VERSION] [--compression xz|gzip|none]" ;;
        esac
    done
    need_dpkg
    nothing_may_be_missing
    if [[ -z $binary ]]; then
        build package
        binary=$root/target/release/atum
    fi
    [[ -n $version ]] || version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
    local stage name
    stage=$(mktemp -d)
    name=atum_${version}_$(dpkg --print-architecture).deb
    mkdir -p "$out"
    # Whatever the caller's umask is; what is more closed than that is made so at the installation. Not in a condition:
    # there, a step that fails would not end it.
    local outcome
    set +e
    (
        set -e
        umask 022
        lay_out "$stage" "$binary" "$version"
        SOURCE_DATE_EPOCH=$(source_date) dpkg-deb --root-owner-group -Z"$compression" --build "$stage" "$out/$name" >/dev/null
    )
    outcome=$?
    set -e
    rm -rf "$stage"
    [[ $outcome == 0 ]] || fail "the package could not be built"
    say "$out/$name"
}

# lay_out STAGE BINARY VERSION
lay_out() {
    local stage=$1 binary=$2 version=$3 file
    chmod 755 "$stage"
    install -D -m 755 "$binary" "$stage/usr/bin/atum"
    lay 644 "$stage/usr/lib/systemd/system" $(find infra/systemd -maxdepth 1 -name "*.service" -o -name "*.timer" -o -name "*.target")
    install -D -m 644 infra/debian/atum.sysusers "$stage/usr/lib/sysusers.d/atum.conf"
    install -D -m 644 infra/debian/atum.tmpfiles "$stage/usr/lib/tmpfiles.d/atum.conf"
    lay_out_nginx "$stage"
    for file in prometheus grafana postgresql; do
        [[ ! -d infra/$file ]] || lay 644 "$stage/usr/share/atum/$file" $(find "infra/$file" -maxdepth 1 -type f ! -name "*.sh" ! -name "*.py")
    done
    lay_out_descriptions "$stage" "$binary"
    lay_out_documents "$stage" "$version"
    lay_out_control "$stage" "$version"
}

# lay MODE DIRECTORY FILE…
lay() {
    local mode=$1 directory=$2
    shift 2
    install -d -m 755 "$directory"
    install -m "$mode" -t "$directory" "$@"
}

# The host name comes from a file that `atum setup` writes, so that the site stays as it is shipped and follows upgrades.
lay_out_nginx() {
    local site=$1/etc/nginx/sites-available/atum.conf
    lay 644 "$1/etc/nginx/atum" infra/nginx/atum/*.conf
    install -D -m 644 infra/nginx/atum.conf "$site"
    sed -i 's|^\( *\)server_name _;$|\1include /etc/atum/nginx/server-name*.conf;|' "$site"
    [[ $(grep -c 'include /etc/atum/nginx/server-name' "$site") == 2 ]] || { say "infra/nginx/atum.conf names its host otherwise"; return 1; }
}

# What the program says of itself.
lay_out_descriptions() {
    local stage=$1 binary=$2 manual=$1/usr/share/man/man1
    install -d "$manual" "$stage/usr/share/atum"
    "$binary" describe configuration >"$stage/usr/share/atum/atum.conf"
    "$binary" describe manual "$manual"
    gzip -9n "$manual"/*.1
    write_completion bash usr/share/bash-completion/completions/atum
    write_completion zsh usr/share/zsh/vendor-completions/_atum
    write_completion fish usr/share/fish/vendor_completions.d/atum.fish
}

# write_completion SHELL PATH, in lay_out_descriptions
write_completion() {
    install -d "$(dirname "$stage/$2")"
    "$binary" describe completions "$1" >"$stage/$2"
}

lay_out_documents() {
    local documents=$1/usr/share/doc/atum version=$2 maintainer date
    maintainer=$(maintainer)
    date=$(LC_ALL=C date -R -d "@$(source_date)")
    lay 644 "$documents" infra/debian/copyright README.md docs/configuration.md
    lay 644 "$documents/runbooks" docs/runbooks/*.md
    gzip -9n <CHANGELOG.md >"$documents/NEWS.gz"
    printf 'atum (%s) stable; urgency=medium\n\n  * What changed is told in NEWS.gz.\n\n -- %s  %s\n' \
        "$version" "$maintainer" "$date" | gzip -9n >"$documents/changelog.gz"
}

lay_out_control() {
    local stage=$1 version=$2 control=$1/DEBIAN script
    install -d "$control"
    sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$(dpkg --print-architecture)|" -e "s|@MAINTAINER@|$(maintainer)|" \
        -e "s|@LIBC@|$(needed_libc "$stage/usr/bin/atum")|" \
        -e "s|@SIZE@|$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)|" infra/debian/control >"$control/control"
    for script in postinst prerm postrm; do install -m 755 "infra/debian/$script" "$control/$script"; done
    install -m 644 infra/debian/atum.templates "$control/templates"
    (cd "$stage" && find etc -type f | sed 's|^|/|' | sort) >"$control/conffiles"
    (cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$control/md5sums"
}

# The oldest C library that has all that the binary asks of it.
needed_libc() {
    objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1 | grep .
}

maintainer() { echo "${DEBFULLNAME:-Atum Desk} <${DEBEMAIL:-atum@localhost}>"; }

# The last change's time, so that the same source makes the same package.
source_date() { echo "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}"; }
