import type { ReplayScript } from "../script.ts"

/** Before a build: what was fetched comes before the toolchain's, and nobody asks for the list of classifiers, as the toolchain's may be older than the release. */
export const environment: ReplayScript["environment"] = {
  HATCH_METADATA_CLASSIFIERS_NO_VERIFY: "1",
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONPATH: "/build/python",
  VALIDATE_PYPROJECT_NO_NETWORK: "1",
}

export const prepare = (requires: readonly string[]): string => `mkdir /build/python
${requires.includes("trove-classifiers") ? "" : "echo 'raise ImportError' >/build/python/trove_classifiers.py"}
for wheel in /input/packages/*.whl; do
  test ! -e "$wheel" || python3 -m zipfile -e "$wheel" /build/python || exit 84
done`
