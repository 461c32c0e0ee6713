# How the entry script speaks: steps with their times, and errors that say what to do.

if [[ -t 2 ]]; then bold=$'\e[1m' gold=$'\e[33m' red=$'\e[31m' plain=$'\e[0m'; else bold='' gold='' red='' plain=''; fi

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "${red}atum:${plain} $*"
    exit 1
}

# now_ms: a clock for measuring, in milliseconds.
now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }

# took START_MS: "12.3 s"
took() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# step WORDS COMMAND…: runs it in sight of the person, and says how long it took.
step() {
    local words=$1 begun
    shift
    begun=$(now_ms)
    say "${gold}▸${plain} ${bold}$words${plain}"
    "$@" || return $?
    say "  done in $(took "$begun")"
}

# quiet_step WORDS COMMAND…: shows what the command printed only where it fails.
quiet_step() {
    local words=$1 begun log
    shift
    begun=$(now_ms)
    log=$(mktemp)
    printf '%s' "${gold}▸${plain} ${bold}$words${plain} … " >&2
    if ! "$@" >"$log" 2>&1 </dev/null; then
        say "failed"
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
    say "$(took "$begun")"
}
