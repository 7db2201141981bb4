import { createHash } from "node:crypto"
import type { Entry } from "../../model/artifact.ts"
import { once } from "../once.ts"
import type { Recipe, ReleaseFacts } from "../recipe.ts"

const algorithms = ["SHA1", "SHA256", "SHA512"] as const
const parts = ["metadata.gz", "data.tar.gz"] as const

/** Three compressed files in a tar (guides.rubygems.org, "gem package format"). */
const isGem = ({ name, format, root, files }: ReleaseFacts): boolean =>
  name.endsWith(".gem") && format === "tar" && root === "" && [...parts, "checksums.yaml.gz"].every((part) => files.has(part))

/** checksums.yaml.gz of a gem (rubygems, `Gem::Package#add_checksums`): the digests of the two other files. */
export const checksums: Recipe = {
  name: "gem/checksums.yaml",
  writes: /^checksums\.yaml\.gz!/,
  inside: true,
  of: isGem,
  write: async ({ text }, { release: { files } }) => {
    const entries = parts.map((part) => files.get(part))
    const said = (text.match(/^SHA\d+:$/gm) ?? []).flatMap((line) => algorithms.find((one) => line === `${one}:`) ?? [])
    const lines = ["---\n"]
    for (const algorithm of said.length === 0 ? (["SHA256", "SHA512"] as const) : new Set(said)) {
      lines.push(`${algorithm}:\n`)
      for (const [at, entry] of entries.entries()) {
        const line = `  ${parts[at]}: ${entry === undefined ? "" : await digestOf(entry, algorithm)}`
        // YAML quotes what could be read as a number.
        const quoted = line.replace(/ ([0-9a-f]+)$/, " '$1'")
        lines.push(`${text.includes(`${quoted}\n`) ? quoted : line}\n`)
      }
    }
    return [{ text: lines.join(""), from: { commit: [], release: [...parts] }, dropped: ["which digests it has", "its quotes"] }]
  },
}

/** Of each part once: the file that is asked for may come as many. */
const digestsOf = once((_: Entry) => new Map<string, Promise<string>>())

function digestOf(entry: Entry, algorithm: (typeof algorithms)[number]): Promise<string> {
  const known = digestsOf(entry)
  const found = known.get(algorithm) ?? hashed(entry, algorithm)
  known.set(algorithm, found)
  return found
}

async function hashed({ content, sha256 }: Entry, algorithm: (typeof algorithms)[number]): Promise<string> {
  if (algorithm === "SHA256") return sha256
  const hash = createHash(algorithm.toLowerCase())
  for await (const chunk of content.stream()) hash.update(chunk)
  return hash.digest("hex")
}
