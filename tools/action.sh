#!/bin/bash
# One audit in a CI job: the report as JSON, its summary as Markdown, and SARIF where it is asked for. Ends as `everybyte audit` does.
# ARTIFACT, EVERYBYTE and REPORT are set; REPOSITORY, POLICY, REVIEWS, PREVIOUS, FAIL_ON and SARIF may be empty.
set -uo pipefail

words=()
add() { [[ -z $2 ]] || words+=("$1" "$2"); }
add --repository "${REPOSITORY-}"
add --policy "${POLICY-}"
add --reviews "${REVIEWS-}"
add --previous "${PREVIOUS-}"
add --fail-on "${FAIL_ON-}"

# What an earlier job left must not pass for this one's.
rm -f "$REPORT" ${SARIF:+"$SARIF"}
"$EVERYBYTE" audit --format json -o "$REPORT" "${words[@]}" -- "$ARTIFACT"
code=$?
if [[ -s $REPORT ]]; then
  # Into the summary alone: what a release's names say must not reach the runner as a line of output, which may be a command to it.
  # The report of a CycloneDX file has no other form.
  if ! grep -q '"schema": *"everybyte.sbom/1"' "$REPORT"; then
    "$EVERYBYTE" show --format markdown "$REPORT" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
    [[ -z ${SARIF-} ]] || "$EVERYBYTE" show --format sarif -o "$SARIF" "$REPORT" || code=3
  fi
  if [[ -n ${GITHUB_OUTPUT-} ]]; then
    echo "report=$REPORT" >>"$GITHUB_OUTPUT"
    echo "verdict=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).verdict' "$REPORT")" >>"$GITHUB_OUTPUT"
  fi
fi
exit "$code"
