import type { Outcome } from "./lines.ts"
import type { Report } from "./report-schema.ts"
import { isUnreachable } from "./run-explain.ts"

/** What the issue demands of a release, with the figure that decides it. */
export interface Held {
  /** `not run`: the network kept from being made again what would have to be looked at. */
  readonly held: boolean | "not run"
  readonly figure: string
}
export const outcomeOf = ({ held }: Held): Outcome => (held === "not run" ? held : held ? "held" : "NOT HELD")

export interface Demand {
  readonly line: string
  check(report: Report): Held
}

export interface Release {
  readonly target: string
  /** owner/name; undefined: explained without one, by known origins alone. */
  readonly repository?: string
  readonly ref?: string
  /** Path of a submodule -> owner/name. */
  readonly submodules?: Readonly<Record<string, string>>
  /** Made again, with a toolchain that is built where it is missing; else `--replay never`, as what a replay explains has nothing to do with the demands. */
  readonly replay?: "always"
  readonly demands: readonly Demand[]
  /** Also edited in six ways; see tamper.ts. */
  readonly tampered?: true
}

const accounted: Demand = {
  line: "accounted, toRead 0",
  check: ({ verdict, ledger }) => ({
    held: verdict === "accounted" && ledger.totals.toRead === 0,
    figure: `${verdict}, toRead ${ledger.totals.toRead}`,
  }),
}

const entries = (report: Report, is: (explanation: Report["ledger"]["entries"][number]["explanation"]) => boolean): number =>
  report.ledger.entries.filter((entry) => is(entry.explanation)).length

const exactly = (line: string, expected: number, count: (report: Report) => number): Demand => ({
  line,
  check: (report) => ({ held: count(report) === expected, figure: String(count(report)) }),
})

const atLeast = (line: string, expected: number, count: (report: Report) => number): Demand => ({
  line,
  check: (report) => ({ held: count(report) >= expected, figure: String(count(report)) }),
})

const origins = (report: Report): number => report.ledger.totals.byKind["origin"]?.entries ?? 0

/** Build files that releases bring along from elsewhere. */
export const isBuildFile = (path: string): boolean =>
  /\.m4$|(^|\/)build-aux\/|(^|\/)(config\.(guess|sub|rpath)|ltmain\.sh|install-sh|missing|depcomp|compile|ar-lib|test-driver|mdate-sh|ylwrap|py-compile)$/.test(
    path,
  )

/** Every one is source or origin, or has a base and its remaining lines shown. */
const buildFilesHaveBases: Demand = {
  line: "every m4 and build-aux file `source`, `origin` or covered, its remaining lines shown",
  check: ({ ledger }) => {
    const files = ledger.entries.filter(({ path }) => isBuildFile(path))
    const of = (kind: string): number => files.filter(({ explanation }) => explanation.kind === kind).length
    const based = files.filter(({ explanation }) => explanation.kind === "unexplained" && explanation.base !== undefined)
    const bare = files.filter((file) => !["source", "origin"].includes(file.explanation.kind) && !based.includes(file))
    const left = based.reduce((sum, { toRead }) => sum + toRead, 0)
    const without = bare.length === 0 ? "" : `; without a base: ${bare.map(({ path }) => path.replace(/^[^/]*\//, "")).join(", ")}`
    return {
      held: bare.length === 0,
      figure: `${files.length} files: source ${of("source")}, origin ${of("origin")}, covered ${based.length} with ${left} to read${without}`,
    }
  },
}

/** Without a repository: origins are listed, and what is near one is shown with what remains. */
const listsOrigins: Demand = {
  line: "without a repository: lists origins and what remains",
  check: (report) => {
    const { entries: all, origins: listed = [], totals } = report.ledger
    const named = listed.reduce((sum, { entries: some }) => sum + some, 0)
    const covered = all.filter(({ explanation }) => explanation.kind === "unexplained" && explanation.base !== undefined).length
    const figure = `origin ${origins(report)} of ${listed.length} versions, covered or moved ${covered} with ${totals.toRead} to read, undetermined ${totals.byKind["undetermined"]?.entries ?? 0}`
    return { held: listed.length > 0 && covered > 0 && named === origins(report), figure }
  },
}

const isPdf = ({ path }: { readonly path: string }): boolean => path.endsWith(".pdf")

