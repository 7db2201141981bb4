import type { ByteSource } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { forgeAddress, repositoryAddress } from "../forge.ts"
import { contentsOf } from "../members.ts"
import type { Distribution } from "./file-name.ts"

/** Labels of a Project-URL that mean the source repository, the plainest first (packaging.python.org, "Well-known Project URLs in Metadata"). */
const labels = ["repository", "source", "sourcecode", "github", "code", "gitlab"] as const
const fieldsMax = 10_000

/** The metadata that a distribution carries: `METADATA` of a wheel, `PKG-INFO` of an sdist; undefined where it has none. */
export async function coreMetadata(
  { kind }: Distribution,
  filename: string,
  bytes: ByteSource,
  limits: Limits,
): Promise<Uint8Array | undefined> {
  const archive = /\.(?:whl|zip)$/.test(filename) ? "zip" : /\.(?:tar\.gz|tgz)$/.test(filename) ? "tar.gz" : undefined
  if (archive === undefined) return undefined
  const path = kind === "wheel" ? /^[^/]+\.dist-info\/METADATA$/ : /^[^/]+\/PKG-INFO$/
  const found = await contentsOf(archive, { layer: filename, bytes, limits }, (name) => path.test(name))
  return [...found.values()][0]
}

/** The source repository that it declares: a labelled address, else a home page on a forge. */
export function declaredRepository(metadata: Uint8Array): string | undefined {
  const urls = new Map<string, string>()
  const pages: string[] = []
  for (const [name, value] of headerFields(metadata)) {
    if (name === "home-page") pages.push(value)
    const comma = name === "project-url" ? value.indexOf(",") : -1
    if (comma < 0) continue
    const label = value
      .slice(0, comma)
      .replace(/[^\p{L}\p{N}]/gu, "")
      .toLowerCase()
    const url = value.slice(comma + 1).trim()
    if (!urls.has(label)) urls.set(label, url)
    if (label === "homepage") pages.push(url)
  }
  const labelled = labels.map((label) => repositoryAddress(urls.get(label))).find((url) => url !== undefined)
  return labelled ?? repositoryAddress(pages.map(forgeAddress).find((page) => page !== undefined))
}

/** The header's fields in their order, names in lower case (core metadata specifications: the format of electronic mail headers). */
function* headerFields(metadata: Uint8Array): Generator<readonly [string, string]> {
  const text = Buffer.from(metadata).toString("utf8")
  let count = 0
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === "" || count === fieldsMax) return
    count += 1
    const colon = line.indexOf(":")
    if (colon > 0) yield [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  }
}
