#!/bin/bash
# The pre-commit hook: [options of audit] -- FILE..., each audited by itself; ends with the worst exit code.
set -uo pipefail
options=()
while (($# > 0)) && [[ $1 != -- ]]; do
  options+=("$1")
  shift
done
shift
worst=0
for artifact; do
  "${BASH_SOURCE[0]%/*}/../everybyte" audit "${options[@]}" -- "$artifact"
  code=$?
  ((code <= worst)) || worst=$code
done
exit "$worst"
