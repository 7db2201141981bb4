#!/bin/bash
# The pre-commit hook: [options of audit] -- FILE..., each audited by itself; ends with the worst exit code.
set -uo pipefail
options=()
while (($# > 0)) && [[ $1 != -- ]]; do
  options+=("$1")
  shift
done
if (($# == 0)); then
  # pre-commit puts `args` of a configuration in the place of ours: without the mark every file would pass for an option.
  echo "everybyte-audit: args must end with --, as in [--fail-on, undetermined, --]" >&2
  exit 2
fi
shift
worst=0
for artifact; do
  "${BASH_SOURCE[0]%/*}/../everybyte" audit "${options[@]}" -- "$artifact"
  code=$?
  ((code <= worst)) || worst=$code
done
exit "$worst"
