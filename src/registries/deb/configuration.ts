import { join } from "node:path"
import { sha256Of } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { namesIn, readSmallFile } from "../../io/files.ts"
import { type Keys, keysFrom } from "../signature.ts"
import { type AptOptions, isOff, parseAptConf } from "./apt-conf.ts"
import { type AptSource, parseDeb822, parseOneLine } from "./apt-sources.ts"

const configurationBytesMax = 4 << 20
const keyringBytesMax = 32 << 20
const systemKeyrings = "/usr/share/keyrings"

/** apt's folder; another one may be named, as a closed network or a test needs it. */
export const aptFolder = (ctx: Context): string => ctx.environment["EVERYBYTE_APT_DIRECTORY"] ?? "/etc/apt"

/** The sources that apt is configured with, in apt's order. None is a fault that says what to do. */
export async function aptSources(options: AptOptions, ctx: Context): Promise<readonly AptSource[]> {
  const folder = aptFolder(ctx)
  // A mirror that is frozen on purpose (apt.conf(5)).
  const checkDates = !isOff(options.get("acquire::check-valid-until"))
  const found = [...parseOneLine(await textAt(join(folder, "sources.list")))]
  for (const name of await namesIn(join(folder, "sources.list.d"))) {
    if (name.endsWith(".list")) found.push(...parseOneLine(await textAt(join(folder, "sources.list.d", name))))
    if (name.endsWith(".sources")) found.push(...parseDeb822(await textAt(join(folder, "sources.list.d", name))))
  }
  if (found.length > 0) return found.map((one) => ({ ...one, checkValidUntil: one.checkValidUntil && checkDates }))
  throw new FaultError({
    kind: "unavailable",
    source: folder,
    why: "apt has no sources configured here",
    remedy: `add a line such as \`deb-src MIRROR stable main\` to ${join(folder, "sources.list")}, or name another folder in EVERYBYTE_APT_DIRECTORY`,
  })
}

/** apt's options, its files in the order of apt.conf(5), "DESCRIPTION"; the parts with no ending or `.conf`. */
export async function aptOptions(ctx: Context): Promise<AptOptions> {
  const folder = aptFolder(ctx)
  const parts = (await namesIn(join(folder, "apt.conf.d"))).filter((name) => /^(?:[\w-]+|[\w.-]+\.conf)$/.test(name))
  const first = ctx.environment["APT_CONFIG"] ?? ""
  const paths = [...(first === "" ? [] : [first]), ...parts.map((name) => join(folder, "apt.conf.d", name)), join(folder, "apt.conf")]
  return parseAptConf(await Promise.all(paths.map(textAt)))
}

/** A key file as it is, unparsed: most runs only need to know that it is still the same. */
export interface KeyFile {
  readonly from: string
  readonly bytes: Uint8Array
}

/** The key files that may sign for a source: those it names, else the system's. */
export async function keyFilesOf(source: AptSource, ctx: Context): Promise<readonly KeyFile[]> {
  if (source.embeddedKey !== undefined) return [{ from: "a key in apt's configuration", bytes: Buffer.from(source.embeddedKey) }]
  const named = source.signedBy.filter((one) => one.startsWith("/"))
  const paths = named.length > 0 ? named : await systemKeyFiles(ctx)
  const files = await Promise.all(paths.map(async (from) => ({ from, bytes: await readSmallFile(from, keyringBytesMax) })))
  return files.flatMap(({ from, bytes }) => (bytes === undefined ? [] : [{ from, bytes }]))
}

/** The keys of these files, as far as the source allows them: `Signed-By` may name fingerprints. */
export function keysOf(files: readonly KeyFile[], source: AptSource): readonly Keys[] {
  const fingerprints = source.signedBy.filter((one) => /^[0-9a-f]{40}!?$/i.test(one)).map((one) => one.toLowerCase().replace("!", ""))
  const all = files.flatMap(({ from, bytes }) => (bytes.byteLength === 0 ? [] : [keysFrom(from, bytes)]))
  if (fingerprints.length === 0) return all
  return all.map(({ from, blocks }) => ({
    from,
    blocks: blocks.filter((block) => block.fingerprints.some((one) => fingerprints.includes(one))),
  }))
}

/** Changes when any key file or the choice among the keys does. */
export const keysIdentity = (files: readonly KeyFile[], source: AptSource): string =>
  sha256Of([...source.signedBy, ...files.map(({ from, bytes }) => `${from} ${sha256Of(bytes)}`)].join("\n"))

async function systemKeyFiles(ctx: Context): Promise<readonly string[]> {
  const folder = aptFolder(ctx)
  const trusted = (await namesIn(join(folder, "trusted.gpg.d"))).filter((name) => /\.(?:gpg|asc)$/.test(name))
  const shipped = (await namesIn(systemKeyrings)).filter((name) => name.includes("archive-keyring"))
  return [...trusted.map((name) => join(folder, "trusted.gpg.d", name)), ...shipped.map((name) => join(systemKeyrings, name))]
}

async function textAt(path: string): Promise<string> {
  return Buffer.from((await readSmallFile(path, configurationBytesMax)) ?? Buffer.alloc(0)).toString("utf8")
}
