import { FaultError } from "../../core/fault.ts"

/** Characters of one stanza; the largest of Debian has under 200,000. */
const stanzaCharactersMax = 4 << 20

/** The stanzas of a deb822 text (deb822(5)): parted by empty lines, each bounded. */
export async function* stanzas(chunks: AsyncIterable<Uint8Array>, layer: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8")
  let rest = ""
  let offset = 0
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(/\n(?:[ \t]*\n)+/)
    rest = parts.pop() ?? ""
    for (const part of [...parts, rest]) {
      if (part.length > stanzaCharactersMax)
        throw new FaultError({ kind: "malformed", layer, offset, expected: `a stanza of at most ${stanzaCharactersMax} characters` })
    }
    offset += chunk.byteLength
    yield* parts
  }
  rest += decoder.decode()
  if (rest.trim() !== "") yield rest
}

/** The fields of one stanza, names in lower case; the lines of a long value are joined by newlines. The first of a repeated field counts. */
export function fieldsOf(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let name: string | undefined
  for (const line of stanza.split("\n")) {
    if (line.startsWith("#")) continue
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (name !== undefined) fields.set(name, `${fields.get(name) ?? ""}\n${line.trim()}`)
      continue
    }
    const colon = line.indexOf(":")
    const found = colon > 0 ? line.slice(0, colon).toLowerCase() : undefined
    name = found !== undefined && !fields.has(found) ? found : undefined
    if (name !== undefined) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

export interface ListedFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/** The lines `sha256 size name` of a checksum field; what is not such a line is left out. */
export function listedFiles(value: string | undefined): readonly ListedFile[] {
  return (value ?? "").split("\n").flatMap((line) => {
    const [, sha256, size, name] = /^([0-9a-f]{64})\s+(\d{1,15})\s+(\S+)$/.exec(line.trim()) ?? []
    return sha256 === undefined || size === undefined || name === undefined ? [] : [{ name, size: Number(size), sha256 }]
  })
}
