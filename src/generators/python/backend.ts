import type { LockedPackage } from "../../model/replay.ts"

/** The backends that write themselves into a wheel, by the name that they write. Each is one wheel of pure Python that needs nothing but what is in the toolchain. */
const backends: ReadonlyMap<string, string> = new Map([
  ["setuptools", "setuptools"],
  ["bdist_wheel", "wheel"],
  ["flit", "flit-core"],
  ["hatchling", "hatchling"],
  ["poetry-core", "poetry-core"],
  ["pdm-backend", "pdm-backend"],
])

/** The backend that a wheel names (`Generator: flit 3.12.0`), where the commit asks for it too: in this version it is fetched. */
export function backendOf(word: string | undefined, requires: readonly string[]): LockedPackage | undefined {
  const [, written = "", version = ""] = /^([\w-]+) \(?(\d[\w.]*)\)?$/.exec(word ?? "") ?? []
  const name = backends.get(written)
  // The backend setuptools brings `wheel` without being asked.
  if (name === undefined || !requires.includes(name === "wheel" ? "setuptools" : name)) return undefined
  return { type: "pypi", optional: true, name, version, integrity: undefined }
}
