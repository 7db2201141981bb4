import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { limitsDefault } from "../core/limits.ts"
import type { FoundReview, Said } from "../model/review.ts"
import { signStatement } from "./envelope.ts"
import { fixtureContext } from "./git-fixture.ts"
import { exportReviews, importReviews } from "./review-exchange.ts"
import { person, saidOf } from "./review-fixture.ts"
import { checkReview, reviewType, signReview } from "./review-statement.ts"
import { keepReview, readReviews, reviewFolder } from "./review-store.ts"

const root = mkdtempSync(join(tmpdir(), "everybyte-reviews-"))
const ctx = fixtureContext()
afterAll(() => {
  rmSync(root, { recursive: true })
  rmSync(ctx.cache, { recursive: true })
})
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(root, "store-"))
})

const alice = person("Alice")
const mallory = person("Mallory")
const checking = { trusted: [alice.trusted], day: "2026-06-01", limits: limitsDefault }
const signed = (said: Said, by = alice) => signReview(said, by.signing, limitsDefault)
const check = (text: string, day = checking.day): FoundReview => checkReview("x", Buffer.from(text), { ...checking, day })
const whyOf = (found: FoundReview | undefined): string => (found?.kind === "refused" ? found.why : "it counts")
const read = (some: Partial<typeof checking> = {}) => readReviews(folder, { ...checking, ...some }, ctx)

describe("one review", () => {
  test("says by whom it is, and all that was signed", () => {
    const said = saidOf("a", { expires: "2027-01-01", since: { target: "old", sha256: sha256Of("old") }, others: saidOf("a").items })
    const { trusted } = alice
    expect(check(signed(said))).toEqual({ kind: "valid", source: "x", review: { ...said, reviewer: "Alice", keyId: trusted.keyId } })
    const purl = { ...said.artifact, purl: "pkg:npm/a@1" }
    expect(check(signed({ ...said, artifact: purl }))).toMatchObject({ review: { artifact: purl } })
  })

  test.each([
    ["expired", saidOf("a", { expires: "2026-06-01" }), "it expired on 2026-06-01"],
    ["signed tomorrow", saidOf("a", { signed: "2026-06-02" }), "after today (2026-06-01): the clock or the review is wrong"],
    ["a day that is none", saidOf("a", { expires: "2026-02-30" }), "no review"],
    ["without a reason", saidOf("a", { reason: "" }), "no review"],
  ])("%s it does not count", (_, said, why) => {
    expect(whyOf(check(signed(said)))).toContain(why)
  })

  test("holds until the day before it expires; with a clock at 1970 none counts, in 2106 what expired does not", () => {
    const text = signed(saidOf("a", { expires: "2027-01-01" }))
    expect(["2026-01-01", "2026-12-31"].map((day) => check(text, day).kind)).toEqual(["valid", "valid"])
    expect(["1970-01-01", "2025-12-31", "2027-01-01", "2106-02-07"].map((day) => check(text, day).kind)).toEqual(Array(4).fill("refused"))
    expect(check(signed(saidOf("a")), "2106-02-07").kind).toBe("valid")
    expect(check(signed(saidOf("a", { signed: "1970-01-01" })), "1970-01-01").kind).toBe("valid")
  })

  test("a stranger's, a statement of another type, of two artifacts or with a field more does not count", () => {
    expect(whyOf(check(signed(saidOf("a"), mallory)))).toContain("not trusted here")
    const { artifact, ...said } = saidOf("a")
    const predicate = { ...said, target: artifact.target }
    const subject = [{ name: "a", sha256: sha256Of("a") }]
    const sign = (some: object): string => signStatement({ subject, predicateType: reviewType, predicate, ...some }, alice.signing)
    expect(check(sign({})).kind).toBe("valid")
    expect(whyOf(check(sign({ predicateType: "https://slsa.dev/verification_summary/v1" })))).toContain("another type")
    expect(whyOf(check(sign({ subject: [...subject, { name: "b", sha256: sha256Of("b") }] })))).toContain("of one artifact")
    expect(whyOf(check(sign({ predicate: { ...predicate, onlyOn: "arm64" } })))).toContain("onlyOn")
    expect(whyOf(check(sign({ predicate: null })))).toContain("no review")
  })

  test("is not signed larger than it could be read", () => {
    expect(() => signReview(saidOf("a"), alice.signing, { ...limitsDefault, envelopeBytesMax: 100 })).toThrow(/envelopeBytesMax/)
  })
})

