import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { FoundReview, Item, Review } from "../../model/review.ts"
import { Reviews } from "./reviews.ts"

/** Everything here is named by a text: a release by its version, an entry by its content. */
const releaseOf = (version: string) => ({
  name: `made-${version}.tar.gz`,
  target: `npm:made@${version}`,
  purl: `pkg:npm/made@${version}`,
  sha256: sha256Of(version),
})
const item = (content: string): Item => ({ kind: "entry", at: "made/x", what: `sha256:${sha256Of(content)} file 0644` })

function reviewOf(version: string, some: Partial<Review> = {}): Review {
  const said = { signed: "2026-01-01", reason: "read", items: [item(version)], others: [] }
  return { reviewer: "Alice", keyId: "k", artifact: releaseOf(version), ...said, ...some }
}
const since = (version: string) => ({ since: { target: `pkg:npm/made@${version}`, sha256: sha256Of(version) } })
const valid = (version: string, some: Partial<Review> = {}): FoundReview => ({
  kind: "valid",
  source: version,
  review: reviewOf(version, some),
})
const expired = (version: string, some: Partial<Review> = {}): FoundReview => ({
  kind: "refused",
  source: version,
  why: "it expired",
  said: reviewOf(version, some),
})
const accepted = (version: string) => ({ sha256: sha256Of(version), accepted: true })
const words = (found: readonly FoundReview[], version: string, previous?: { sha256: string; accepted: boolean }) =>
  new Reviews(found).wordsFor(releaseOf(version), previous)

describe("the words for a release", () => {
  test("a review counts for the very bytes that it is of", () => {
    expect(words([valid("1"), valid("2")], "1")).toEqual({ reviews: [reviewOf("1")], refused: [] })
  })

  test("of other bytes under the same name it does not, and says of which", () => {
    const why = `it is of other bytes under this name (sha256 ${sha256Of("1")})`
    expect(new Reviews([valid("1")]).wordsFor({ ...releaseOf("1"), sha256: sha256Of("other") }, undefined)).toEqual({
      reviews: [],
      refused: [{ source: "1", why }],
    })
    const { purl: _, ...local } = releaseOf("1")
    const found = valid("1", { artifact: local })
    const moved = { ...local, target: "elsewhere", sha256: sha256Of("other") }
    expect(new Reviews([found]).wordsFor(moved, undefined)).toEqual({ reviews: [], refused: [{ source: "1", why }] })
  })

  test("of what changed it counts only against its base, and only while that is accepted", () => {
    const found = [valid("2", since("1"))]
    expect(words(found, "2", accepted("1")).reviews).toHaveLength(1)
    for (const previous of [undefined, accepted("0"), { ...accepted("1"), accepted: false }]) {
      const { reviews, refused } = words(found, "2", previous)
      expect([reviews.length, refused.map(({ why }) => why)]).toEqual([0, [expect.stringContaining("it is of what changed since")]])
    }
  })

  test("one that does not count is named where it concerns this release, or a base is wanting; what cannot be read always", () => {
    const other: FoundReview = { kind: "refused", source: "broken", why: "it is cut" }
    const found = [expired("1"), expired("2"), other]
    const foreign = expired("3", { artifact: { ...releaseOf("3"), purl: "pkg:npm/another@3" } })
    expect(words([...found, foreign], "2", accepted("1")).refused.map(({ source }) => source)).toEqual(["2", "broken"])
    expect(words([...found, foreign], "2").refused.map(({ source }) => source)).toEqual(["1", "2", "broken"])
  })

  test("whatever a store holds, no word is of other bytes, and none that was refused counts", () => {
    const version = fc.constantFrom("1", "2", "3", "4")
    const any = fc
      .record({ version, since: fc.option(version, { nil: undefined }), isValid: fc.boolean(), day: fc.constantFrom("1", "2") })
      .map((one) => {
        const some = { signed: `2026-01-0${one.day}`, ...(one.since === undefined ? {} : since(one.since)) }
        return one.isValid ? valid(one.version, some) : expired(one.version, some)
      })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), version, fc.option(version, { nil: undefined }), (found, of, base) => {
        const previous = base === undefined ? undefined : accepted(base)
        const { reviews } = words(found, of, previous)
        const kept = found.flatMap((one) => (one.kind === "valid" ? [one.review] : []))
        for (const review of reviews) {
          expect(review.artifact.sha256).toBe(sha256Of(of))
          expect(kept).toContain(review)
          if (review.since !== undefined) expect(review.since.sha256).toBe(previous?.sha256)
        }
        const chosen = new Reviews(found).baselineFor(releaseOf(of))
        if (chosen !== undefined) expect(reachesWhole(chosen.sha256, kept)).toBe(true)
      }),
    )
  })
})

