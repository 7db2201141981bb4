import { plural } from "../../core/count.ts"
import type { Value } from "../../model/code.ts"
import type { Finding } from "../../model/finding.ts"
import type { Published } from "../../model/registry-facts.ts"
import type { NewDependency, ReleaseFacts } from "../../model/release-facts.ts"
import { entriesByPath } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A dependency that no file imports is there for its own sake: for its hook at installation, say. One that is days old was made for this release. */
export const releaseNewDependency: Rule<InspectedSubject> = {
  id: "release/new-dependency",
  version: 3,
  question:
    "Does the release need a package that the one before did not, that no file of it imports, and that is new itself or runs something when it is installed; or take one from elsewhere?",
  check: answer,
}

const youngDaysMax = 30
/** Ecosystems whose texts are read for what they load. */
const readsImports: ReadonlySet<string> = new Set(["npm", "pypi"])

function answer(subject: InspectedSubject): Answer {
  const { facts = {}, inspection } = subject
  const { newDependencies, named } = facts
  if (newDependencies === undefined) return { outcome: "not-assessed", why: "there are no two manifests to compare" }
  if (named !== undefined && !readsImports.has(named.type))
    return { outcome: "not-assessed", why: `which packages a ${named.type} release loads is not read` }
  const imported = new Set(
    inspection.scripts.flatMap(({ acts }) => acts.flatMap((act) => (act.kind === "runs" ? importsIn(act.what) : []))),
  )
  const unused = newDependencies.filter(({ name, instead }) => instead !== undefined || !imported.has(normal(name)))
  const counted = plural(newDependencies.length, "new dependency", "new dependencies")
  if (unused.length === 0)
    return { outcome: "absent", why: newDependencies.length === 0 ? "no dependency is new" : `${counted}, all imported` }
  const judged = unused.map((one) => ({ one, age: ageOf(one, facts), hook: hookOf(one, subject) }))
  const found = judged.filter(({ one, age, hook }) => one.instead !== undefined || age !== "old" || hook !== undefined)
  if (found.length === 0) {
    const [unopened] = subject.needed?.not ?? []
    const why = `${counted}, and none of those that no file imports is new itself`
    return unopened === undefined
      ? { outcome: "absent", why }
      : { outcome: "not-assessed", why: `${why}; not opened: ${unopened.name}: ${unopened.why}` }
  }
  const byPath = entriesByPath(subject)
  const findings = found.map(({ one: { name, requirement, instead, path, lines }, age, hook }) => ({
    severity: severityOf(age, hook ?? instead, instead === undefined && isOfFamily(name, named?.name)),
    message: `${instead === undefined ? `needs ${name}, which the release before it did not and which no file imports` : `takes ${name} from elsewhere, as ${requirement}, where the release before it took ${instead}`}; ${hook === undefined ? "" : `${hook}; `}${age === "old" ? "it is not new itself" : (age ?? "how old it is, its registry was not asked")}`,
    at: { path, lines },
    evidence: [{ what: `new dependency ${name}`, where: `${path}:${lines[0]}`, digest: `sha256:${byPath.get(path)?.entry.sha256 ?? ""}` }],
  }))
  return {
    outcome: "present",
    why: `${plural(findings.length, "dependency", "dependencies")} that no file imports, or that come from elsewhere now`,
    findings,
  }
}

/** One that runs something on the machine of whoever installs, and is needed for nothing else that is seen, or that stands in another's place, is to be looked at however old it is. */
function severityOf(age: string | undefined, why: string | undefined, isOfFamily: boolean): Finding["severity"] {
  if (isOfFamily) return "note"
  if (age !== undefined && age !== "old") return "alarm"
  return why === undefined ? "note" : "review"
}

/** What it, or a package that it needs, does when it is installed from npm, whose packages have hooks for that; undefined: nothing, as far as it was opened. */
function hookOf({ name }: NewDependency, { facts, needed }: InspectedSubject): string | undefined {
  if (facts?.named?.type !== "npm") return undefined
  const found = needed?.looked.find(({ by, held }) => by.includes(name) && held.some(({ runs }) => runs === "install"))
  const does = found?.held.filter(({ runs }) => runs === "install").map(({ capability }) => capability)
  return does === undefined ? undefined : `${found?.target} ${does.join(", ")} when it is installed`
}

/** Of the same scope, or with the package's name before its own, as parts for one machine are: they come with the release that first needs them, and are loaded under a name that is put together. */
function isOfFamily(name: string, own: string | undefined): boolean {
  if (own === undefined) return false
  const [scope = ""] = own.split("/")
  return name.startsWith(`${own}-`) || (scope.startsWith("@") && name.startsWith(`${scope}/`)) || name.startsWith(`@${own}/`)
}

/** In words, where it is young; `old`; undefined: its registry does not say. */
function ageOf({ name }: NewDependency, { dependencies, versions = [], version }: ReleaseFacts): string | undefined {
  const known = dependencies === undefined || !Object.hasOwn(dependencies, name) ? undefined : dependencies[name]
  if (known === undefined) return undefined
  const published = releasedAt(versions, version)
  const days = published === undefined ? undefined : (published - Date.parse(known.first)) / 86_400_000
  if (days !== undefined && days < youngDaysMax)
    return `its first version came ${plural(Math.max(0, Math.floor(days)), "day")} before this release`
  return known.versions === 1 ? "it has a single version" : "old"
}

const releasedAt = (versions: readonly Published[], version: string | undefined): number | undefined => {
  const own = versions.find((one) => one.version === version)
  return own === undefined ? undefined : Date.parse(own.published)
}

/** Names of packages that a value loads: `a`, `@a/b` of `@a/b/c`, `a` of `a.b`, of all that it may be. */
function importsIn(value: Value): readonly string[] {
  if (value.kind === "either") return value.of.flatMap(importsIn)
  if (value.kind !== "text") return []
  const [first = "", second = ""] = value.text.split("/")
  return [normal(first.startsWith("@") ? `${first}/${second}` : first), normal(first.split(".")[0] ?? "")]
}

const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")
