import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { download } from "../../io/http.ts"
import type { LockedPackage } from "../../model/replay.ts"
import type { PackageSource } from "../package-source.ts"
import { pipConfiguration } from "./configuration.ts"
import { pageOf } from "./page.ts"
import type { File } from "./schema.ts"

/** Wheels of pure Python, from the index that pip is configured for. What was withdrawn is not taken, though an index still hands it out. */
export async function pythonIndex(ctx: Context): Promise<PackageSource> {
  const { index, access } = await pipConfiguration(ctx)
  const reached: Context = { ...ctx, access }
  const fileOf = async ({ name, version }: LockedPackage): Promise<{ file: File | undefined; address: string }> => {
    const start = `${name.replaceAll("-", "_")}-${version}-`
    const isIt = ({ filename, yanked = false }: File): boolean =>
      filename.startsWith(start) && /-py(?:2\.py)?3-none-any\.whl$/.test(filename) && yanked === false
    const { address, files } = await pageOf(index, name, reached)
    return { file: files.find(isIt), address }
  }
  return {
    promised: async (wanted) => {
      const sha256 = (await fileOf(wanted)).file?.hashes["sha256"]
      return sha256 === undefined ? wanted : { ...wanted, integrity: `sha256-${Buffer.from(sha256, "hex").toString("base64")}` }
    },
    lacks: async (wanted) => (await fileOf(wanted)).file === undefined,
    download: async (wanted, offline) => {
      const { name, version, integrity = "" } = wanted
      const what = `pypi:${name}@${version}`
      const { file, address } = await fileOf(wanted)
      const hex = Buffer.from(integrity.replace(/^sha256-/, ""), "base64").toString("hex")
      if (file === undefined || !URL.canParse(file.url, address) || !/^[0-9a-f]{64}$/.test(hex)) throw noWheel(what)
      const options = { expect: { algorithm: "sha256", hex }, what } as const
      return orThrow(await download(new URL(file.url, address).href, options, { ...reached, offline: offline || ctx.offline }))
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
