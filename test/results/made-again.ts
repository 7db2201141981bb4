/**
 * `node tools/node.mjs test/results/made-again.ts [--only TEXT] [--cache DIR]`: small projects of ours, packed by their own tools from a clone and without a sandbox,
 * and the archive explained by a replay. Each again with one line more in a file that the tool wrote. The tools are those of the machine (PATH): what is missing is `not run`.
 * The toolchains must be built: trixie:python, trixie:rust, trixie:meson, trixie:cmake. The backends of wheels are fetched (`--replay always`), in the versions that these name.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { appendFileSync, globSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { baseName } from "../../src/core/path.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { commitFiles, type Files, git, makeRepository, temporary } from "../fixtures/repository.ts"
import { Report } from "./report-schema.ts"
import { commandLine } from "./run-explain.ts"

const { values } = parseArgs({ options: { only: { type: "string" }, cache: { type: "string" } } })

interface Trial {
  readonly name: string
  readonly version: string
  readonly files: Files
  /** In the repository, before it is committed. */
  readonly before?: string
  /** In the clone. */
  readonly make: string
  /** Below the clone. */
  readonly packed: string
  /** What the tool wrote, and gets a line more. */
  readonly poisoned: string
  /** What cannot be made again, and stays to read. */
  readonly leaves?: readonly string[]
  /** Of the command line. */
  readonly options?: readonly string[]
}

/** As in an isolated build, which has no plug-in that the project does not ask for. */
const isolated = 'export SETUPTOOLS_SCM_IGNORE_VCS_ROOTS="$PWD"; '
const sdist = { make: "python3 -m build --sdist --no-isolation --outdir packed", packed: "packed/*.tar.gz", poisoned: "PKG-INFO" }
const wheel = {
  make: "python3 -m build --no-isolation --outdir packed",
  packed: "packed/*.whl",
  options: ["--replay", "always"],
}
const crate = { make: "cargo package --no-verify", packed: "target/package/*.crate", poisoned: "Cargo.toml" }

const pyproject = (requires: string, backend: string, project: string): string =>
  `[build-system]\nrequires = [${requires}]\nbuild-backend = "${backend}"\n[project]\nname = "demo"\n${project}\n`
const cargoToml = (more: string): string =>
  `[package]\nname = "demo"\nversion = "1.2.0"\nedition = "2021"\nlicense = "MIT"\ndescription = "A demo"\nrepository = "https://example.org/demo"\n${more}`
const library = { "src/lib.rs": "pub fn one() -> u8 {\n    1\n}\n", ".gitignore": "/target\n" }
const main = { "main.c": "int main(void) { return 0; }\n" }