/** The long way round: some chain of valid reviews leads from a release to one that was read whole. */
function reachesWhole(sha256: string, reviews: readonly Review[]): boolean {
  const seen = new Set([sha256])
  for (const at of seen)
    for (const { artifact, since: base } of reviews) {
      if (artifact.sha256 !== at) continue
      if (base === undefined) return true
      seen.add(base.sha256)
    }
  return false
}

describe("the release to compare with", () => {
  const baseOf = (found: readonly FoundReview[], version: string) => new Reviews(found).baselineFor(releaseOf(version))?.target

  test("is the one of the package that was accepted last, by its package URL", () => {
    const found = [valid("1", { signed: "2026-01-01" }), valid("2", { signed: "2026-01-02" }), valid("0", { signed: "2025-01-01" })]
    expect(baseOf(found, "3")).toBe("pkg:npm/made@2")
    expect(baseOf([...found, expired("2.5", { signed: "2026-01-03" })], "3")).toBe("pkg:npm/made@2")
    expect(baseOf([valid("9", { artifact: { ...releaseOf("9"), purl: "pkg:npm/another@9" } })], "3")).toBeUndefined()
  })

  test("a file on this machine is of the package that its name says", () => {
    const { purl: _, ...local } = releaseOf("1")
    const { purl: __, ...next } = releaseOf("2")
    expect(new Reviews([valid("1", { artifact: local })]).baselineFor(next)?.sha256).toBe(local.sha256)
    expect(new Reviews([valid("1", { artifact: local })]).baselineFor({ ...next, name: "other-2.tar.gz" })).toBeUndefined()
  })

  test("is none for a release that was read whole, and what its review says it looked from for one that was not", () => {
    const later = valid("5", { signed: "2026-02-01" })
    expect(baseOf([valid("1"), later], "1")).toBeUndefined()
    expect(baseOf([valid("1"), valid("2", since("1")), later], "2")).toBe("pkg:npm/made@1")
  })

  test("is never one that rests on nothing: a base that nobody read, or a circle", () => {
    expect(baseOf([valid("2", since("1"))], "3")).toBeUndefined()
    expect(baseOf([valid("2", since("1")), expired("1")], "3")).toBeUndefined()
    expect(baseOf([valid("1", since("2")), valid("2", since("1"))], "3")).toBeUndefined()
    expect(baseOf([valid("1"), valid("2", since("1")), valid("3", { ...since("2"), signed: "2026-01-05" })], "4")).toBe("pkg:npm/made@3")
  })

  test("a long chain of reviews is followed to its end", () => {
    const chain = Array.from({ length: 5000 }, (_, at) => valid(String(at), at === 0 ? {} : since(String(at - 1))))
    expect(new Reviews(chain).acceptanceOf(sha256Of("4999"))).toMatchObject({ by: "Alice", except: new Set() })
    expect(new Reviews(chain.slice(1)).acceptanceOf(sha256Of("4999"))).toBeUndefined()
  })
})

describe("what was accepted of it", () => {
  const acceptance = (...found: readonly FoundReview[]) => new Reviews(found).acceptanceOf(sha256Of("1"))

  test("was taken as read though only a risk was taken: not what others settled, unless one of them read it", () => {
    const first = valid("1", { others: [item("exempt"), item("read by another")] })
    expect(acceptance(first)?.except).toEqual(new Set([sha256Of("exempt"), sha256Of("read by another")]))
    const second = valid("1", { reviewer: "Bob", signed: "2025-12-01", items: [item("read by another")], others: [item("1")] })
    expect(acceptance(first, second)).toMatchObject({ by: "Alice", except: new Set([sha256Of("exempt")]) })
  })

  test("holds as long as each review that it rests on", () => {
    const on = (own: string | undefined, base: string | undefined) =>
      acceptance(
        valid("0", base === undefined ? {} : { expires: base }),
        valid("1", { ...since("0"), ...(own === undefined ? {} : { expires: own }) }),
      )?.expires
    expect([on(undefined, undefined), on("2026-06-01", undefined), on(undefined, "2026-06-01")]).toEqual([
      undefined,
      "2026-06-01",
      "2026-06-01",
    ])
    expect([on("2026-07-01", "2026-06-01"), on("2026-06-01", "2026-07-01")]).toEqual(["2026-06-01", "2026-06-01"])
  })

  test("an exception of the base stays one, and a review from another base covers none", () => {
    const base = valid("0", { others: [item("exempt")] })
    const delta = valid("1", { ...since("0"), others: [item("left")] })
    const from = valid("1", { ...since("x"), items: [item("left")] })
    expect(acceptance(base, delta, from)?.except).toEqual(new Set([sha256Of("exempt"), sha256Of("left")]))
  })
})
