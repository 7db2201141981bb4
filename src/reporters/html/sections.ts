import { number, plural } from "../../core/count.ts"
import { type Kind, kinds } from "../../model/ledger.ts"
import type { Report, ReportLayer, ReportRepository } from "../../model/report.ts"
import { openOf, refusedOf, settledOf, stepsOf } from "../audit.ts"
import { type Look, listMaxOf } from "../reporter.ts"
import { alsoHeld, comparedWith, explainedBy, firstOf, notAssessed, ownOf, replayed, signed, toolsOf } from "../words.ts"
import { element, lineBreak, type Markup } from "./markup.ts"
import { peopleSection } from "./people.ts"

/** All of the page that needs no script: what is said of the release as a whole, and empty places for the map, the files and one file. */
export function body(report: Report, look: Look): readonly Markup[] {
  const parts = sections(report, look)
  return [
    header(report, parts),
    lineBreak,
    element(
      "noscript",
      {},
      element("p", { class: "note" }, "The map and the files need JavaScript, which is off here; the rest can be read without."),
    ),
    element(
      "main",
      {},
      element(
        "div",
        { id: "overview" },
        ...parts.filter(isFirst).map(sectionOf),
        sectionOf(map(report)),
        sectionOf(files(report)),
        ...parts.filter((part) => !isFirst(part)).map(sectionOf),
      ),
      element("article", { id: "file", hidden: "" }),
    ),
    lineBreak,
    element("p", { id: "status", role: "status", class: "unseen" }),
  ]
}

/** What a rule found is not to be scrolled for. */
const isFirst = ({ id }: Part): boolean => ["open", "settled", "refused", "findings"].includes(id)

interface Part {
  readonly id: string
  readonly title: string
  readonly content: readonly Markup[]
}

function sections(report: Report, look: Look): readonly Part[] {
  const { framing, absent } = report.ledger
  const parts: readonly Part[] = [
    ...audited(report, look),
    { id: "people", title: "People", content: peopleSection(report, look) },
    { id: "about", title: "Where it comes from", content: [pairs(about(report))] },
    { id: "findings", title: "Findings", content: [list(report.findings.map(finding), look)] },
    {
      id: "rules",
      title: "Rules",
      content: [pairs(report.rules.map(({ rule, outcome, why }) => [rule, `${outcome}${why === undefined ? "" : `: ${why}`}`]))],
    },
    { id: "anomalies", title: `Anomalies (${number(report.anomalies.length)})`, content: [list(report.anomalies.map(anomaly), look)] },
    { id: "framing", title: "Bytes of the containers themselves", content: framing.map((layer) => framingOf(layer, look)) },
    {
      id: "absent",
      title: `Absent from the release (${number(absent.length)})`,
      content: [
        list(
          absent.map(({ path, why }) => [code(path), ...(why === undefined ? [] : [` ${why}`])]),
          look,
        ),
      ],
    },
    {
      id: "next",
      title: "Next",
      content: [
        list(
          stepsOf(report, look).map((step) => [code(step)]),
          look,
        ),
      ],
    },
  ]
  return parts.filter(({ content }) => content.some(({ markup }) => markup !== ""))
}

function audited(report: Report, look: Look): readonly Part[] {
  const { audit } = report
  if (audit === undefined) return []
  const open = openOf(report, audit).map(
    ({ cause, place, why }): Line => [element("strong", {}, cause.verdict), " ", code(place), ` ${why}`],
  )
  const words = (lines: readonly string[]): readonly Markup[] => [
    list(
      lines.map((line) => [line]),
      look,
    ),
  ]
  return [
    { id: "open", title: `Open (${number(audit.open.length)})`, content: [list(open, look)] },
    { id: "settled", title: `Settled (${number(audit.settled.length)})`, content: words(settledOf(report, audit)) },
    { id: "refused", title: `Words that do not count (${number(audit.refused.length)})`, content: words(refusedOf(audit)) },
  ]
}

function header(report: Report, parts: readonly Part[]): Markup {
  const { verdict, reasons, artifact, ledger } = report
  const compared = comparedWith(report)
  const why = [...reasons, ...(compared === undefined ? [] : [compared])]
  const links = [["map", "Map"] as const, ["files", "Files"] as const, ...parts.map(({ id, title }) => [id, title] as const)]
  return element(
    "header",
    {},
    element(
      "h1",
      {},
      element("span", { class: `verdict ${verdict}` }, verdict),
      " ",
      element("strong", {}, `${number(ledger.totals.toRead)} to read`),
      " ",
      element("span", { class: "target" }, artifact.purl ?? artifact.name),
    ),
    ...(why.length === 0 ? [] : [element("ul", { class: "reasons" }, ...why.map((one) => element("li", {}, one)))]),
    element("nav", { "aria-label": "Sections" }, ...links.map(([id, title]) => element("a", { href: `#${id}` }, title))),
  )
}

const sectionOf = ({ id, title, content }: Part): Markup =>
  element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), ...content, lineBreak)

const code = (text: string): Markup => element("code", {}, text)

