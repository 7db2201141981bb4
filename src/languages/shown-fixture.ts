import { type Limits, limitsDefault } from "../core/limits.ts"
import type { Act, Place, Value } from "../model/code.ts"
import type { Analyser, Analysis } from "./language.ts"

/** What a front end found, as lines for tests to read. */
export interface Shown {
  readonly acts: readonly string[]
  readonly blind: readonly string[]
  readonly places: readonly Place[]
}

interface Given {
  readonly path: string
  readonly files: readonly string[]
  readonly limits?: Limits
}

/** Analyses a text with one front end; of texts inside it those in the same language are looked into, three deep. */
export function shownBy(analyser: Analyser, text: string, { path, files, limits = limitsDefault }: Given, depth = 0): Shown {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const lineOf = (offset: number): number => Math.max(1, starts.filter((start) => start <= offset).length)
  const language = { name: "" }
  const analysis: Analysis = {
    limits,
    files: new Set(files),
    variables: new Map(),
    inner(name, source) {
      language.name ||= name
      if (name !== language.name || depth > 2) return { acts: [], blind: [] }
      depth++
      const found = analyser(source, analysis)
      depth--
      return found
    },
  }
  const place = (start: number, end: number): Place => ({ path, lines: [lineOf(start), lineOf(Math.max(start, end - 1))] })
  const { acts, blind } = analyser({ text, place }, analysis)
  return {
    acts: acts.map((act) => `${act.at.lines[0]} ${shownAct(act)}`),
    blind: blind.map(({ at, why }) => `${at.lines[0]} ${why}`),
    places: [...acts, ...blind].map(({ at }) => at),
  }
}

function shownAct(act: Act): string {
  switch (act.kind) {
    case "runs": {
      const words = ["runs", act.as, ...(act.language === undefined ? [] : [act.language]), shownValue(act.what)].join(" ")
      const given = act.with === undefined || act.with.length === 0 ? "" : ` with ${act.with.map(shownValue).join(", ")}`
      return `${words}${given}${act.input === undefined ? "" : ` input ${shownValue(act.input)}`}`
    }
    case "reads":
    case "deletes":
      return `${act.kind} ${shownValue(act.path)}`
    case "writes":
      return `writes ${shownValue(act.path)} ${shownValue(act.what)}`
    case "connects":
      return `connects ${shownValue(act.to)}${act.what === undefined ? "" : ` sends ${shownValue(act.what)}`}${act.isCalled === true ? " if called" : ""}`
    case "looks up":
      return `looks up ${shownValue(act.name)}`
    case "replaces":
      return `replaces ${act.name}`
  }
}

function shownValue(value: Value): string {
  switch (value.kind) {
    case "text":
      return JSON.stringify(value.text)
    case "joined":
      return value.parts.map(shownValue).join(" + ")
    case "either":
      return `(${value.of.map(shownValue).join(" | ")})`
    case "file":
      return `file<${shownValue(value.path)}>`
    case "names":
      return `names<${[value.search.pattern, ...value.search.within].map(shownValue).join(" in ")}>`
    case "step":
      return `${value.how}:${value.tool}(${shownValue(value.of)})`
    case "fetched":
      return `fetched<${shownValue(value.from)}>`
    case "environment":
      return `$${value.name}`
    case "export":
      return `${value.name} of ${value.module}${value.args === undefined ? "" : `(${value.args.map(shownValue).join(", ")})`}`
    case "unknown":
      return "?"
  }
}
