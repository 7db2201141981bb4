import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { highestSemver } from "../semver.ts"
import { documentAt, folderPath, zipAt } from "./fetch.ts"
import { type GoMod, parseGoMod, retractions } from "./go-mod.ts"
import { escaped, isCanonical } from "./module-path.ts"
import { Info } from "./schema.ts"

const versionAgeSecondsMax = 86_400
const listAgeSecondsMax = 300

/** One module at one proxy. */
export class ModuleProxy {
  readonly base: string
  readonly #path: string
  readonly #ctx: Context

  constructor(base: string, path: string, ctx: Context) {
    this.base = base
    this.#path = path
    this.#ctx = ctx
  }

  /** It is a folder of this machine, not a server. */
  get isFolder(): boolean {
    return folderPath(this.base) !== undefined
  }

  zip = (version: string): ReturnType<typeof zipAt> => zipAt(this.#address(version, ".zip"), `golang:${this.#path}@${version}`, this.#ctx)

  #address(version: string, ending: string): string {
    return `${this.base}/${escaped(this.#path)}/@v/${escaped(version)}${ending}`
  }

  /** What the proxy says of a version or of what it resolves to one; undefined: it has none. */
  async info(query: string): Promise<Info | undefined> {
    const bytes = await this.#document(this.#address(query, ".info"), isCanonical(query) ? versionAgeSecondsMax : listAgeSecondsMax)
    return bytes === undefined ? undefined : this.#parsed(bytes)
  }

  /** A version's go.mod; undefined: the proxy has none. */
  mod = (version: string): Promise<Uint8Array | undefined> => this.#document(this.#address(version, ".mod"), versionAgeSecondsMax)

  /**
   * The newest version and the go.mod that it has, which also speaks of the older ones: of those listed the highest release, else the highest prerelease; where
   * none is listed, what the proxy calls the latest. Where that has a go.mod of its own, `+incompatible` ones of before are none (go.dev/ref/mod, "Version queries").
   */
  async newest(isWanted: (version: string) => boolean = () => true): Promise<string | undefined> {
    const listed = Buffer.from((await this.#document(`${this.base}/${escaped(this.#path)}/@v/list`, listAgeSecondsMax)) ?? "").toString(
      "utf8",
    )
    const versions = listed.split(/\s+/).filter((version) => isCanonical(version) && isWanted(version))
    const compatible = highestSemver(versions.filter((version) => !version.endsWith("+incompatible")))
    const highest = highestSemver(versions)
    if (highest === undefined) return this.#latest()
    return compatible !== undefined && (compatible === highest || (await this.#hasGoMod(compatible))) ? compatible : highest
  }

  /** The newest version that was not taken back. */
  async newestKept(): Promise<string | undefined> {
    const newest = await this.newest()
    const words = newest === undefined ? undefined : await this.words(newest)
    if (words === undefined || words.retracted.length === 0) return newest
    const isRetracted = retractions(words)
    return this.newest((version) => !isRetracted(version))
  }

  async words(version: string): Promise<GoMod | undefined> {
    const bytes = await this.mod(version)
    return bytes === undefined ? undefined : parseGoMod(bytes, this.#ctx.limits)
  }

  /** For a version without a go.mod a proxy answers with its first line alone. */
  async #hasGoMod(version: string): Promise<boolean> {
    const text = Buffer.from((await this.mod(version)) ?? "").toString("utf8")
    return text.trim() !== `module ${this.#path}`
  }

  async #latest(): Promise<string | undefined> {
    const bytes = await this.#document(`${this.base}/${escaped(this.#path)}/@latest`, listAgeSecondsMax)
    return bytes === undefined ? undefined : this.#parsed(bytes).Version
  }

  #document(url: string, maxAgeSeconds: number): Promise<Uint8Array | undefined> {
    return documentAt(url, { what: `golang:${this.#path}`, maxAgeSeconds }, this.#ctx)
  }

  #parsed(bytes: Uint8Array): Info {
    try {
      const parsed = Info.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")))
      if (parsed.success) return parsed.data
    } catch {
      // not JSON: the same fault
    }
    throw new FaultError({ kind: "malformed", layer: `the proxy's answer about ${this.#path}`, offset: 0, expected: "JSON with Version" })
  }
}
