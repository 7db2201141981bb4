import { ok, type Result } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { Packument } from "./schema.ts"

const namedMax = 5
const ageSecondsMax = 300

/** The document that npm itself asks for at an installation; undefined: it is none that can be read. */
export async function packumentOf(url: string, name: string, ctx: Context): Promise<Result<Packument | undefined | "none">> {
  const options = { what: `npm:${name}`, maxAgeSeconds: ageSecondsMax, accept: "application/vnd.npm.install-v1+json", noneAt: [400] }
  const answer = await fetchMetadata(url, options, ctx)
  return answer.ok ? ok(answer.value.bytes === undefined ? "none" : parsed(answer.value.bytes)) : answer
}

/** A handful of the versions that the registry has, nearest first, and its tags; empty where it does not say. For a message only. */
export async function knownVersions(url: string, name: string, asked: string, ctx: Context): Promise<string> {
  const answer = await packumentOf(url, name, ctx)
  const document = answer.ok ? answer.value : undefined
  if (document === undefined || document === "none") return ""
  const tags = Object.entries(document["dist-tags"] ?? {}).map(([tag, version]) => `${tag} (${version})`)
  const nearest = nearestFirst(Object.keys(document.versions), asked)
  return [...nearest.slice(0, namedMax), ...tags.slice(0, namedMax)].join(", ").slice(0, 500)
}

function parsed(bytes: Uint8Array): Packument | undefined {
  try {
    return Packument.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data
  } catch {
    return undefined // not JSON: it says nothing
  }
}

/** Those that agree with the most leading numbers first, then the newest. */
function nearestFirst(versions: readonly string[], asked: string): readonly string[] {
  const wanted = numbersOf(asked)
  const known = versions.map((version) => ({ version, numbers: numbersOf(version), release: !version.includes("-") }))
  const agreeing = (numbers: readonly number[]): number => {
    const differs = wanted.findIndex((number, index) => number !== numbers[index])
    return differs < 0 ? wanted.length : differs
  }
  return known
    .sort((a, b) => agreeing(b.numbers) - agreeing(a.numbers) || Number(b.release) - Number(a.release) || newer(b.numbers, a.numbers))
    .map(({ version }) => version)
}

const numbersOf = (version: string): readonly number[] =>
  (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? "")
    .split(".")
    .filter((one) => one !== "")
    .map(Number)

function newer(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((number, at) => number !== b[at])
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}
