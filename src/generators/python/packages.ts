/** What build requirements are called in Debian. All of them are in the set `python` of a toolchain (src/toolchains/debian-table.ts). */
const packages: ReadonlyMap<string, string> = new Map([
  ["setuptools", "python3-setuptools"],
  ["wheel", "python3-wheel"],
  ["setuptools-scm", "python3-setuptools-scm"],
  ["hatchling", "python3-hatchling"],
  ["hatch-vcs", "python3-hatch-vcs"],
  ["hatch-fancy-pypi-readme", "python3-hatch-fancy-pypi-readme"],
  ["hatch-requirements-txt", "python3-hatch-requirements-txt"],
  ["flit", "flit"],
  ["flit-core", "flit"],
  ["flit-scm", "python3-flit-scm"],
  ["poetry-core", "python3-poetry-core"],
  ["pdm-backend", "python3-pdm-backend"],
  ["pdm-pep517", "python3-pdm-pep517"],
  ["cython", "cython3"],
  ["pbr", "python3-pbr"],
  ["versioneer", "python3-versioneer"],
  ["trove-classifiers", "python3-trove-classifiers"],
  ["cffi", "python3-cffi"],
  ["packaging", "python3-packaging"],
  ["tomli", "python3-tomli"],
])

/** The distribution's package of a build requirement, by its normal name. */
export const packageFor = (requirement: string): string | undefined => packages.get(requirement)

/** Those that ask git: for the version, the authors, the list of files, or what is ignored. */
const askGit: ReadonlySet<string> = new Set([
  "setuptools-scm",
  "hatch-vcs",
  "flit-scm",
  "pbr",
  "versioneer",
  "poetry-core",
  "pdm-backend",
  "pdm-pep517",
])
export const readsHistory = (requirement: string): boolean => askGit.has(requirement)

/** Those that bring setuptools-scm, whose plug-in gives setuptools git's list of files. */
const withScm: ReadonlySet<string> = new Set(["setuptools-scm", "flit-scm", "hatch-vcs"])
export const listsByGit = (requirement: string): boolean => withScm.has(requirement)
