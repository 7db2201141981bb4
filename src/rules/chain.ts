import type { Place, Transform } from "../model/code.ts"
import type { Finding } from "../model/finding.ts"
import { type ChangedText, type Flow, type FlowStep, handsOf, type Leak } from "../model/inspection.ts"
import type { LedgerEntry } from "../model/ledger.ts"
import type { InspectedSubject } from "./rule.ts"

const obscuring: ReadonlySet<string> = new Set<Transform>(["translate", "decode", "decompress", "decrypt"])

/** Steps whose result cannot be read off the content. */
export const obscures = ({ how }: FlowStep): boolean => obscuring.has(how)

/** The same, and a program of which nothing is known. */
export const hides = (step: FlowStep): boolean => obscures(step) || step.how === "program"

/** Below its root: what tests and documents read, and no build. */
export const isData = (path: string): boolean =>
  /(?:^|\/)(?:tests?|testdata|fixtures?|samples?|corpus|data|assets|po|doc|docs)\//i.test(path)

export const entriesByPath = ({ ledger }: InspectedSubject): ReadonlyMap<string, LedgerEntry> =>
  new Map(ledger.entries.map((item) => [item.entry.path, item]))

/**
 * Through more functions than that, each looked at once for all who call it, everything of a large library seems to come from everywhere (what pandas unpacks in a test,
 * to what it evaluates in another).
 */
const handsMax = 3

/** Whether nobody can say that it is this which arrives, so that somebody has to look. */
export const isFar = ({ steps }: Pick<Flow, "steps">): boolean => handsOf(steps) > handsMax

/** Of several ways of a kind from one source to one place, the shortest. Told in the order in which places come. */
export function shortest(flows: readonly Flow[]): readonly Flow[] {
  const best = new Map<string, Flow>()
  for (const flow of flows) {
    const key = `${flow.from.kind}\0${sourceOf(flow)}\0${flow.to.as}\0${flow.steps.some(hides)}\0${isFar(flow)}\0${spelled(flow.to.at)}`
    const known = best.get(key)
    if (known === undefined || flow.steps.length < known.steps.length) best.set(key, flow)
  }
  return [...best.values()]
}

function sourceOf({ from }: Flow): string {
  if (from.kind === "literal") return `${spelled(from.at)} ${from.numbers}`
  return from.kind === "network" ? `network ${from.pin ?? ""}` : from.path
}

export const spelled = ({ path, lines: [first, last] }: Place): string => (first === last ? `${path}:${first}` : `${path}:${first}-${last}`)

/** What a text is compared with, in words. */
export const againstWords: Record<ChangedText["against"], string> = {
  commit: "the commit",
  nearest: "the nearest commit, which its name does not name",
  previous: "the release before it",
}

const becomes: Record<Flow["to"]["as"], string> = {
  text: "is run as text",
  program: "is run as a program",
  module: "is loaded",
  object: "is linked or loaded as an object",
  source: "is compiled",
  wasm: "is loaded as WebAssembly",
  script: "is loaded as a script of the page",
}

const words: Record<FlowStep["how"], string> = {
  read: "read",
  found: "found by a search",
  named: "its name is taken",
  written: "written to a file",
  fetched: "fetched",
  given: "given by another file",
  handed: "handed to a function",
  search: "searched",
  slice: "cut",
  translate: "translated",
  edit: "edited",
  decode: "decoded",
  decompress: "decompressed",
  decrypt: "decrypted",
  program: "passed through a program whose name is not stated",
}

/** The chain from where content lies to where it runs, step by step, each with the digest of the file in which it stands. */
export function told(flow: Flow, items: ReadonlyMap<string, LedgerEntry>): Pick<Finding, "at" | "evidence"> {
  const digestOf = (path: string): string => {
    const item = items.get(path)
    return item === undefined ? "" : `sha256:${item.entry.sha256}`
  }
  const { from, steps, to } = flow
  const first =
    from.kind === "content" || from.kind === "name" ? [{ what: "the content", where: from.path, digest: digestOf(from.path) }] : []
  return {
    at: { path: to.at.path, lines: to.at.lines },
    evidence: [
      ...first,
      ...steps.map(({ at, how, what }) => ({ what: said(words[how], what), where: spelled(at), digest: digestOf(at.path) })),
      { what: becomes[to.as], where: spelled(to.at), digest: digestOf(to.at.path) },
    ],
  }
}

/** The chains from secrets to one place that sends them, one behind another. */
export function toldLeak(leaks: readonly Leak[], items: ReadonlyMap<string, LedgerEntry>): Pick<Finding, "at" | "evidence"> {
  const digestOf = (path: string): string => {
    const item = items.get(path)
    return item === undefined ? "" : `sha256:${item.entry.sha256}`
  }
  const told = leaks.slice(0, leaksTold)
  const at = leaks[0]?.to.at ?? { path: "", lines: [1, 1] }
  return {
    at: { path: at.path, lines: at.lines },
    evidence: [
      ...told.flatMap(({ secret, steps }) => [
        { what: said(secretWords[secret.kind], secret.what), where: spelled(secret.at), digest: digestOf(secret.at.path) },
        ...steps.map((step) => ({ what: said(words[step.how], step.what), where: spelled(step.at), digest: digestOf(step.at.path) })),
      ]),
      { what: "is sent", where: spelled(at), digest: digestOf(at.path) },
    ],
  }
}

const leaksTold = 8

const secretWords: Record<Leak["secret"]["kind"], string> = {
  variable: "a variable of the environment",
  environment: "the whole environment",
  file: "a file of credentials",
  printed: "what a program prints",
  fetched: "what a cloud gives a machine of its own",
}

const said = (how: string, what: string): string =>
  what === "" ? how : `${how}: ${what.length > toldMax ? `${what.slice(0, toldMax)}...` : what}`

const toldMax = 120