describe("the store", () => {
  test("gives back what was kept; the same twice is one, a README is none", async () => {
    expect(await read()).toEqual([])
    const paths = [await keepReview(folder, signed(saidOf("a"))), await keepReview(folder, signed(saidOf("b")))]
    await keepReview(folder, signed(saidOf("b")))
    writeFileSync(join(folder, "README.md"), "ours")
    const found = await read()
    expect(found.map(({ kind, source }) => [kind, join(folder, source)])).toEqual(paths.sort().map((path) => ["valid", path]))
  })

  test("a review that was changed, renamed, cut or is something else does not count and says why", async () => {
    const path = await keepReview(folder, signed(saidOf("a")))
    const text = readFileSync(path, "utf8")
    writeFileSync(join(folder, "copy.json"), text)
    writeFileSync(join(folder, `${sha256Of("{}")}.json`), "{}")
    writeFileSync(join(folder, `${sha256Of("")}.json`), "")
    mkdirSync(join(folder, "folder.json"))
    const whys = new Map((await read()).map((found) => [found.source, whyOf(found)]))
    expect(whys.get("copy.json")).toContain("not what its name says")
    expect(whys.get("folder.json")).toContain("not a regular file")
    expect(whys.get(`${sha256Of("{}")}.json`)).toContain("no signed in-toto statement")
    expect(whys.get(`${sha256Of("")}.json`)).toContain("no signed in-toto statement")
    expect([...whys.values()].filter((why) => why === "it counts")).toHaveLength(1)
    for (let at = 0; at < text.length; at += 7) {
      const bytes = Buffer.from(text)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(path, bytes)
      expect(
        (await read()).filter(({ kind }) => kind === "valid"),
        `byte ${at}`,
      ).toEqual([])
    }
  })

  test("too many, too large and too much are told, not left out", async () => {
    for (const content of ["a", "b", "c"]) await keepReview(folder, signed(saidOf(content)))
    const limited = (limits: object) => readReviews(folder, checking, { ...ctx, limits: { ...limitsDefault, ...limits } })
    await expect(limited({ reviewsMax: 2 })).rejects.toThrow(/reviewsMax \(2\)/)
    await expect(limited({ reviewBytesRunMax: 2000 })).rejects.toThrow(/reviewBytesRunMax/)
    expect((await limited({ envelopeBytesMax: 100 })).map(whyOf)).toEqual(Array(3).fill(expect.stringContaining("envelopeBytesMax")))
  })

  test("many writers at once leave every review whole, and nothing else", async () => {
    const texts = Array.from({ length: 20 }, (_, at) => signed(saidOf(`${at % 10}`)))
    const seen = await Promise.all([...texts, ...texts].flatMap((text) => [keepReview(folder, text).then(() => []), read()]))
    for (const found of seen.flat()) expect(typeof found === "string" ? "" : found.kind).toBe("valid")
    expect(readdirSync(folder)).toEqual([...new Set(texts)].map((text) => `${sha256Of(text)}.json`).sort())
  })

  test("a folder that the user names has to be there", async () => {
    expect(await reviewFolder(folder, ctx)).toBe(folder)
    await expect(reviewFolder(join(folder, "missing"), ctx)).rejects.toThrow(/no such folder of reviews/)
    const environment = { XDG_DATA_HOME: "/data" }
    expect(await reviewFolder(undefined, { ...ctx, environment })).toBe("/data/everybyte/reviews")
  })
})

describe("handing on", () => {
  const exported = async (digests: readonly string[] = []): Promise<string> => {
    const lines: string[] = []
    for await (const line of exportReviews(folder, digests, ctx)) lines.push(line)
    return lines.join("")
  }

  test("what goes out comes in the same, by anybody's signature; only the artifacts that are asked for", async () => {
    for (const [content, by] of [
      ["a", alice],
      ["b", mallory],
    ] as const)
      await keepReview(folder, signed(saidOf(content), by))
    writeFileSync(join(folder, "other.json"), "{}")
    const [all, one] = [await exported(), await exported([sha256Of("b").slice(0, 12)])]
    expect([all, one].map((text) => text.trimEnd().split("\n").length)).toEqual([2, 1])
    const file = join(root, "all.ndjson")
    writeFileSync(file, all)
    const before = (await read()).filter(({ source }) => source !== "other.json")
    folder = mkdtempSync(join(root, "store-"))
    expect(await importReviews(file, folder, ctx)).toHaveLength(2)
    expect(await read()).toEqual(before)
    expect(before.map(({ kind }) => kind).sort()).toEqual(["refused", "valid"])
  })

  test("one bad line keeps all out, and says where", async () => {
    const file = join(root, "bad.ndjson")
    const line = signed(saidOf("a"))
    const limited = { ...ctx, limits: { ...limitsDefault, reviewsMax: 1 } }
    for (const text of [`${line}{}\n`, `${line}\n${line}`, `${line}${line.slice(0, -10)}`]) {
      writeFileSync(file, text)
      await expect(importReviews(file, folder, ctx)).rejects.toThrow(new RegExp(`byte ${line.length}: expected a signed review`))
    }
    writeFileSync(file, `${line}${signed(saidOf("b"))}`)
    await expect(importReviews(file, folder, limited)).rejects.toThrow(/reviewsMax/)
    await expect(importReviews(join(root, "missing"), folder, ctx)).rejects.toThrow(/no such file/)
    expect(readdirSync(folder)).toEqual([])
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        writeFileSync(file, bytes)
        await expect(importReviews(file, folder, ctx)).rejects.toThrow(/byte \d+: expected/)
      }),
      { numRuns: 50 },
    )
  })
})
