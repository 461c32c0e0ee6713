# Writes migrations/isolation.txt: every fact that isolation rests on, as the migrations make it. The proof at each start
# compares the database with it. For whoever changed the schema: ./atum isolation

isolation() {
    . infra/entry/queries.sh
    need_postgresql
    nothing_may_be_missing
    local place programs outcome=0
    programs=$(dirname "$(newest_server)")
    place=$(mktemp -d)
    step "Starting a database for a moment" start_scratch "$place" "$programs"
    step "Migrating it" migrate_scratch "$place"
    step "Writing down what isolation rests on" write_facts "$place" || outcome=$?
    in_scratch "$place" "$programs/pg_ctl" -D "$place/data" -m immediate stop >/dev/null
    rm -rf "$place"
    return $outcome
}

write_facts() {
    local made=$1.txt
    {
        echo "# What the proof of isolation compares the database with. Made from the migrations by ./atum isolation."
        PGOPTIONS='-c search_path=pg_catalog' psql -v ON_ERROR_STOP=1 -h "$1" -U atum_owner -At -F $'\t' \
            -f server/ops/src/proof/drift.sql atum
    } >"$made" && mv "$made" migrations/isolation.txt
    say "  $(wc -l <migrations/isolation.txt) lines"
}
