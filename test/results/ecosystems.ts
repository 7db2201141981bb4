import { markdownTable } from "../../tools/marked-text.ts"
import type { Session } from "./kept-runs.ts"
import type { Line } from "./lines.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { runExplain } from "./run-explain.ts"

/** A package of a registry, the repository that it is made from, and the ref; left out, that is inferred. */
interface Package {
  readonly target: string
  readonly repository: string
  readonly ref?: string
}

const crate = (name: string, version: string, repository: string, ref?: string): Package => ({
  target: `cargo:${name}@${version}`,
  repository,
  ...(ref === undefined ? {} : { ref }),
})
const module = (path: string, version: string): Package => ({
  target: `golang:github.com/${path}@${version}`,
  repository: path.split("/").slice(0, 2).join("/"),
})
/** A project's source distribution and its wheel. */
const python = (name: string, version: string, repository: string): readonly Package[] => [
  { target: `pypi:${name}@${version}`, repository },
  { target: `pkg:pypi/${name}@${version}?file_name=${name}-${version}-py3-none-any.whl`, repository },
]
const jar = (coordinates: string, version: string, repository: string): Package => ({
  target: `maven:${coordinates}@${version}`,
  repository,
})

/** Ten of each registry, five of Maven. RubyGems answers on no machine here; npm's are in the table of releases. */
export const packages: readonly Package[] = [
  crate("memchr", "2.7.6", "BurntSushi/memchr"),
  crate("aho-corasick", "1.1.3", "BurntSushi/aho-corasick"),
  crate("itoa", "1.0.15", "dtolnay/itoa"),
  crate("ryu", "1.0.20", "dtolnay/ryu"),
  crate("semver", "1.0.27", "dtolnay/semver"),
  crate("anyhow", "1.0.100", "dtolnay/anyhow"),
  crate("fnv", "1.0.7", "servo/rust-fnv"),
  crate("fastrand", "2.3.0", "smol-rs/fastrand"),
  crate("scopeguard", "1.2.0", "bluss/scopeguard"),
  crate("hexyl", "0.16.0", "sharkdp/hexyl"),
  module("google/uuid", "v1.6.0"),
  module("pkg/errors", "v0.9.1"),
  module("spf13/pflag", "v1.0.10"),
  module("spf13/cobra", "v1.10.1"),
  module("stretchr/testify", "v1.11.1"),
  module("BurntSushi/toml", "v1.5.0"),
  module("davecgh/go-spew", "v1.1.1"),
  module("mattn/go-isatty", "v0.0.20"),
  module("fatih/color", "v1.18.0"),
  module("gorilla/mux", "v1.8.1"),
  ...python("h11", "0.16.0", "python-hyper/h11"),
  ...python("httpx", "0.28.1", "encode/httpx"),
  ...python("click", "8.3.1", "pallets/click"),
  ...python("packaging", "25.0", "pypa/packaging"),
  ...python("iniconfig", "2.1.0", "pytest-dev/iniconfig"),
  ...python("pluggy", "1.6.0", "pytest-dev/pluggy"),
  ...python("tomlkit", "0.13.3", "python-poetry/tomlkit"),
  ...python("rich", "14.2.0", "Textualize/rich"),
  ...python("attrs", "25.4.0", "python-attrs/attrs"),
  ...python("idna", "3.11", "kjd/idna"),
  jar("junit:junit", "4.13.2", "junit-team/junit4"),
  jar("com.google.code.gson:gson", "2.13.1", "google/gson"),
  jar("org.apache.commons:commons-lang3", "3.20.0", "apache/commons-lang"),
  jar("commons-io:commons-io", "2.21.0", "apache/commons-io"),
  jar("org.hamcrest:hamcrest", "3.0", "hamcrest/JavaHamcrest"),
]

const shownMax = 4

/** One run each, without a toolchain: what repository, recipes and known origins explain, and what is left, by name. */
export function runEcosystems(
  isChosen: (name: string) => boolean,
  session: Session,
): { readonly lines: readonly Line[]; readonly text: string } {
  const rows: (readonly string[])[] = []
  const lines: Line[] = []
  for (const { target, repository, ref } of packages) {
    const what = `ecosystems: ${target}: every entry explained, or listed with the reason`
    if (!isChosen(what)) continue
    const found = findRepository(repository)
    const ran = found.ok
      ? runExplain({ target, repository: `${found.path}${ref === undefined ? "" : `@${ref}`}`, replay: "never", session })
      : ({ kind: "not-run", why: found.why } as const)
    if (ran.kind !== "report") {
      process.stderr.write(`${target}: ${ran.kind}: ${ran.why}\n`)
      rows.push([target, `${ran.kind === "not-run" ? "not run" : "FAILED"}: ${ran.why}`, "", "", ""])
      lines.push({ what, outcome: ran.kind === "not-run" ? "not run" : "NOT HELD", figure: ran.why })
      continue
    }
    const { verdict, ledger } = ran.report
    const kinds = Object.entries(ledger.totals.byKind).map(([kind, { entries }]) => `${kind} ${entries}`)
    process.stderr.write(`${target}: ${verdict}, ${ledger.totals.toRead} to read, ${kinds.join(", ")}\n`)
    rows.push([target, verdict, String(ledger.totals.toRead), kinds.join(", "), leftOf(ran.report)])
    const silent = silentIn(ran.report)
    lines.push({
      what,
      outcome: silent.length === 0 ? "held" : "NOT HELD",
      figure: silent.length === 0 ? `${verdict}, ${kinds.join(", ")}` : silent.join(", "),
    })
  }
  return { lines, text: markdownTable(["package", "verdict", "toRead", "entries by kind", "left"], rows) }
}

const isLeft = ({ explanation }: Report["ledger"]["entries"][number]): boolean =>
  explanation.kind === "unexplained" || explanation.kind === "undetermined"

/** Entries that nothing explains and nothing is said of. */
const silentIn = ({ ledger }: Report): readonly string[] =>
  ledger.entries.filter((entry) => isLeft(entry) && (entry.explanation.why ?? "") === "").map(({ path }) => path)

function leftOf({ ledger }: Report): string {
  const left = ledger.entries.filter(isLeft)
  const shown = left.slice(0, shownMax).map(({ path, toRead }) => `${path.slice(path.indexOf("/") + 1)}${toRead > 0 ? ` (${toRead})` : ""}`)
  return [...shown, ...(left.length > shownMax ? [`${left.length - shownMax} more`] : [])].join(", ")
}
