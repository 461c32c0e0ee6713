# Looks for what nobody thought of: requests made from the API's description (`./atum fuzz 10`), bytes made for each parser
# of outside input (`./atum fuzz file_name 60`). docs/fuzzing.md

readonly cargo_fuzz="cargo install cargo-fuzz --locked"

fuzz() {
    local what=${1:-1} seconds=${2:-60}
    need_compiler
    need_rust
    if [[ $what =~ ^[0-9]+$ ]]; then
        fuzz_requests "$what"
        return
    fi
    need_cargo_fuzz
    nothing_may_be_missing
    local target targets=("$what")
    [[ $what != all ]] || mapfile -t targets < <(fuzz_targets)
    for target in "${targets[@]}"; do
        [[ -e fuzz/targets/$target.rs ]] || fail "there is no target $target; there are: $(fuzz_targets | paste -sd ' ')"
    done
    for target in "${targets[@]}"; do
        step "$target, $seconds s" fuzz_target "$target" "$seconds" || fail "$target: what broke it is in fuzz/artifacts/$target"
    done
}

# Every request another one: the seed is the time, and is told, so that a finding can be had again.
fuzz_requests() {
    need_postgresql
    nothing_may_be_missing
    export SQLX_OFFLINE=${SQLX_OFFLINE:-true} ATUM_FUZZ_SECONDS=$(($1 * 60)) ATUM_FUZZ_SEED=${ATUM_FUZZ_SEED:-$(date +%s)}
    say "  ATUM_FUZZ_SEED=$ATUM_FUZZ_SEED"
    cargo test --locked --package atum --test it -- fuzz::whatever --nocapture
}

fuzz_targets() { ls fuzz/targets | sed 's/\.rs$//'; }

need_cargo_fuzz() {
    [[ -d ${CARGO_HOME:-$HOME/.cargo}/bin ]] && PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    command -v cargo-fuzz >/dev/null || missing+=("cargo-fuzz:  $cargo_fuzz")
    command -v c++ >/dev/null || missing+=("a C++ compiler, for libFuzzer:  apt-get install g++")
}

# libFuzzer's instrumentation is behind flags that the stable compiler takes where RUSTC_BOOTSTRAP says so. No sanitizer:
# the code is safe Rust, and what counts are panics, broken promises, time and memory.
fuzz_target() {
    local target=$1 seconds=$2
    mkdir -p "fuzz/corpus/$target"
    local seeds=()
    [[ ! -d fuzz/seeds/$target ]] || seeds=("fuzz/seeds/$target")
    RUSTC_BOOTSTRAP=1 SQLX_OFFLINE=true nice -n 19 cargo fuzz run --sanitizer none --target-dir fuzz/target "$target" \
        "fuzz/corpus/$target" "${seeds[@]}" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=20000
}
