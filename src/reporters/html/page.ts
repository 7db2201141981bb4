import { escapeForeign } from "../../core/escape.ts"
import type { Exhibits, Page, PageEntry } from "../../model/exhibit.ts"
import type { Report, ReportEntry } from "../../model/report.ts"
import { readingOrder, remains, shortPath } from "../words.ts"
import { factsOf } from "./facts.ts"
import { escapeLine } from "./markup.ts"

/** What the script of the page works on: the report's entries in words, and the texts. Foreign text is escaped here. */
export function pageOf(report: Report, exhibits: Exhibits): Page {
  const shown = new Set(exhibits.shown.map(({ entry }) => entry))
  const limits = new Map(exhibits.omitted.map(({ entry, limit }) => [entry, limit]))
  const { entries } = report.ledger
  return {
    entries: entries.map((entry, position) => pageEntry(entry, report, { shown: shown.has(position), limit: limits.get(position) })),
    order: readingOrder(report),
    texts: exhibits.shown.map(({ entry, lines, base }) => ({
      entry,
      lines: lines.map(escapeLine),
      ...(base === undefined ? {} : { base: base.map(escapeLine) }),
    })),
  }
}

/** Field by field: a foreign string that the report gains later does not get into the page unescaped. */
function pageEntry(entry: ReportEntry, report: Report, text: { readonly shown: boolean; readonly limit: string | undefined }): PageEntry {
  const { explanation, shown, size, opaque, previous, toRead, danger, lines, unexplained } = entry
  return {
    path: escapeForeign(shortPath(entry, report)),
    kind: explanation.kind,
    size,
    opaque,
    toRead,
    danger,
    remains: escapeForeign(explanation.kind === "undetermined" ? explanation.why : remains(entry)),
    facts: factsOf(entry).map(([name, value]) => [name, escapeForeign(value)] as const),
    ...(previous === undefined ? {} : { previous }),
    ...(lines === undefined ? {} : { lines }),
    ...(unexplained === undefined ? {} : { unexplained }),
    ...(text.shown || shown === undefined ? {} : { shown: shown.map((one) => ({ line: one.line, text: escapeLine(one.text) })) }),
    ...(text.limit === undefined ? {} : { left: leftOut(text.limit, text.shown) }),
  }
}

const leftOut = (limit: string, hasText: boolean): string =>
  `${hasText ? "the base's text" : "the text"} is not in this page, for its size; --limit ${limit}=NUMBER raises the bound`
