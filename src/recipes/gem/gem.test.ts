import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { Entry } from "../../model/artifact.ts"
import { explain } from "../../stages/explain/explain.ts"
import { artifactOf, entryOf, snapshotOf } from "../../stages/explain/test-kit.ts"
import { Recipes } from "../index.ts"

const parts = { "metadata.gz": gzipSync("--- made\n"), "data.tar.gz": gzipSync("data") }
const digests = (algorithm: string): string =>
  Object.entries(parts)
    .map(([name, bytes]) => `  ${name}: ${createHash(algorithm).update(bytes).digest("hex")}\n`)
    .join("")
const honest = `---\nSHA256:\n${digests("sha256")}SHA512:\n${digests("sha512")}`

async function kindOf(text: string, name = "made-1.0.gem"): Promise<string> {
  const outer = artifactOf({
    ...Object.fromEntries(Object.entries(parts).map(([at, content]) => [at, { content }])),
    "checksums.yaml.gz": { content: gzipSync(text) },
  })
  const entries = outer.entries.map((entry) => (entry.path === "checksums.yaml.gz" ? { ...entry, format: "gzip" } : entry))
  const inner = entryOf("checksums.yaml.gz!checksums.yaml", { content: text })
  const artifact = { ...outer, name, entries, openEntry: async () => ({ layers: [], anomalies: [], entries: [inner] }) }
  const ledger = await explain(artifact, snapshotOf({ tree: {} }), {
    limits: limitsDefault,
    without: "",
    origins: undefined,
    previous: undefined,
  })
  const found = ledger.entries.find(({ entry }) => entry.path === inner.path)
  return found?.explanation.kind ?? "none"
}

describe("checksums.yaml", () => {
  test("the digests of both other files, in today's and in the old algorithms", async () => {
    expect(await kindOf(honest)).toBe("recipe")
    expect(await kindOf(`---\nSHA1:\n${digests("sha1")}SHA512:\n${digests("sha512")}`)).toBe("recipe")
  })
  test("another digest, a line more, none at all, one algorithm twice", async () => {
    for (const text of [honest.replace(/[0-9a-f]{8}/, "00000000"), `${honest}evil: 1\n`, "---\n", `${honest}SHA256:\n${digests("sha256")}`])
      expect(await kindOf(text)).toBe("unexplained")
  })
  test("what is digested is read once, however many files ask", async () => {
    let read = 0
    const counted = ({ content, ...entry }: Entry): Entry => {
      const stream = (from?: number, to?: number) => {
        read += 1
        return content.stream(from, to)
      }
      return { ...entry, content: { ...content, stream } }
    }
    const gem = artifactOf({
      ...Object.fromEntries(Object.entries(parts).map(([at, content]) => [at, { content }])),
      "checksums.yaml.gz": {},
    })
    const recipes = new Recipes(
      { ...gem, name: "made-1.0.gem", entries: gem.entries.map(counted) },
      snapshotOf({ tree: {} }),
      limitsDefault,
    )
    const text = `---\nSHA1:\n${digests("sha1")}SHA512:\n${digests("sha512")}`
    for (const name of ["a", "b", "c"])
      expect(await recipes.compute(entryOf(`checksums.yaml.gz!${name}`, { content: text }))).toMatchObject([{ bytes: Buffer.from(text) }])
    expect(read).toBe(4)
  })
  test("nothing in a tar that is no gem", async () => expect(await kindOf(honest, "made-1.0.tar")).toBe("unexplained"))
})
