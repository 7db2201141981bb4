import fc from "fast-check"
import { expect, test } from "vitest"
import type { GitOid } from "../../core/digest.ts"
import { rowsOf } from "../../io/commit-rows.ts"
import { oid } from "../../io/git-fixture.ts"
import type { Commit, HistoryRows, Signature } from "../../model/history.ts"
import { type Alias, identify } from "./identities.ts"

const signature = (name: string, address: string, mapped = { name, address }): Signature => ({ name, address, mapped })
const idOf = (number: number): GitOid => oid(number.toString(16).padStart(40, "0"))

function commitsOf(rows: readonly (readonly [author: number, committer: number, parents?: number])[]): readonly Commit[] {
  return rows.map(([author, committer, parents = 1], index) => ({
    oid: idOf(index),
    parents: Array.from({ length: parents }, (_, at) => idOf(1000 + at)),
    author,
    authored: 0,
    committer,
    committed: 0,
    subject: "",
    trailers: [],
    changes: [],
  }))
}
const historyOf = (
  signatures: readonly Signature[],
  rows: Parameters<typeof commitsOf>[0] = [],
): Pick<HistoryRows, "signatures" | "rows"> => ({
  signatures,
  rows: rowsOf(commitsOf(rows)),
})
const groupsOf = (signatures: readonly Signature[], aliases: readonly Alias[] = []): readonly number[] =>
  identify(historyOf(signatures), aliases).personOf

test("one name with two addresses is two people: a name is typed by whoever wants to be taken for another", () => {
  const [one, other] = groupsOf([signature("Maintainer", "m@one.org"), signature("Maintainer", "m@two.org")])
  expect(one).not.toBe(other)
})

test("one address is one person, whatever the case and what a forge puts before it", () => {
  const ids = groupsOf([
    signature("A", "a.b@One.org"),
    signature("AB", "A.B@one.org"),
    signature("A", "account@users.noreply.forge.org"),
    signature("A", "123+Account@users.noreply.forge.org"),
  ])
  expect([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2]]).toEqual([true, true, false])
})

test("an address that a machine fills in is nobody's: those under it are told apart by name", () => {
  for (const address of ["root@localhost", "", "(none)", "a@b.localdomain", "user@host"]) {
    const [one, other, same] = groupsOf([signature("One", address), signature("Two", address), signature("One", address)])
    expect([one === other, one === same]).toEqual([false, true])
  }
})

test("what the mailmap and the user say is joined, and each union is told with who says it", () => {
  const signatures = [
    signature("A", "a@new.org"),
    signature("a", "a@old.org", { name: "A", address: "a@new.org" }),
    signature("A.", "A@new.org"),
    signature("Other", "x@y.org"),
  ]
  const { people, personOf } = identify(
    historyOf(signatures, [
      [0, 0],
      [0, 0],
      [1, 0],
      [3, 3],
    ]),
    [["a@new.org", "x@y.org"]],
  )
  expect(new Set(personOf)).toEqual(new Set([0]))
  expect(people[0]).toMatchObject({ name: "A", address: "a@new.org", authored: 4, committed: 4 })
  expect(people[0]?.unions.map(({ address, by }) => [address, by])).toEqual([
    ["x@y.org", "alias"],
    ["a@old.org", "mailmap"],
    ["A@new.org", "address"],
  ])
})

test("bots and forges are told from people; merges are nobody's commits", () => {
  const signatures = [
    signature("x[bot]", "1+x[bot]@users.noreply.forge.org"),
    signature("Forge", "noreply@forge.org"),
    signature("A", "a@one.org"),
  ]
  const { people } = identify(
    historyOf(signatures, [
      [2, 2],
      [2, 1, 2],
      [0, 2],
    ]),
  )
  expect(people.map(({ kind, authored, committed }) => [kind, authored, committed])).toEqual([
    ["person", 1, 2],
    ["bot", 1, 0],
    ["forge", 0, 0],
  ])
})

const address = fc.constantFrom("a@x.org", "A@x.org", "b@x.org", "12+b@users.noreply.f.org", "b@users.noreply.f.org", "root@localhost", "")
const anySignature = fc.record({ name: fc.constantFrom("A", "B"), address }).map(({ name, address }) => signature(name, address))

test("the order of signatures changes nothing but their numbers, and an alias never makes more people", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anySignature, { minLength: 1, maxLength: 9, selector: ({ name, address }) => `${name} ${address}` }),
      fc.nat(),
      (signatures, turn) => {
        const at = turn % signatures.length
        const turned = [...signatures.slice(at), ...signatures.slice(0, at)]
        const [one, other] = [identify(historyOf(signatures)), identify(historyOf(turned))]
        expect(other.people).toEqual(one.people)
        const joined = identify(historyOf(signatures), [["a@x.org", "b@x.org"]])
        expect(joined.people.length).toBeLessThanOrEqual(one.people.length)
        for (const [index, person] of one.personOf.entries())
          for (const [second, twin] of one.personOf.entries())
            if (person === twin) expect(joined.personOf[index]).toBe(joined.personOf[second])
      },
    ),
  )
})

test("a program's name, or a mailmap that says one, made a person vanish from rights and windows", () => {
  const mapped = { name: "weblate", address: "hosted@weblate.org" }
  const signatures = [
    signature("Renovate Smith", "j@x.org"),
    signature("x[bot]", "one@x.org"),
    signature("Maintainer", "m@x.org", mapped),
    signature("Jia", "noreply@evil.org"),
  ]
  const rows = signatures.map((_, index) => [index, index] as const)
  expect(identify(historyOf(signatures, rows)).people.map(({ kind }) => kind)).toEqual(["person", "person", "person", "person"])
})

test("an address of a million dots was looked at for hours", () => {
  const long = `a@${".".repeat(1_000_000)}@b`
  expect(groupsOf([signature("A", long), signature("B", long)])).toEqual([0, 1])
})
