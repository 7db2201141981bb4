import { z } from "zod"
import { orThrow } from "../../src/core/fault.ts"
import type { Context } from "../../src/io/context.ts"
import { createContext } from "../../src/io/create-context.ts"
import { popularNames } from "../../src/io/popular-names.ts"
import { locate, parseTarget } from "../../src/registries/index.ts"
import { contentsOf } from "../../src/registries/members.ts"
import { releaseConfusableName } from "../../src/rules/release/confusable-name.ts"
import type { InspectedSubject } from "../../src/rules/rule.ts"
import { listedNames, namesMax } from "../../tools/build-popular.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import type { Line } from "./lines.ts"

/** Every name of npm, most of them of packages that hardly anybody uses. */
const everyName = "npm:all-the-package-names@2.0.2578"
const sampled = 2000
const reviewShareMax = 0.03

/** How often honest names are taken for confusable: of any packages of npm, and of packages that are listed behind the most used. */
export async function runNames(): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const ctx = createContext({})
  const listed = [...(await listedNames(ctx))].filter(([, names]) => names.length > namesMax)
  const sets = [
    { what: "any of npm", type: "npm", names: await namesOfNpm(ctx) },
    ...listed.map(([type, names]) => ({ what: `${type}, ranks ${namesMax + 1} to ${names.length}`, type, names: names.slice(namesMax) })),
  ]
  const rows: (readonly string[])[] = []
  const lines: Line[] = []
  for (const { what, type, names } of sets) {
    const popular = (await popularNames(type)) ?? []
    const some = everyNth(names, sampled)
    const found = some.flatMap((name) => findingsOf(name, type, popular))
    const reviews = found.filter(({ severity }) => severity !== "note")
    const share = reviews.length / some.length
    const percent = (100 * share).toFixed(2)
    const first = reviews.slice(0, 5).map(({ message }) => message.replace(", which many use", ""))
    rows.push([what, String(some.length), `${reviews.length} (${percent} %)`, String(found.length - reviews.length), first.join("; ")])
    const outcome = share <= reviewShareMax ? "held" : "NOT HELD"
    lines.push({ what: `names: reviews on at most 3 % of honest names, ${what}`, outcome, figure: `${percent} % of ${some.length}` })
  }
  return { lines, text: markdownTable(["names", "asked", "reviews", "notes", "such as"], rows) }
}

async function namesOfNpm(ctx: Context): Promise<readonly string[]> {
  const limits = { ...ctx.limits, documentBytesMax: 2 ** 28 }
  const { bytes } = orThrow(await locate(orThrow(await parseTarget(everyName)), ctx))
  const found = await contentsOf("tar.gz", { layer: everyName, bytes, limits }, (path) => path === "package/names.json")
  return z.array(z.string()).parse(JSON.parse(Buffer.from(found.get("package/names.json") ?? "").toString("utf8")))
}

const everyNth = (names: readonly string[], count: number): readonly string[] => {
  const step = Math.max(1, Math.floor(names.length / count))
  return names.filter((_, at) => at % step === 0).slice(0, count)
}

function findingsOf(name: string, type: string, popular: readonly string[]) {
  const asked = { artifact: { name, sha256: "" }, facts: { named: { name, type, path: "" }, popular } } as unknown as InspectedSubject
  const answer = releaseConfusableName.check(asked)
  return answer.outcome === "present" ? answer.findings : []
}
