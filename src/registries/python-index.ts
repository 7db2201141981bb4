import { z } from "zod"
import { FaultError, orThrow } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { readSmallFile } from "../io/files.ts"
import { type Access, download, environmentAccess, fetchMetadata, ownLogin, placeOfAddress } from "../io/http.ts"
import { run } from "../io/run.ts"
import type { LockedPackage } from "../model/replay.ts"
import type { PackageSource } from "./package-source.ts"

const File = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()),
  /** Withdrawn: true, or why. */
  yanked: z.union([z.boolean(), z.string()]).optional(),
})
type File = z.infer<typeof File>
/** The page of a project in an index (the simple repository API, PEP 691), as far as we read it. */
const Project = z.object({ files: z.array(File).max(100_000) })
const accept = "application/vnd.pypi.simple.v1+json"
const pageAgeSecondsMax = 86_400
const certificatesBytesMax = 4 << 20

/** Wheels of pure Python, from the index that pip is configured for. What was withdrawn is not taken, though an index still hands it out. */
export async function pythonIndex(ctx: Context): Promise<PackageSource> {
  const index = await indexOf(ctx)
  const reached: Context = { ...ctx, access: await accessOf(index, ctx) }
  const pageAt = (name: string): string => `${index}${name}/`
  const fileOf = async ({ name, version }: LockedPackage): Promise<File | undefined> => {
    const start = `${name.replaceAll("-", "_")}-${version}-`
    const isIt = ({ filename, yanked = false }: File): boolean =>
      filename.startsWith(start) && /-py(?:2\.py)?3-none-any\.whl$/.test(filename) && yanked === false
    return (await filesAt(pageAt(name), name, reached)).find(isIt)
  }
  return {
    promised: async (wanted) => {
      const sha256 = (await fileOf(wanted))?.hashes["sha256"]
      return sha256 === undefined ? wanted : { ...wanted, integrity: `sha256-${Buffer.from(sha256, "hex").toString("base64")}` }
    },
    lacks: async (wanted) => (await fileOf(wanted)) === undefined,
    download: async (wanted, offline) => {
      const { name, version, integrity = "" } = wanted
      const what = `pypi:${name}@${version}`
      const url = (await fileOf(wanted))?.url
      const hex = Buffer.from(integrity.replace(/^sha256-/, ""), "base64").toString("hex")
      if (url === undefined || !URL.canParse(url, pageAt(name)) || !/^[0-9a-f]{64}$/.test(hex)) throw noWheel(what)
      const options = { expect: { algorithm: "sha256", hex }, what } as const
      return orThrow(await download(new URL(url, pageAt(name)).href, options, { ...reached, offline: offline || ctx.offline }))
    },
  }
}

const noWheel = (source: string) =>
  new FaultError({
    kind: "unavailable",
    source,
    why: "the index has no such wheel with a SHA-256",
    remedy: "give pip an index that has it",
  })

async function filesAt(address: string, name: string, ctx: Context): Promise<readonly File[]> {
  const { bytes } = orThrow(await fetchMetadata(address, { what: `pypi:${name}`, maxAgeSeconds: pageAgeSecondsMax, accept }, ctx))
  if (bytes === undefined) return []
  try {
    const read = Project.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")))
    if (read.success) return read.data.files
  } catch {
    // an index that knows HTML alone (PEP 503): the same fault
  }
  const expected = `JSON with files and their hashes (${accept})`
  throw new FaultError({ kind: "malformed", layer: `the index's page of ${name}`, offset: 0, expected })
}

/** The environment's word, else pip's own: of its files, else its default, which only pip knows. Asked in the root folder, where no project can answer. */
async function indexOf(ctx: Context): Promise<string> {
  const given =
    ctx.environment["PIP_INDEX_URL"] ?? ((await askPip(["config", "get", "global.index-url"], ctx)) || (await defaultIndex(ctx)))
  const address = given.trim().replace(/\/*$/, "/")
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address
  throw new FaultError({
    kind: "unavailable",
    source: "pip",
    why: `its index ${JSON.stringify(placeOfAddress(address))} is no address`,
    remedy: "set it with `pip config set global.index-url ADDRESS`, or PIP_INDEX_URL",
  })
}

const defaultIndex = async (ctx: Context): Promise<string> =>
  /\(default (https?:\/\/\S+)\)/.exec((await askPip(["download", "--help"], ctx)).replace(/\s+/g, " "))?.[1] ?? ""

/** Its answer; nothing where there is none, or no pip. */
async function askPip(args: readonly string[], ctx: Context): Promise<string> {
  const asked = await run({
    program: "python3",
    args: ["-m", "pip", ...args],
    environment: ctx.environment,
    folder: "/",
    outputBytesMax: 1 << 20,
    secondsMax: 60,
  })
  return asked.ok && asked.value.code === 0 ? Buffer.from(asked.value.stdout).toString("utf8") : ""
}

/** The environment's proxies; the login that stands in the index's address, for that server alone; pip's certificates (`cert`). */
async function accessOf(index: string, ctx: Context): Promise<Access> {
  const own = new URL(index)
  const file = ctx.offline ? "" : (ctx.environment["PIP_CERT"] ?? (await askPip(["config", "get", "global.cert"], ctx)).trim())
  const bytes = file === "" ? undefined : await readSmallFile(file, certificatesBytesMax)
  const found =
    bytes === undefined
      ? null
      : Buffer.from(bytes)
          .toString("utf8")
          .match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  return {
    ...environmentAccess(ctx.environment),
    authorization: (at) => (at.origin === own.origin ? ownLogin(own) : undefined),
    certificates: () => found ?? undefined,
    login: `check that you may read it, and the login in pip's index-url for ${own.host}`,
  }
}
