#!/usr/bin/env bash
# Runs a million random operations under sanitizers, ThreadSanitizer and AddressSanitizer unless
# told which: `tests/sanitizers.sh [thread|address]...`. `UNDERLOCK_OPERATIONS` asks for another
# number.
#
# What runs is `tests/mix/tests/threads.rs`: the programs of `tests/mix` on real threads with an
# executor of its own. The standard library is not instrumented. So what it does inside, parking and
# unparking threads above all, is neither checked nor seen to order anything, and the last drop of an
# `Arc` is ordered by a fence, which ThreadSanitizer does not see either: the executor does without
# them. What is generic or inlined (atomics, `Arc`'s counts, `Vec`) is compiled here and
# instrumented, and `malloc`, `free` and thread creation and joining are intercepted in any case.
#
# No report is suppressed.
#
# That both catch what they are for was tried with primitives made wrong on purpose, in 200,000
# operations each:
#
#   thread   the queue unlocked with a `Relaxed` store         data race
#   thread   a lock released with a `Relaxed` exchange         data race
#   thread   a waiter popped with a `Relaxed` store            data race
#   thread   permits given back with a `Relaxed` exchange      data race
#   address  a waiter that is dropped without leaving its line heap-use-after-free
#   address  the waker of a dropped acquire forgotten          leak
set -euo pipefail
cd "$(dirname "$0")/.."

# On stable as well.
export RUSTC_BOOTSTRAP=1
export UNDERLOCK_OPERATIONS=${UNDERLOCK_OPERATIONS:-1000000}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
host=$(rustc -vV | sed -n 's/^host: //p')
tried=$(mktemp -d)
trap 'rm -rf "$tried"' EXIT

[ $# -gt 0 ] || set -- thread address
for sanitizer; do
  flags="-Zsanitizer=$sanitizer"
  if [ "$sanitizer" = thread ]; then
    # The standard library was compiled without, which is not to be an error.
    flags+=" -Cunsafe-allow-abi-mismatch=sanitizer"
  fi
  # shellcheck disable=SC2086
  if ! rustc $flags --target "$host" -o "$tried/main" - <<<'fn main() {}' 2>"$tried/errors" ||
    ! "$tried/main" 2>>"$tried/errors"; then
    echo "skipped: this toolchain has no ${sanitizer} sanitizer for $host:"
    head -n 1 "$tried/errors"
    continue
  fi
  printf '== %s sanitizer\n' "$sanitizer"
  RUSTFLAGS="$flags" cargo test --quiet --release --package underlock-mix --test threads \
    --target "$host" --target-dir "${CARGO_TARGET_DIR:-target}/$sanitizer"
done
