# The checks that tools/test runs in a short form and tools/soak at length. To be sourced after stages.sh.
# shellcheck shell=bash

# Rooms of which a part is called from more than one thread without servers. What `run` does on several
# needs servers: that is the soak's.
THREADED_ROOMS="${THREADED_ROOMS:-base history loop measure}"

# address_sanitizer LABELS [ctest option ...]: all of it with the second compiler, warnings being errors,
# under asan and ubsan, and its tests without those of which a label matches. CXX=g++ takes the first
# compiler, whose miscompiled coroutines only its own sanitizers see. Random orders by the thousand are for
# the release build; here a few walk every line.
address_sanitizer() {
  local without="$1" CONFIGURE=(-DCMAKE_CXX_COMPILER="${CXX:-clang++}")
  shift
  PRESET=asan build "asan-${CXX:-clang++}" all || return 1
  DOORBUSTER_RUNS="${DOORBUSTER_RUNS:-300}" UBSAN_OPTIONS=print_stacktrace=1 tests asan "asan-${CXX:-clang++}" -LE "$without" "$@"
}

# thread_sanitizer "ROOM ..." LABELS [ctest option ...]: the test programs of these rooms under tsan.
thread_sanitizer() {
  local rooms="$1" without="$2" room programs=() pattern=none
  shift 2
  configure tsan || return 1
  for room in $rooms; do
    if test_programs tsan | grep -x "${room}_test" >/dev/null; then
      programs+=("${room}_test")
      pattern+="|$room"
    fi
  done
  # ThreadSanitizer's shadow lies where some kernels' address randomisation puts other things. The build
  # is concerned too: it runs the test programs to ask for their tests.
  local under=()
  if setarch -R true 2>/dev/null; then under=(setarch -R); fi
  build tsan "${programs[@]}" || return 1
  tests tsan tsan -R "^($pattern)\\." -LE "$without" "$@"
}

# benchmarks_run: every program of bench/, built before, as short as it goes: that it runs is asked, not how
# fast. Without the sizes that take seconds to prepare.
benchmarks_run() {
  local program code=0
  for program in build/release/bench/*_bench; do
    if DOORBUSTER_BENCH_SECONDS=0.2 quietly "$(basename "$program")" "$program" --benchmark_min_time=0.001 \
      "--benchmark_filter=-/[0-9]{7,}(/|$)"; then
      count_one
    else
      failed=$((failed + 1)) code=1
    fi
  done
  return "$code"
}

# fuzz SECONDS: each src/ROOM/SUBJECT_fuzz.cpp for so long, from the seeds in src/ROOM/corpus/SUBJECT/ and
# from what it learnt before. What one finds stays in build/fuzz-found/.
fuzz() {
  local seconds="$1" program name source seeds code=0
  local CONFIGURE=(-DCMAKE_CXX_COMPILER=clang++ "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1" -DDOORBUSTER_FUZZ=ON
    -DDOORBUSTER_SANITIZE=fuzzer-no-link,address,undefined)
  PRESET=dev build fuzz fuzzers || return 1
  for source in src/*/*_fuzz.cpp; do
    name="$(basename "$source" .cpp)"
    program="build/fuzz/$name"
    mkdir -p "build/fuzz-corpus/$name" build/fuzz-found
    seeds=("build/fuzz-corpus/$name" "${source%/*}/corpus/${name%_fuzz}")
    [[ $name != parse_fuzz ]] || seeds+=(scenarios)
    if quietly "$name" "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
      -artifact_prefix="build/fuzz-found/$name-" "${seeds[@]}"; then
      count_one
    else
      failed=$((failed + 1))
      code=1
    fi
  done
  return "$code"
}
