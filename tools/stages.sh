# Stages that tools/demo, test, soak and bench are made of. To be sourced, in the tree's root folder.
# A stage is a function that answers with its exit code; `stage` runs one under a heading, with its time.
# shellcheck shell=bash

passed=0 failed=0 skipped=0
failures=()
logs=build/logs
JOBS="${JOBS:-$(nproc)}"

# quietly LOG COMMAND...: the output goes to the log and is shown only when the command fails.
quietly() {
  local log="$logs/$1.log"
  shift
  mkdir -p -- "$logs"
  if ! "$@" </dev/null >"$log" 2>&1; then
    { grep -E 'error:|FAILED|Error ' -- "$log" | cut -c 1-300 | head -n 40 || true; } >&2
    { echo "... the end of $log:" && tail -n 40 -- "$log" | cut -c 1-300; } >&2
    return 1
  fi
}

# configure FOLDER: build/FOLDER by the preset of that name; PRESET=... takes another one, and the array
# CONFIGURE adds options.
CONFIGURE=()
under=() # a command that builds and tests run under
configure() {
  quietly "configure-$1" cmake --preset "${PRESET:-$1}" -B "build/$1" "${CONFIGURE[@]}"
}

# build FOLDER TARGET...: configures and builds. ninja makes a second time a matter of seconds.
build() {
  local folder="$1"
  shift
  configure "$folder" || return 1
  if [[ -t 1 ]]; then
    "${under[@]}" cmake --build "build/$folder" -j "$JOBS" --target "$@" </dev/null
  else
    quietly "build-$folder" "${under[@]}" cmake --build "build/$folder" -j "$JOBS" --target "$@"
  fi
}

# The test programs that build/FOLDER knows, a line each, after it was configured.
test_programs() {
  ninja -C "build/$1" -t targets all | sed -nE 's/^([a-z0-9_]+_test): .*EXECUTABLE_LINKER.*/\1/p'
}

# Lines of ctest that say nothing: a test begins, a test passed.
dull='^ *Start +[0-9]+: |Test +#[0-9]+: .* Passed |^(Internal ctest|Test project) |^ *$|^Label Time Summary|sec\*proc'

# tests NAME FOLDER [ctest option ...]: runs ctest, shows what did not pass, and adds to the counts.
tests() {
  local name="$1" folder="$2" code=0
  shift 2
  mkdir -p -- "$logs"
  local junit="$PWD/$logs/$name.xml"
  rm -f -- "$junit"
  "${under[@]}" ctest --test-dir "build/$folder" --output-on-failure --no-tests=error --output-junit "$junit" "$@" \
    </dev/null 2>&1 | tee "$logs/$name.log" | { grep --line-buffered -vE "$dull" || true; } || code="$?"
  count_junit "$junit" || return 1
  return "$code"
}

# Adds a ctest report to the counts. A report that is absent is a failure of its own.
count_junit() {
  local head tests failures_here skips
  head="$(tr '\n\t' '  ' <"$1" 2>/dev/null | grep -oE '<testsuite [^>]*>' || true)"
  attribute() { grep -oE " $1=\"[0-9]+\"" <<<"$head" | grep -oE '[0-9]+' || echo 0; }
  [[ -n $head ]] || return 1
  tests="$(attribute tests)" failures_here="$(attribute failures)"
  skips=$(($(attribute skipped) + $(attribute disabled)))
  passed=$((passed + tests - failures_here - skips))
  failed=$((failed + failures_here))
  skipped=$((skipped + skips))
}

# stage HEADING FUNCTION [ARGUMENT...]: a failure that no test counted counts as one.
stage() {
  local heading="$1" begin="$SECONDS" failed_before="$failed"
  shift
  echo "== $heading"
  if "$@"; then
    echo "   done in $((SECONDS - begin)) s"
  else
    [[ $failed -gt $failed_before ]] || failed=$((failed + 1))
    failures+=("$heading")
    echo "   FAILED after $((SECONDS - begin)) s: $heading"
  fi
}

# One thing proved that no ctest run counts.
count_one() { passed=$((passed + 1)); }

# The last lines: what failed, then the counts alone on a line. Exits with the verdict.
closing_line() {
  local failure
  for failure in "${failures[@]}"; do echo "FAILED: $failure"; done
  echo "total: $SECONDS s"
  if [[ $skipped -gt 0 ]]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [[ $failed -eq 0 && $passed -gt 0 ]] || exit 1
  exit 0
}