/** What is left to read after a replay; PDFs, which no toolchain here makes, are counted apart where the issue does. */
const atMost = (max: number, notInGit: string, pdfsMax?: number): Demand => ({
  line: `of ${notInGit} lines not in git at most ${max} to read${pdfsMax === undefined ? "" : ` and ${pdfsMax} PDFs`}`,
  check: ({ replays = [], ledger: { totals, entries: all } }) => {
    const failed = replays.flatMap(({ why }) => why ?? [])
    if (failed.length > 0) return { held: failed.every(isUnreachable) ? "not run" : false, figure: `not made again: ${failed.join("; ")}` }
    const pdfs = all.filter((entry) => entry.toRead > 0 && isPdf(entry))
    const inPdfs = pdfs.reduce((sum, { toRead }) => sum + toRead, 0)
    const left = totals.toRead - (pdfsMax === undefined ? 0 : inPdfs)
    const unknown = totals.byKind["undetermined"]?.entries ?? 0
    return {
      held: left <= max && pdfs.length <= (pdfsMax ?? pdfs.length) && unknown === 0,
      figure: [
        String(left),
        ...(pdfsMax === undefined ? [] : [`and ${pdfs.length} PDFs (toRead ${inPdfs})`]),
        ...(unknown === 0 ? [] : [`${unknown} undetermined`]),
      ].join(" "),
    }
  },
})

/** A package whose published files are built. */
const allMadeAgain: Demand = {
  line: "every entry `source` or `derived`",
  check: ({ ledger: { totals } }) => {
    const of = (kind: string): number => totals.byKind[kind]?.entries ?? 0
    const figure = `source ${of("source")}, derived ${of("derived")} of ${totals.entries}`
    return { held: of("derived") > 0 && of("source") + of("derived") === totals.entries, figure }
  },
}

/** What differs from what the commit gives is left to read, and nothing else. */
const leaves = (path: string): Demand => ({
  line: `leaves ${path} to read and nothing else`,
  check: ({ ledger }) => {
    const left = ledger.entries.filter(({ toRead, explanation }) => toRead > 0 || explanation.kind === "undetermined")
    return {
      held: left.length === 1 && left[0]?.path.endsWith(`/${path}`) === true,
      figure: left.map((one) => one.path).join(", ") || "nothing",
    }
  },
})

const sljit = "deps/sljit"

