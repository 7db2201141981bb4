import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { trustRoot } from "../../tools/build-trust-root.ts"
import { explainFault, faultsOf } from "../core/fault.ts"
import { createContext } from "../io/create-context.ts"
import { trustRootPath } from "../io/trust-root.ts"
import { locate, parseTarget } from "./index.ts"

/**
 * Through this machine's real configuration of each ecosystem: small packages. Unreachable is a skip with its reason; a wrong answer fails.
 */
describe("the configured registries", () => {
  for (const text of [
    "deb-src:jq",
    "deb:hello",
    "npm:tar-stream@3.1.8",
    "pypi:h11@0.16.0",
    "pypi:h11-0.16.0-py3-none-any.whl",
    "golang:github.com/pkg/errors@v0.9.1",
    "cargo:itoa@1.0.15",
    "maven:org.hamcrest:hamcrest-core@1.3",
  ]) {
    it(`really give ${text}`, async (test) => {
      const cache = await mkdtemp(join(tmpdir(), "everybyte-real-"))
      try {
        const target = await parseTarget(text)
        if (!target.ok) throw new Error(explainFault(target.fault))
        const result = await locate(target.value, createContext({ cache, limits: { retriesMax: 1 } }))
        if (!result.ok && result.fault.kind === "unavailable") return test.skip(explainFault(result.fault))
        expect(result.ok ? "" : explainFault(result.fault)).toBe("")
        expect(result.ok && result.value.provenance.chain.length).toBeGreaterThan(0)
        if (text.startsWith("golang:"))
          expect(result.ok && result.value.provenance.chain.join()).toMatch(/h1:\S+, as record \d+ of the checksum database/)
      } finally {
        await rm(cache, { recursive: true })
      }
    })
  }

  it("really give the trust root that comes with the program", async (test) => {
    const cache = await mkdtemp(join(tmpdir(), "everybyte-trust-"))
    try {
      const ctx = createContext({ cache, limits: { retriesMax: 1 } })
      const result = await faultsOf(() => trustRoot(ctx))
      if (!result.ok && result.fault.kind === "unavailable") return test.skip(explainFault(result.fault))
      expect(result.ok ? Buffer.from(result.value).toString("utf8") : explainFault(result.fault)).toBe(
        await readFile(trustRootPath(createContext({ environment: {} })), "utf8"),
      )
    } finally {
      await rm(cache, { recursive: true })
    }
  })
})