const trials: readonly Trial[] = [
  {
    ...sdist,
    make: isolated + sdist.make,
    name: "Python, setuptools",
    version: "1.2",
    files: {
      "pyproject.toml": pyproject(
        '"setuptools>=61"',
        "setuptools.build_meta",
        'version = "1.2"\nreadme = "README.md"\ndependencies = ["requests"]',
      ),
      "README.md": "# demo\n",
      "src/demo/__init__.py": "x = 1\n",
      "tests/test_demo.py": "import demo\n",
    },
  },
  {
    ...sdist,
    name: "Python, setuptools-scm",
    version: "1.3",
    files: {
      "pyproject.toml": `${pyproject('"setuptools>=61", "setuptools_scm[toml]>=8"', "setuptools.build_meta", 'dynamic = ["version"]')}[tool.setuptools_scm]\nversion_file = "src/demo/_version.py"\n`,
      ".gitignore": "_version.py\n*.egg-info\n",
      "src/demo/__init__.py": "x = 1\n",
      "docs/more.txt": "listed by git alone\n",
    },
  },
  {
    ...sdist,
    name: "Python, flit-core",
    version: "1.2",
    files: {
      "pyproject.toml": pyproject(
        '"flit_core>=3.2,<4"',
        "flit_core.buildapi",
        'authors = [{name = "Author One"}]\ndynamic = ["version", "description"]',
      ),
      "demo/__init__.py": '"""A demo."""\n\n__version__ = "1.2"\n',
    },
  },
  {
    ...sdist,
    name: "Python, hatchling with hatch-vcs",
    version: "1.4",
    files: {
      "pyproject.toml": `${pyproject('"hatchling", "hatch-vcs"', "hatchling.build", 'dynamic = ["version"]')}[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\nversion-file = "src/demo/_version.py"\n`,
      ".gitignore": "_version.py\n",
      "src/demo/__init__.py": "x = 1\n",
    },
  },
  {
    ...wheel,
    make: isolated + wheel.make,
    name: "Python wheel, setuptools, from src",
    version: "1.2",
    poisoned: "demo-1.2.dist-info/METADATA",
    files: {
      "pyproject.toml": pyproject('"setuptools>=61"', "setuptools.build_meta", 'version = "1.2"\nscripts = { demo = "demo:main" }'),
      "src/demo/__init__.py": "def main():\n    pass\n",
      "src/demo/words.txt": "left out\n",
    },
  },
  {
    ...wheel,
    name: "Python wheel, flit-core",
    version: "1.2",
    poisoned: "demo-1.2.dist-info/WHEEL",
    files: {
      "pyproject.toml": pyproject('"flit_core>=3.2,<5"', "flit_core.buildapi", 'dynamic = ["version", "description"]'),
      "demo/__init__.py": '"""A demo."""\n\n__version__ = "1.2"\n',
      LICENSE: "a licence\n",
    },
  },
  {
    ...wheel,
    name: "Python wheel, hatchling with hatch-vcs",
    version: "1.4",
    poisoned: "demo/_version.py",
    files: {
      "pyproject.toml": `${pyproject('"hatchling", "hatch-vcs"', "hatchling.build", 'dynamic = ["version"]')}[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\nversion-file = "src/demo/_version.py"\n`,
      ".gitignore": "_version.py\n",
      "src/demo/__init__.py": "x = 1\n",
    },
  },
  {
    ...wheel,
    name: "Python wheel, poetry-core, in a folder of the repository",
    version: "1.2",
    make: "cd python && python3 -m build --no-isolation --outdir ../packed",
    poisoned: "demo-1.2.dist-info/METADATA",
    files: {
      "python/pyproject.toml": pyproject('"poetry-core>=2"', "poetry.core.masonry.api", 'version = "1.2"\ndescription = "A demo"'),
      "python/demo/__init__.py": "x = 1\n",
      "main.c": "int main(void) { return 0; }\n",
    },
  },
  { ...crate, name: "crate without dependencies", version: "1.2.0", files: { "Cargo.toml": cargoToml(""), ...library } },
  {
    ...crate,
    name: "crate with dependencies and a Cargo.lock in git",
    version: "1.2.0",
    before: "cargo generate-lockfile",
    files: {
      "Cargo.toml": cargoToml(
        '[dependencies]\nserde = { version = "1", features = ["derive"], optional = true }\n[target."cfg(windows)".dependencies]\nwindows-sys = { version = "0.52", features = ["Win32_Foundation"] }\n[dev-dependencies]\nrand = "0.8"\n[features]\ndefault = ["serde?/rc"]\n',
      ),
      ...library,
    },
  },
  {
    ...crate,
    name: "crate with dependencies and no lock in git",
    version: "1.2.0",
    // The registry as it was on the day of the release is nowhere written down.
    leaves: ["Cargo.lock"],
    files: { "Cargo.toml": cargoToml('[dependencies]\nlibc = "0.2"\n'), ...library, ".gitignore": "/target\nCargo.lock\n" },
  },
  {
    name: "Meson, with a dist script",
    version: "1.2",
    make: "meson setup built && meson dist -C built --no-tests --formats xztar",
    packed: "built/meson-dist/*.tar.xz",
    poisoned: "ChangeLog",
    files: {
      "meson.build": "project('demo', 'c', version: '1.2')\nmeson.add_dist_script('dist.sh')\nexecutable('demo', 'main.c')\n",
      "dist.sh": {
        content:
          '#!/bin/sh\ngit -C "$MESON_SOURCE_ROOT" log --format="%H %s" >"$MESON_DIST_ROOT/ChangeLog"\necho ".TH demo 1" >"$MESON_DIST_ROOT/demo.1"\n',
        executable: true,
      },
      ...main,
    },
  },
  {
    name: "CMake, CPack",
    version: "1.2",
    make: "cmake -S . -B ../built && cmake --build ../built --target package_source && cp ../built/*-Source.tar.gz packed.tgz",
    packed: "packed.tgz",
    poisoned: "version.h",
    files: {
      "CMakeLists.txt": `cmake_minimum_required(VERSION 3.20)\nproject(demo VERSION 1.2 LANGUAGES C)\nfile(WRITE "\${CMAKE_SOURCE_DIR}/version.h" "#define VERSION \\"\${PROJECT_VERSION}\\"\n")\nadd_executable(demo main.c)\ninclude(CPack)\n`,
      ".gitignore": "/version.h\n",
      ...main,
    },
  },
]

type Shown = readonly [outcome: "held" | "NOT HELD" | "not run", figure: string]

