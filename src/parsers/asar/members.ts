/*
 * The index (@electron/asar, disk.ts and filesystem.ts), as JSON.stringify writes it:
 *
 *   folder   { "files": { NAME: folder, link or file ... }, "unpacked"?: true }
 *   link     { "link": TARGET, "unpacked"?: true }
 *   file     { "size": NUMBER, "offset": "DECIMAL" or "unpacked": true, "executable"?: true,
 *              "integrity"?: { "algorithm": "SHA256", "hash": HEX, "blockSize": NUMBER, "blocks": [HEX ...] } }
 */
export interface Integrity {
  readonly hash: string
  readonly blockSize: number
  readonly blocks: readonly string[]
}

interface Named {
  readonly path: string
}
export type Member =
  | (Named & { readonly kind: "folder" })
  | (Named & { readonly kind: "link"; readonly target: string })
  /** Its content stands beside the archive. */
  | (Named & { readonly kind: "unpacked" })
  | (Named & Stored)
export interface Stored {
  readonly kind: "file"
  readonly path: string
  readonly mode: number
  readonly size: number
  /** From the end of the index. */
  readonly offset: number
  readonly integrity: Integrity | undefined
}

export interface Bounds {
  readonly entriesMax: number
  readonly nameBytesMax: number
}

export interface Index {
  readonly members: readonly Member[]
  /** Fields that no reader looks at stand in it, or known ones with values that mean nothing. */
  readonly hasMore: boolean
}

/** More than one has that is meant; what writes JSON calls itself for each. */
const foldersMax = 256

/** What the index lists; a text says what is wrong with it, `over` which bound it is over. */
export function indexOf(json: unknown, bounds: Bounds): Index | { readonly expected: string } | { readonly over: keyof Bounds } {
  const members: Member[] = []
  const root = fieldsOf(json)
  let hasMore = root !== undefined && !hasOnly(root, ["files"])
  // In the order of the index: folders whose members are next stand last.
  const open: (readonly [path: string, node: unknown, depth: number])[] = [["", json, 0]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, node, depth] = next
    if (members.length >= bounds.entriesMax) return { over: "entriesMax" }
    if (depth > foldersMax) return { expected: `at most ${foldersMax} folders inside one another` }
    if (Buffer.byteLength(path) > bounds.nameBytesMax) return { over: "nameBytesMax" }
    const fields = fieldsOf(node)
    if (fields === undefined) return { expected: `an object for ${JSON.stringify(path)}` }
    const files = fields.get("files")
    const member: Member | undefined = files === undefined ? leafOf(path, fields) : { path, kind: "folder" }
    if (member === undefined) return { expected: `a folder, a link or a file with size and offset as ${JSON.stringify(path)}` }
    if (path !== "") members.push(member)
    hasMore ||= path !== "" && !isPlain(fields, member)
    if (files === undefined) continue
    const inner = fieldsOf(files)
    if (inner === undefined || [...inner.keys()].some((name) => name === "" || name.includes("/")))
      return { expected: `files with names in ${JSON.stringify(path)}` }
    for (const [name, of] of [...inner].reverse()) open.push([path === "" ? name : `${path}/${name}`, of, depth + 1])
  }
  return { members, hasMore }
}

function leafOf(path: string, fields: Fields): Member | undefined {
  const target = fields.get("link")
  if (typeof target === "string") return { path, kind: "link", target }
  if (fields.get("unpacked") === true) return { path, kind: "unpacked" }
  const [size, text] = [fields.get("size"), fields.get("offset")]
  const offset = typeof text === "string" && /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : undefined
  if (!isCount(size) || offset === undefined) return undefined
  const mode = fields.get("executable") === true ? 0o755 : 0o644
  return { path, kind: "file", mode, size, offset, integrity: integrityOf(fields.get("integrity")) }
}

const known = {
  folder: ["files", "unpacked"],
  link: ["link", "unpacked"],
  unpacked: ["size", "unpacked", "executable", "integrity"],
  file: ["size", "offset", "executable", "integrity"],
} as const satisfies Record<Member["kind"], readonly string[]>

function isPlain(fields: Fields, { kind }: Member): boolean {
  const flags = ["unpacked", "executable"].every((key) => !fields.has(key) || fields.get(key) === true)
  const sized = kind !== "unpacked" || isCount(fields.get("size"))
  return flags && sized && hasOnly(fields, known[kind]) && (!fields.has("integrity") || integrityOf(fields.get("integrity")) !== undefined)
}

function integrityOf(value: unknown): Integrity | undefined {
  const fields = fieldsOf(value)
  if (fields === undefined || !hasOnly(fields, ["algorithm", "hash", "blockSize", "blocks"])) return undefined
  const [hash, blockSize, listed] = [fields.get("hash"), fields.get("blockSize"), fields.get("blocks")]
  const blocks: readonly unknown[] = Array.isArray(listed) ? listed : [undefined]
  if (fields.get("algorithm") !== "SHA256" || !isDigest(hash) || !isCount(blockSize) || blockSize === 0) return undefined
  return blocks.every(isDigest) ? { hash, blockSize, blocks } : undefined
}

const isDigest = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value)
const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0

type Fields = ReadonlyMap<string, unknown>
const hasOnly = (fields: Fields, names: readonly string[]): boolean => [...fields.keys()].every((key) => names.includes(key))
const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined
