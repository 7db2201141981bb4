import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import type { GoConfiguration } from "./configuration.ts"
import { documentAt } from "./fetch.ts"
import { escaped } from "./module-path.ts"
import { type NoteKey, noteKeyOf, openNote, treeHeadOf } from "./note.ts"
import { askProxies, proxyList } from "./proxies.ts"
import { hashBytes, hashIn, leafHash, placeOf, rootWith, tilePath } from "./tlog.ts"

const sourceBytesMax = 1 << 20
const recordAgeSecondsMax = 86_400
/** Tiles never change. */
const tileAgeSecondsMax = 10 * 365 * 86_400

/** A checksum database: its key, and the address that GOSUMDB names beside it. */
export interface Database {
  readonly key: NoteKey
  readonly address: string | undefined
}

/** What the database says of a version, proven to be in the tree that it signed. */
export interface Proven {
  readonly zip: string | undefined
  readonly mod: string | undefined
  /** One line for the report. */
  readonly said: string
}

/**
 * GOSUMDB is `KEY` or `KEY ADDRESS`; instead of a key it may have a name whose key go itself knows. That is read from go's own sources, which come with it.
 * Undefined: nothing says the key.
 */
export async function databaseOf({ database, root }: GoConfiguration): Promise<Database | undefined> {
  const source = async (name: string): Promise<string> => {
    const path = root === undefined ? undefined : join(root, "src/cmd/go/internal/modfetch", name)
    return Buffer.from((path === undefined ? undefined : await readSmallFile(path, sourceBytesMax)) ?? "").toString("latin1")
  }
  const aliases = (await source("sumdb.go")).matchAll(/gosumdb == "([^"\s]+)" \{\s*gosumdb = "([^"]+)"/g)
  const [named = "", address] = (new Map([...aliases].map(([, alias, meant]) => [alias, meant])).get(database) ?? database).split(/\s+/)
  const keys = (await source("key.go")).matchAll(/"([^"\s]+)":\s*"([^"\s]+)"/g)
  const key = noteKeyOf(new Map([...keys].map(([, name, text]) => [name, text])).get(named) ?? named)
  return key === undefined ? undefined : { key, address }
}

/** Through the first proxy that hands the database on, else from the database itself (go.dev/design/25530-sumdb, "Proxying a Checksum Database"). */
async function addressOf({ key, address }: Database, proxies: string, ctx: Context): Promise<string> {
  if (address !== undefined) return address.replace(/\/+$/, "")
  const supported = async (base: string): Promise<string | undefined> => {
    const own = `${base}/sumdb/${key.name}`
    const wanted = { what: `${key.name} through a proxy`, maxAgeSeconds: recordAgeSecondsMax }
    return (await documentAt(`${own}/supported`, wanted, ctx)) === undefined ? undefined : own
  }
  return askProxies(proxyList(proxies), supported, () => `https://${key.name}`)
}

/** The record of a version; undefined: the database has none. What is not signed, or is not in the signed tree, is a mismatch. */
export async function lookUp(
  database: Database,
  proxies: string,
  at: { path: string; version: string },
  ctx: Context,
): Promise<Proven | undefined> {
  const { key } = database
  const base = await addressOf(database, proxies, ctx)
  const url = `${base}/lookup/${escaped(at.path)}@${escaped(at.version)}`
  const what = `${at.path}@${at.version} in ${key.name}`
  const bytes = await documentAt(url, { what, maxAgeSeconds: recordAgeSecondsMax }, ctx)
  if (bytes === undefined) return undefined
  const { index, text, note } = recordOf(bytes, what)
  const signed = openNote(note, key)
  if (signed === undefined) throw wrong(what, `a tree head signed by ${key.name} (key ${key.hash})`, "none that its key signed")
  const head = treeHeadOf(signed)
  if (head === undefined || index >= head.size) throw malformed(what, "the head of a tree that has the record")
  const stored = (level: number, own: number): Promise<Uint8Array> => storedHash({ level, index: own, size: head.size }, base, ctx)
  const root = await rootWith({ index, hash: leafHash(Buffer.from(text)) }, head.size, stored)
  if (!head.root.equals(root)) throw wrong(what, "a record that is in the signed tree", "one that is not")
  const said = `record ${index} of the checksum database ${key.name}, in its signed tree of ${head.size} (key ${key.hash})`
  return { zip: hashOf(text, `${at.path} ${at.version}`), mod: hashOf(text, `${at.path} ${at.version}/go.mod`), said }
}

/** `NUMBER`, lines of go.sum, an empty line, the note. */
function recordOf(bytes: Uint8Array, what: string): { index: number; text: string; note: string } {
  const whole = Buffer.from(bytes).toString("utf8")
  const [first = "", ...after] = whole.split("\n", 1).concat(whole.slice(whole.indexOf("\n") + 1))
  const rest = after.join("")
  const cut = rest.indexOf("\n\n")
  if (!/^(?:0|[1-9]\d{0,15})$/.test(first) || cut < 0 || !Number.isSafeInteger(Number(first)))
    throw malformed(what, "a record's number, its lines and a note")
  return { index: Number(first), text: rest.slice(0, cut + 1), note: rest.slice(cut + 2) }
}

const hashOf = (text: string, start: string): string | undefined =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${start} h1:`))
    ?.slice(start.length + 1)

async function storedHash(at: { level: number; index: number; size: number }, base: string, ctx: Context): Promise<Uint8Array> {
  const place = placeOf(at.level, at.index, at.size)
  // A database may have put the whole tile in the place of the part.
  for (const path of [...new Set([tilePath(place, false), tilePath(place, true)])]) {
    const bytes = await documentAt(`${base}/${path}`, { what: path, maxAgeSeconds: tileAgeSecondsMax }, ctx)
    if (bytes === undefined) continue
    if (bytes.byteLength < place.width * hashBytes) throw malformed(path, `${place.width} hashes`)
    return hashIn(bytes, place.first, place.count)
  }
  throw new FaultError({
    kind: "unavailable",
    source: tilePath(place, false),
    why: "the checksum database has no such tile",
    remedy: "try again",
  })
}

const malformed = (layer: string, expected: string): FaultError => new FaultError({ kind: "malformed", layer, offset: 0, expected })
const wrong = (source: string, expected: string, found: string): FaultError => new FaultError({ kind: "mismatch", source, expected, found })