/** Of the report: what counts, and how long it took. */
function explained(
  archive: string,
  repository: string,
  folder: string,
  options: readonly string[],
): { readonly report: Report; readonly seconds: number } | string {
  const output = join(folder, "report.json")
  const cache = values.cache === undefined ? [] : ["--cache", values.cache]
  const started = performance.now()
  const args = ["explain", archive, "--repository", repository, "--format", "json", "-o", output, "--quiet", ...cache, ...options]
  const { status, stderr } = spawnSync(commandLine[0], args, { encoding: "utf8" })
  const seconds = (performance.now() - started) / 1000
  return status === 0
    ? { report: Report.parse(JSON.parse(readFileSync(output, "utf8"))), seconds }
    : `exit ${status}: ${stderr.trim().slice(-300)}`
}

/** The archive with a line more at the end of one file. */
function poison(archive: string, path: string, folder: string): string {
  const place = join(folder, "poisoned")
  mkdirSync(place)
  if (archive.endsWith(".whl")) {
    execFileSync("python3", ["-m", "zipfile", "-e", archive, place])
    appendFileSync(join(place, path), "poison = 1\n")
    const made = join(folder, baseName(archive))
    execFileSync("python3", ["-m", "zipfile", "-c", made, ...globSync("*", { cwd: place })], { cwd: place })
    return made
  }
  execFileSync("tar", ["-xf", archive, "-C", place])
  const [root = ""] = globSync("*", { cwd: place })
  appendFileSync(join(place, root, path), "poison = 1\n")
  const made = join(folder, "poisoned.tar.gz")
  execFileSync("tar", ["-czf", made, "-C", place, root])
  return made
}

function kinds({ ledger }: Report): string {
  return Object.entries(ledger.totals.byKind)
    .map(([kind, { entries }]) => `${kind} ${entries}`)
    .join(", ")
}

const leftIn = ({ ledger, artifact }: Report): readonly string[] =>
  ledger.entries.filter(({ toRead }) => toRead > 0).map(({ path }) => path.slice(artifact.root.length))

function run(trial: Trial): readonly [made: Shown, poisoned: Shown] {
  using folder = temporary()
  const repository = makeRepository(join(folder.path, "demo"), { README: "before\n" }, "v0")
  commitFiles(repository, trial.files, undefined)
  if (trial.before !== undefined) execFileSync("sh", ["-c", trial.before], { cwd: repository, stdio: "ignore" })
  commitFiles(repository, {}, `v${trial.version}`)
  const clone = join(folder.path, "clone")
  git(folder.path, "clone", "-q", repository, clone)
  const made = spawnSync("sh", ["-c", trial.make], { cwd: clone, encoding: "utf8" })
  const [packed] = globSync(trial.packed, { cwd: clone })
  if (made.status !== 0 || packed === undefined) {
    const none: Shown = ["not run", `${trial.make}: ${made.stderr.trim().slice(-200)}`]
    return [none, none]
  }
  const archive = join(clone, packed)
  const whole = explained(archive, `${repository}@v${trial.version}`, folder.path, trial.options ?? [])
  if (typeof whole === "string")
    return [
      ["NOT HELD", whole],
      ["not run", "the archive itself was not explained"],
    ]
  const { toRead } = whole.report.ledger.totals
  const leaves = leftIn(whole.report)
  const held = leaves.join() === (trial.leaves ?? []).join()
  const first: Shown = [held ? "held" : "NOT HELD", `${kinds(whole.report)}; to read ${toRead}; ${whole.seconds.toFixed(1)} s`]
  const twin = explained(poison(archive, trial.poisoned, folder.path), `${repository}@v${trial.version}`, folder.path, trial.options ?? [])
  if (typeof twin === "string") return [first, ["NOT HELD", twin]]
  const more = twin.report.ledger.totals.toRead - toRead
  const left = leftIn(twin.report)
  const named = more === 1 && left.includes(trial.poisoned)
  return [first, [named ? "held" : "NOT HELD", `to read +${more}, in ${left.join(", ")}; ${twin.seconds.toFixed(1)} s`]]
}

const rows = trials
  .filter(({ name }) => values.only === undefined || name.includes(values.only))
  .flatMap((trial) => {
    const [made, poisoned] = run(trial)
    process.stderr.write(`${trial.name}: ${made.join(" ")} | ${poisoned.join(" ")}\n`)
    return [
      [`${trial.name}: nothing to read${trial.leaves === undefined ? "" : ` but ${trial.leaves.join()}`}`, ...made],
      [`${trial.name}: a line more in ${trial.poisoned} is the line to read`, ...poisoned],
    ]
  })
process.stdout.write(`${markdownTable(["line", "outcome", "figure"], rows)}\n`)
process.exitCode = rows.some(([, outcome]) => outcome === "NOT HELD") ? 1 : 0
