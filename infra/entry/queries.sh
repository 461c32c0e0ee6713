# Writes .sqlx/: what the database said of every compile-time checked query, so that a build needs none.
# For whoever changed a query or the schema: ./atum queries

queries() {
    need_rust
    need_postgresql
    nothing_may_be_missing
    local place programs
    programs=$(dirname "$(newest_server)")
    place=$(mktemp -d)
    step "Starting a database for a moment" start_scratch "$place" "$programs"
    step "Migrating it" migrate_scratch "$place"
    step "Asking it about every query" ask_about_queries "$place"
    local outcome=$?
    in_scratch "$place" "$programs/pg_ctl" -D "$place/data" -m immediate stop >/dev/null
    rm -rf "$place"
    return $outcome
}

newest_server() { ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1 | grep . || command -v postgres; }

# PostgreSQL refuses to run as root.
in_scratch() {
    local place=$1
    shift
    if [[ $EUID == 0 ]]; then (cd "$place" && setpriv --reuid postgres --regid postgres --clear-groups "$@"); else "$@"; fi
}

start_scratch() {
    local place=$1 programs=$2
    [[ $EUID != 0 ]] || chown postgres "$place"
    in_scratch "$place" "$programs/initdb" -D "$place/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    in_scratch "$place" "$programs/pg_ctl" -D "$place/data" -l "$place/log" -w \
        -o "-k $place -c listen_addresses='' -c fsync=off" start >/dev/null
}

migrate_scratch() {
    local place=$1 file
    psql -q -v ON_ERROR_STOP=1 -h "$place" -U postgres postgres <infra/postgresql/roles.sql
    for file in migrations/*.sql; do
        psql -q -v ON_ERROR_STOP=1 -h "$place" -U atum_owner -f "$file" atum || return
    done
}

ask_about_queries() {
    rm -rf .sqlx
    mkdir .sqlx
    # Only what is compiled asks: the crates with queries are compiled anew.
    grep -rlE 'sqlx::query' server --include='*.rs' | xargs touch
    SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$root/.sqlx DATABASE_URL="postgres://atum_owner@localhost/atum?host=$1" \
        cargo check --workspace --all-targets
    say "  $(find .sqlx -name '*.json' | wc -l) queries"
}
