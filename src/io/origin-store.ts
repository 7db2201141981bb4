import type { Context } from "./context.ts"
import { Catalogue, dayOf, lineHashBytes } from "./origin-catalogue.ts"
import { damaged, decodeSequences } from "./origin-coding.ts"
import type { OriginFile } from "./origin-file.ts"
import { openOwn, ownOrigins } from "./origin-index.ts"
import { bucketEntryBytes } from "./origin-layout.ts"
import { writeOrigins } from "./origin-write.ts"

/** The day on which the user adds something: the only day that is known of most artifacts. */
export const today = (): number => dayOf(Date.now() / 1000)

/** The user's own index as it stands, to be added to; empty when there is none. */
export async function loadOwn(ctx: Context): Promise<Catalogue> {
  const file = await openOwn(ctx)
  if (file === undefined) return new Catalogue(ctx.limits)
  try {
    return catalogueOf(file, ctx)
  } finally {
    file.close()
  }
}

export const saveOwn = (catalogue: Catalogue, ctx: Context): Promise<void> => writeOrigins(catalogue, ownOrigins(ctx.environment))

/** Everything that an index holds. */
export function catalogueOf(file: OriginFile, ctx: Context): Catalogue {
  const catalogue = new Catalogue(ctx.limits)
  for (const { name, trust, sources, projects, gaps } of file.origins) catalogue.origins.set(name, { name, trust, sources, projects, gaps })
  const hashes = hashesOf(file)
  const sequences = sequencesOf(file, hashes.length)
  for (const id of file.contents.ids()) {
    const stored = file.contents.at(id)
    const lines = sequences.get(id)?.map((number) => catalogue.numberOfHash(hashes[number] ?? ""))
    const content = catalogue.put(stored.sha256, file.contents.claim(stored), lines)
    for (const { origin, path, version, date } of file.contents.publications(stored))
      catalogue.appear(content, { origin, path, version, day: dayOf(Date.parse(date) / 1000) })
  }
  return catalogue
}

/** The hashes of all lines by their number. */
function hashesOf({ database, path }: OriginFile): readonly string[] {
  const hashes: string[] = []
  for (const row of database.all("SELECT id, lines FROM line_bucket ORDER BY id")) {
    const first = String.fromCharCode(database.number(row, "id") >> 4)
    const bytes = database.bytes(row, "lines")
    if (bytes.byteLength % bucketEntryBytes !== 0) throw damaged(path)
    for (let at = 0; at < bytes.byteLength; at += bucketEntryBytes) {
      const end = at + lineHashBytes - 1
      hashes[bytes.readUInt32BE(end)] = first + bytes.toString("latin1", at, end)
    }
  }
  return hashes
}

function sequencesOf(file: OriginFile, numbers: number): ReadonlyMap<number, Int32Array> {
  const sequences = new Map<number, Int32Array>()
  for (const family of file.database.all("SELECT contents, editions FROM family ORDER BY id")) {
    const ids = file.contentIds(family)
    decodeSequences(file.database.bytes(family, "editions"), { numbers }, (sequence, index) => {
      const id = ids[index]
      if (id === undefined) throw damaged(file.path)
      sequences.set(id, sequence)
    })
  }
  return sequences
}

/** Puts all that one origin has in `from` into `into`, in place of what it had there. */
export function takeOrigin(into: Catalogue, from: Catalogue, name: string): void {
  into.remove(name)
  const facts = from.origins.get(name)
  if (facts !== undefined) into.origins.set(name, facts)
  for (const { sha256, claim, lines, appearances } of from.contents.values()) {
    for (const appearance of appearances.values()) {
      if (appearance.origin !== name) continue
      const numbers = () => lines?.map((number) => into.numberOfHash(from.lines[number] ?? ""))
      into.appear(into.contents.get(sha256) ?? into.put(sha256, claim, numbers()), appearance)
    }
  }
}