/** The places that the script fills: the map with its way back, and beside it the same as a table. */
function map(report: Report): Part {
  const { totals } = report.ledger
  const size = `${plural(totals.bytes, "byte")} in ${plural(totals.entries, "entry", "entries")}.`
  return {
    id: "map",
    title: "Map",
    content: [
      element("p", { class: "note" }, `${size} The share of an unexplained text that its base covers is pale.`),
      kindsOf(report),
      ...[...explainedBy(report), ...alsoHeld(report)].map((line) => element("p", { class: "note" }, line)),
      element("nav", { id: "way", "aria-label": "Folder" }),
      element(
        "div",
        { class: "map" },
        element(
          "div",
          { class: "plane" },
          element("canvas", { id: "plane", role: "img", "aria-label": "Map of the bytes; the table beside it has the same" }),
          element("p", { id: "hint", "aria-hidden": "true" }),
        ),
        element("div", { id: "folder", class: "folder" }),
      ),
    ],
  }
}

/** The legend counts and filters: one box for each kind that there is. */
function kindsOf({ ledger: { totals } }: Report): Markup {
  const present = kinds.flatMap((kind) => {
    const of = totals.byKind[kind]
    return of === undefined ? [] : [legend(kind, of)]
  })
  return element("fieldset", {}, element("legend", { class: "unseen" }, "Explanations shown"), ...present)
}

function files({ ledger: { totals } }: Report): Part {
  const left = { type: "checkbox", id: "left", ...(totals.toRead > 0 ? { checked: "" } : {}) }
  const words = element("input", { type: "search", id: "words", autocomplete: "off", spellcheck: "false" })
  return {
    id: "files",
    title: "Files",
    content: [
      element(
        "div",
        { class: "filter" },
        element("label", {}, "Path contains ", words),
        element("label", { class: "box" }, element("input", left), " only what is left to read"),
      ),
      element("div", { id: "list" }),
    ],
  }
}

const legend = (kind: Kind, of: { readonly entries: number; readonly bytes: number }): Markup =>
  element(
    "label",
    { class: "box" },
    element("input", { type: "checkbox", name: "kind", value: kind, checked: "" }),
    " ",
    element("span", { class: `swatch ${kind}`, "aria-hidden": "true" }),
    ` ${kind} `,
    element("span", { class: "count" }, `${plural(of.entries, "entry", "entries")}, ${plural(of.bytes, "byte")}`),
  )

type Pair = readonly [name: string, value: string]

/** Names and values; a name that repeats stands once. */
function pairs(all: readonly Pair[]): Markup {
  if (all.length === 0) return { markup: "" }
  const items = all.flatMap(([name, value], index) => [
    ...(all[index - 1]?.[0] === name ? [] : [element("dt", {}, name)]),
    element("dd", {}, value),
  ])
  return element("dl", {}, ...items)
}

function about(report: Report): readonly Pair[] {
  const { artifact, repository, tool } = report
  const each = (name: string, values: readonly string[]): readonly Pair[] => values.map((value) => [name, value])
  return [
    ...each("artifact", [
      artifact.name,
      `sha256 ${artifact.sha256}`,
      ...(artifact.format === "file" ? ["one file, no archive of a kind that is read"] : []),
      ...artifact.chain,
    ]),
    ...each("signature", artifact.signature === undefined ? [] : [signed(artifact.signature)]),
    ...each("repository", repository === undefined ? [] : place(repository)),
    ...each("made again", replayed(report)),
    ...each("read with", [`${tool.name} ${tool.version}`, ...toolsOf(report)]),
    ...each("not looked at", artifact.notLookedAt),
    ...each("not known", artifact.signature === undefined ? notAssessed(report) : []),
  ]
}

function place({ location, ref, commit, subdirectory, how, agrees, candidates }: ReportRepository): readonly string[] {
  const found = `${ref === undefined ? "" : `${ref} `}${commit}${subdirectory === undefined ? "" : ` in ${subdirectory}`} (${how})`
  const others = candidates.map((one) => `${one.how}: ${one.ref ?? ""} ${one.commit} covers ${plural(one.covered, "entry", "entries")}`)
  return [location, found, ...(agrees ? [] : others)]
}

type Line = readonly (Markup | string)[]

const finding = ({ severity, rule, at, message, evidence }: Report["findings"][number]): Line => [
  element("strong", {}, severity),
  ` ${rule} `,
  code(at.path),
  ` ${message}`,
  ...evidence.map(({ what, where, digest }) => element("div", { class: "note" }, `${what}: ${where} ${digest}`)),
]

const anomaly = ({ severity, kind, path, layer, message }: Report["anomalies"][number]): Line => [
  element("strong", {}, severity),
  ` ${kind} `,
  code(path ?? layer),
  ` ${message}`,
]

/** The HTML form shows more of each list than the others unless --list asks for more still: the page can be searched. */
const linesMin = 500

function list(lines: readonly Line[], look: Look): Markup {
  if (lines.length === 0) return { markup: "" }
  const { shown, more } = firstOf(lines, Math.max(listMaxOf(look), linesMin))
  return element("ul", {}, ...shown.map((line) => element("li", {}, ...line)), ...more.map((line) => element("li", {}, line)))
}

function framingOf(layer: ReportLayer, look: Look): Markup {
  const runs = layer.unexplained.map(
    ({ start, end, why, head }): Line => [
      element("strong", {}, `bytes ${start}..${end}`),
      ` ${why} `,
      code(Buffer.from(head, "hex").toString("latin1")),
    ],
  )
  const of = element("p", {}, code(layer.layer), ` ${layer.format}, ${plural(layer.size, "byte")}, of them its own: ${ownOf(layer)}`)
  return element("div", {}, of, list(runs, look))
}
