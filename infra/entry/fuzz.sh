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
    fuzz_build "$what"
    # Goes on after a finding: one run shows all there is to mend.
    local broken=()
    for target in "${targets[@]}"; do
        step "$target, $seconds s" fuzz_target "$target" "$seconds" || broken+=("$target")
    done
    [[ ${#broken[@]} == 0 ]] || fail "${broken[*]}: what broke them is in fuzz/artifacts"
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

# cargo_fuzz COMMAND ARGUMENT…
# libFuzzer's instrumentation is behind flags that the stable compiler takes where RUSTC_BOOTSTRAP says so. No sanitizer:
# the code is safe Rust, and what counts are panics, broken promises, time and memory.
cargo_fuzz() {
    local command=$1
    shift
    RUSTC_BOOTSTRAP=1 SQLX_OFFLINE=${SQLX_OFFLINE:-true} nice -n 19 \
        cargo fuzz "$command" --sanitizer none --target-dir fuzz/target "$@"
}

# All at once, so that every core has something to do.
fuzz_build() {
    local targets=("$1")
    [[ $1 != all ]] || targets=()
    step "Building" cargo_fuzz build "${targets[@]}" || fail "the targets do not build"
}

# 10 seconds and 2 GiB an input; a hang or a flood is a finding as a panic is.
fuzz_target() {
    local target=$1 seconds=$2 seeds=()
    mkdir -p "fuzz/corpus/$target"
    [[ ! -d fuzz/seeds/$target ]] || seeds=("fuzz/seeds/$target")
    cargo_fuzz run "$target" "fuzz/corpus/$target" "${seeds[@]}" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=20000
}
