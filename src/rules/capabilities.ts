import { isSameSeries } from "../core/version-series.ts"
import { type Capability, capabilities, type Held, takenIn } from "../model/capability.ts"
import type { Act, Place, Value } from "../model/code.ts"
import { type Moment, moments, type Survey } from "../model/inspection.ts"
import type { ReleaseFacts } from "../model/release-facts.ts"
import { isSecretFile, isSecretName } from "../model/secret.ts"

/** What an act of a script needs; undefined: nothing that changes anything outside the script. */
export function capabilityOf(act: Act, language: string): Capability | undefined {
  switch (act.kind) {
    case "runs":
      return ofRunning(act, language)
    case "writes":
    case "deletes":
      return isNowhere(act.path) ? undefined : isFound(act.path) ? "changes files that it finds" : "writes files"
    case "connects":
      return "uses the network"
    case "looks up":
      return act.name.kind === "text" && isSecretName(act.name.text) ? "reads secrets" : undefined
    case "replaces":
      return "replaces the platform"
    case "reads":
      return isSecretFile(act.path) ? "reads secrets" : undefined
  }
}

function ofRunning({ as, what, language }: Extract<Act, { readonly kind: "runs" }>, own: string): Capability | undefined {
  switch (as) {
    case "text":
      // A file that is given to the interpreter of another language is a program; what an evaluation of the script's own reads is not.
      return language === "shell" || (language !== own && what.kind === "file" && what.path.kind === "text")
        ? "runs programs"
        : "runs text as code"
    case "script":
      return "runs text as code"
    case "program":
      return what.kind === "text" && quiet.has(what.text.slice(what.text.lastIndexOf("/") + 1)) ? undefined : "runs programs"
    case "object":
    case "wasm":
      return "loads native code"
    case "module":
      return what.kind === "text" ? undefined : "loads modules by computed names"
    case "source":
      return undefined
  }
}

/** Programs that only look, compute or print: what they are given to write into is an act of its own. */
const quiet: ReadonlySet<string> = new Set(
  (
    "[ : true false test echo printf cd pwd expr cat head tail cut sort uniq wc tr sed grep egrep fgrep awk gawk mawk nawk ls basename dirname uname date sleep " +
    "mkdir rmdir touch read set unset export local shift return exit break continue trap type command which hash id whoami hostname umask wait let declare typeset readonly " +
    "diff cmp comm paste join nl tee od hexdump strings file stat du df env nproc seq rev tac fold fmt column realpath readlink mktemp"
  ).split(" "),
)

/** One of all that are in a folder which is not its own: a home, wherever it runs, or what stands around that. */
function isFound(path: Value): boolean {
  switch (path.kind) {
    case "joined":
      return path.parts.some(isFound)
    case "either":
      return path.of.some(isFound)
    case "step":
      return isFound(path.of)
    case "names": {
      const { by, syntax, pattern, within } = path.search
      if (by !== "name") return false
      if (syntax === "expansion") return pattern.kind === "joined" && isHome(pattern.parts[0])
      return (pattern.kind !== "text" || /^[*/]+$/.test(pattern.text)) && within.some((one) => isFound(one) || isOthers(one))
    }
    default:
      return false
  }
}

const isHome = (one: Value | undefined): boolean => one?.kind === "environment" && /^(?:HOME|USERPROFILE)$/.test(one.name)

/** What a function is given, where a module stands, and a folder that was just made are its own. */
function isOthers(folder: Value): boolean {
  switch (folder.kind) {
    case "text":
      return /^(?:\.|(?:\.\.\/?)+|~\/?|\/|\/(?:home|Users|root|var\/www|srv)\/?)$/.test(folder.text)
    case "environment":
      return /^(?:HOME|USERPROFILE|APPDATA|\w*_HOME|PWD)$/.test(folder.name)
    case "unknown":
      return /home|cwd|current_dir|getwd/i.test(folder.why)
    case "joined":
      return folder.parts[0] !== undefined && isOthers(folder.parts[0])
    case "either":
      return folder.of.some(isOthers)
    case "step":
      return isOthers(folder.of)
    default:
      return false
  }
}

const isNowhere = (path: Value): boolean => path.kind === "text" && /^\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)$/.test(path.text)

export const meets = ({ lines: [first, last] }: Place, run: { readonly first: number; readonly last: number }): boolean =>
  first <= run.last && last >= run.first

/** Whether something runs for whoever takes the release in, in a version of one series with that of the release before it, as far as they are known: nothing new is to be expected there. */
export const isSettled = (runs: Moment | undefined, facts: ReleaseFacts | undefined): boolean =>
  runs !== undefined && takenIn(facts?.named?.type).has(runs) && isSameSeries(facts?.previous?.version, facts?.version) !== false

/** The files of which a line needs a capability at a moment. */
export function* filesOf({ scripts, momentOf }: Survey, { capability, runs }: Pick<Held, "capability" | "runs">): Generator<string> {
  for (const script of scripts)
    if (script.acts.some((act) => capabilityOf(act, script.language) === capability && momentOf(act, script) === runs)) yield script.path
}

/** Everything that a release can do, by when. Tests do not count: they run where the release is made. */
export function heldBy({ scripts, momentOf }: Survey): readonly Held[] {
  const held = new Map<string, { capability: Capability; runs: Moment | undefined; places: Set<string>; at: Place }>()
  const add = (capability: Capability | undefined, runs: Moment | undefined, at: Place): void => {
    if (capability === undefined || runs === "test") return
    const key = `${capability}\0${runs ?? ""}`
    const known = held.get(key) ?? { capability, runs, places: new Set(), at }
    known.places.add(`${at.path}:${at.lines[0]}`)
    held.set(key, known)
  }
  for (const script of scripts) {
    for (const act of script.acts) add(capabilityOf(act, script.language), momentOf(act, script), act.at)
    for (const { at } of script.blind) add("cannot be analysed", script.runs, at)
  }
  const order = (runs: Moment | undefined): number => (runs === undefined ? moments.length : moments.indexOf(runs))
  return [...held.values()]
    .sort((a, b) => order(a.runs) - order(b.runs) || capabilities.indexOf(a.capability) - capabilities.indexOf(b.capability))
    .map(({ capability, runs, places, at }) => ({ capability, ...(runs === undefined ? {} : { runs }), places: places.size, at }))
}
