# Every check there is, in the order in which they fail fastest. CI runs this and nothing else.

check() {
    local begun only=${1:-}
    begun=$(now_ms)
    # Compile-time checked SQL is compared with .sqlx/, so that no database is needed to build.
    export SQLX_OFFLINE=${SQLX_OFFLINE:-true} CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
    need_compiler
    need_rust
    need_node
    need_postgresql
    need_chromium
    need_dovecot
    need_nginx
    need_systemd_analyze
    need_dpkg
    need_promtool
    need_strace
    nothing_may_be_missing
    local summary=() failed=0
    for part in format products dependencies packages web-lint web-types web-tests web-build lint tests contract end-to-end; do
        [[ -z $only || $only == "$part" ]] || continue
        run_part "$part"
    done
    say ''
    printf '%s\n' "${summary[@]}" >&2
    say "  $(took "$begun") in all"
    [[ $failed == 0 ]] || fail "$failed of ${#summary[@]} checks failed"
}

# Goes on after a failure: one run shows all there is to mend.
run_part() {
    local part=$1 begun mark=ok
    begun=$(now_ms)
    say ''
    say "${gold}▸${plain} ${bold}$part${plain}"
    "check_$part" || { mark="${red}FAILED${plain}"; failed=$((failed + 1)); }
    summary+=("$(printf '  %-12s %-8s %s' "$part" "$mark" "$(took "$begun")")")
}

check_format() { cargo fmt --all --check; }
# What building and fuzzing leave behind stays in the history for ever, once it is in.
check_products() {
    git rev-parse --git-dir >/dev/null 2>&1 || return 0
    local left
    left=$(git ls-files -- target data fuzz/target fuzz/corpus fuzz/artifacts web/dist web/node_modules | head -n 5)
    [[ -z $left ]] || { say "committed, and made by a build or a fuzzer:" "$left"; return 1; }
}
# One TLS provider, ring: a second one costs every build a minute and a C toolchain of its own.
check_dependencies() {
    ! grep -nE '^name = "(aws-lc-rs|aws-lc-sys|openssl-sys|native-tls)"$' Cargo.lock
}
check_packages() { install_web; }
check_web-lint() { npm --prefix web run --silent lint; }
check_web-types() { npm --prefix web run --silent types; }
check_web-tests() { npm --prefix web run --silent test; }
check_web-build() { npm --prefix web run --silent build; }
check_lint() { cargo clippy --locked --workspace --all-targets -- -D warnings; }

# One process for all tests that need a database: they share one private PostgreSQL.
check_tests() { cargo test --locked --workspace --lib --bins --tests --no-fail-fast; }

# The description is made from the handlers, the web app's types from the description: both must be what is committed.
check_contract() {
    cargo build --locked --package atum || return 1
    local made
    made=$(mktemp -d)
    target/debug/atum openapi >"$made/openapi.json" &&
        (cd web && npx --no-install openapi-typescript "$made/openapi.json" -o "$made/schema.ts" >/dev/null) &&
        same openapi.json "$made/openapi.json" "./atum openapi > openapi.json" &&
        same web/src/api/schema.ts "$made/schema.ts" "npm --prefix web run api"
    local outcome=$?
    rm -rf "$made"
    return $outcome
}

# same COMMITTED MADE COMMAND
same() {
    diff -u "$1" "$2" | head -n 40
    [[ ${PIPESTATUS[0]} == 0 ]] && return
    say "$1 is not what the code says; make it anew:  $3"
    return 1
}

# The browser drives the binary that the tests were built with.
check_end-to-end() {
    cargo build --locked --package atum && ATUM_BIN=$root/target/debug/atum npm --prefix web run --silent e2e
}
