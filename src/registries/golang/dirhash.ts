import { createHash } from "node:crypto"
import { FaultError } from "../../core/fault.ts"
import { type Archive, eachMember } from "../members.ts"

/** A file's name in a list of go.sum's first kind of hash, and the hex SHA-256 of its content. */
type Line = readonly [name: string, sha256: string]

/** `h1:` (golang.org/x/mod/sumdb/dirhash, Hash1): SHA-256 over the files' digests and names, in the names' order of bytes, as sha256sum prints them. */
export function hash1(files: readonly Line[]): string {
  const sorted = files.map(([name, sha256]) => ({ key: Buffer.from(name), line: `${sha256}  ${name}\n` }))
  sorted.sort((a, b) => Buffer.compare(a.key, b.key))
  const hash = createHash("sha256")
  for (const { line } of sorted) hash.update(line)
  return `h1:${hash.digest("base64")}`
}

/** The hash of a go.mod alone, which the checksum database has beside that of the zip. */
export const modHash = (bytes: Uint8Array): string => hash1([["go.mod", createHash("sha256").update(bytes).digest("hex")]])

/** The hash of a module's zip. Two members of one name, and a name with a line feed, have none that means one thing. */
export async function zipHash(archive: Archive): Promise<string> {
  const files = new Map<string, string>()
  await eachMember("zip", archive, async (header, body) => {
    const path = header.type === "directory" ? `${header.path}/` : header.path // as go's own list has it
    if (files.has(path) || path.includes("\n"))
      throw new FaultError({
        kind: "malformed",
        layer: archive.layer,
        offset: 0,
        expected: `one member ${JSON.stringify(path.slice(0, 200))} in a module's zip`,
      })
    const hash = createHash("sha256")
    for await (const chunk of body) hash.update(chunk)
    files.set(path, hash.digest("hex"))
  })
  return hash1([...files])
}
