# The web app and the release binary, built only where their sources changed.

readonly stamps=target/stamps
readonly web_sources=(web/src web/public web/index.html web/package.json web/package-lock.json web/vite.config.ts web/tsconfig.json)
readonly binary_sources=(server crates migrations infra/postgresql .sqlx Cargo.toml Cargo.lock rust-toolchain.toml)

# is_fresh STAMP SOURCE…: nothing is newer than the stamp. A removed file makes its directory newer.
is_fresh() {
    local stamp=$1
    shift
    [[ -e $stamp && -z $(find "$@" -newer "$stamp" -print -quit 2>/dev/null || echo gone) ]]
}

# stamped NAME COMMAND…: the stamp is as old as the beginning, so that an edit made meanwhile is seen the next time.
stamped() {
    local name=$1
    shift
    mkdir -p "$stamps"
    touch "$stamps/$name.new"
    "$@" || return 1
    mv "$stamps/$name.new" "$stamps/$name"
}

build() {
    local command=$1 web_is_fresh='' binary_is_fresh=''
    [[ -e web/dist/index.html ]] && is_fresh "$stamps/web" "${web_sources[@]}" && web_is_fresh=yes
    [[ -n $web_is_fresh && -x target/release/atum && ! $stamps/web -nt $stamps/binary ]] &&
        is_fresh "$stamps/binary" "${binary_sources[@]}" && binary_is_fresh=yes
    needs "$command" "$*" "$web_is_fresh" "$binary_is_fresh"
    [[ -n $web_is_fresh ]] || stamped web build_web || fail "the web app could not be built"
    [[ -n $binary_is_fresh ]] || stamped binary build_binary || fail "the binary could not be built"
}

# Everything that is missing is named at once, before minutes of building.
needs() {
    local command=$1 arguments=$2 web_is_fresh=$3 binary_is_fresh=$4
    [[ -n $web_is_fresh ]] || need_node
    if [[ -z $binary_is_fresh ]]; then
        need_compiler
        need_rust
    fi
    if [[ $command == up && $arguments != *--postgres-bin* && $arguments != *--database-url* && -z ${ATUM_DATABASE_URL:-} ]]; then
        need_postgresql
    fi
    nothing_may_be_missing
}

build_web() {
    install_web && quiet_step "Building the web app" npm --prefix web run --silent build
}

# What the lock file names, without changing it. Not `npm ci`: that refuses a lock file in which another platform's
# optional binaries are missing, and npm leaves them out where their registry does not carry them.
install_web() {
    is_fresh "$stamps/web-packages" web/package.json web/package-lock.json && [[ -e web/node_modules/.package-lock.json ]] && return
    stamped web-packages quiet_step "Installing the web app's packages" npm --prefix web install --no-save --no-audit --no-fund
}

build_binary() {
    step "Building the binary (some minutes the first time)" env SQLX_OFFLINE="${SQLX_OFFLINE:-true}" cargo build --release --locked --package atum
}