/** The honest releases of the issue, and the further ones that it is measured on. Counts were taken with diff -rN, not with this tool. */
export const releases: readonly Release[] = [
  { target: "deb-src:openssh@10.0p1", repository: "openssh/openssh-portable", ref: "V_10_0_P2", demands: [accounted] },
  { target: "deb-src:jq@1.7.1", repository: "jqlang/jq", ref: "jq-1.7.1", demands: [accounted], tampered: true },
  { target: "deb-src:expat@2.8.3", repository: "libexpat/libexpat", ref: "R_2_8_3", demands: [accounted], tampered: true },
  {
    target: "deb-src:xz-utils@5.8.1",
    repository: "tukaani-project/xz",
    ref: "v5.8.1",
    demands: [
      exactly("exactly 498 entries `source`", 498, (report) => report.ledger.totals.byKind["source"]?.entries ?? 0),
      // 632 files in the archive, 133 of them not in git; git archive gives 500, so one is missing. The others are export-ignore.
      exactly(
        "exactly 1 file `absent` without a reason",
        1,
        (report) => report.ledger.absent.filter(({ why }) => why === undefined).length,
      ),
      atLeast("at least 32 extra files `origin`", 32, origins),
      buildFilesHaveBases,
    ],
    tampered: true,
  },
  {
    target: "deb-src:pcre2@10.46",
    repository: "PCRE2Project/pcre2",
    ref: "pcre2-10.46",
    submodules: { [sljit]: "zherczeg/sljit" },
    demands: [
      exactly("33 files explained by the submodule", 33, (report) =>
        entries(report, ({ kind, submodule }) => kind === "source" && submodule?.path === sljit),
      ),
    ],
  },
  {
    target: "deb-src:pcre2@10.46",
    repository: "PCRE2Project/pcre2",
    ref: "pcre2-10.46",
    demands: [
      exactly("33 files undetermined, naming the submodule", 33, (report) =>
        entries(report, ({ kind, why }) => kind === "undetermined" && why?.includes(sljit) === true),
      ),
    ],
  },
  { target: "npm:tar-stream@3.1.8", repository: "mafintosh/tar-stream", demands: [accounted], tampered: true },
  {
    target: "deb-src:xz-utils@5.4.1",
    repository: "tukaani-project/xz",
    ref: "v5.4.1",
    demands: [atLeast("at least 28 extra files `origin`", 28, origins), buildFilesHaveBases],
  },
  { target: "deb-src:libarchive@3.7.4", repository: "libarchive/libarchive", ref: "v3.7.4", demands: [buildFilesHaveBases] },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a", demands: [buildFilesHaveBases] },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1", demands: [buildFilesHaveBases] },
  // Its tag's dist/webauthn.d.ts has eight lines more: the package is what the commit 647b5bb gives, which was made three hours after the tag.
  { target: "npm:age-encryption@0.3.0", repository: "FiloSottile/typage", replay: "always", demands: [leaves("dist/webauthn.d.ts")] },
  {
    target: "npm:age-encryption@0.3.0",
    repository: "FiloSottile/typage",
    ref: "647b5bb0e3981e04eb09f45bac007f586087f298",
    replay: "always",
    demands: [accounted, allMadeAgain],
  },
  { target: "npm:kysely@0.29.5", repository: "kysely-org/kysely", replay: "always", demands: [accounted, allMadeAgain] },
  {
    target: "npm:@sigstore/verify@4.1.2",
    repository: "sigstore/sigstore-js",
    ref: "769a53d8713248a8bf49edfc2a5d1955b0dcc24d", // the tag @sigstore/verify@4.1.2
    replay: "always",
    demands: [accounted, allMadeAgain],
  },
  {
    target: "npm:isomorphic-git@1.41.8",
    repository: "isomorphic-git/isomorphic-git",
    replay: "always",
    demands: [accounted, allMadeAgain],
  },
  { target: "npm:knip@6.32.2", repository: "webpro-nl/knip", replay: "always", demands: [accounted, allMadeAgain] },
  // One for each other kind of lock file: yarn 1, a later yarn, bun, pnpm 8, version 1 of npm's.
  { target: "npm:tiny-invariant@1.3.3", repository: "alexreardon/tiny-invariant", replay: "always", demands: [accounted, allMadeAgain] },
  { target: "npm:reselect@5.2.0", repository: "reduxjs/reselect", replay: "always", demands: [accounted, allMadeAgain] },
  { target: "npm:hono@4.13.3", repository: "honojs/hono", replay: "always", demands: [accounted, allMadeAgain] },
  { target: "npm:zimmerframe@1.1.2", repository: "Rich-Harris/zimmerframe", replay: "always", demands: [accounted, allMadeAgain] },
  { target: "npm:is-reference@1.2.1", repository: "Rich-Harris/is-reference", replay: "always", demands: [accounted, allMadeAgain] },
  // Issue 4, "Must hold on the real pairs".
  { target: "deb-src:xz-utils@5.8.1", repository: "tukaani-project/xz", ref: "v5.8.1", replay: "always", demands: [atMost(24, "114,900")] },
  {
    target: "deb-src:xz-utils@5.4.1",
    repository: "tukaani-project/xz",
    ref: "v5.4.1",
    replay: "always",
    demands: [atMost(300, "103,818", 14)],
  },
  {
    target: "deb-src:pcre2@10.46",
    repository: "PCRE2Project/pcre2",
    ref: "pcre2-10.46",
    submodules: { [sljit]: "zherczeg/sljit" },
    replay: "always",
    demands: [atMost(0, "52,949")],
  },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1", replay: "always", demands: [atMost(100, "191,503")] },
  {
    target: "deb-src:libarchive@3.7.4",
    repository: "libarchive/libarchive",
    ref: "v3.7.4",
    replay: "always",
    demands: [atMost(700, "118,064", 43)],
  },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a", replay: "always", demands: [atMost(900, "19,644")] },
  ...[
    "sed@4.9",
    "grep@3.8",
    "gzip@1.12",
    "nano@7.2",
    "hello@2.10",
    "diffutils@3.8",
    "findutils@4.9.0",
    "patch@2.7.6",
    "bison@3.8.2+dfsg",
    "libtasn1-6@4.19.0",
  ].map((name) => ({ target: `deb-src:${name}`, demands: [listsOrigins] })),
]
