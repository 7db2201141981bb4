import { expect, test } from "vitest"
import { paxHeader, paxRecord, tarEnd, tarMember } from "../../../test/fixtures/tar.ts"
import { kinds, type Walked, walked } from "../test-kit.ts"
import { isAccount } from "./account.ts"
import { tar } from "./index.ts"

const walk = (...parts: readonly Buffer[]): Promise<Walked> => walked(tar, [Buffer.concat([...parts, tarEnd()])], { ownersMax: 3 })
const runs = (told: Walked) => told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])
const owned = (user: string | Buffer, group = ""): Buffer =>
  tarMember({
    name: "a",
    patch: (header) => {
      header.set(Buffer.from(user), 265)
      header.write(group, 297)
    },
  })
const patched = (text: string, at: number): Promise<Walked> =>
  walk(tarMember({ name: "a", patch: (header) => header.write(text, at, "latin1") }))

test.each(["", "root", "_www", "j.doe-2", "Domain Users", "CORP\\j.doe", "user@example", "J\u00fcrgen", "J?rgen", "host$"])(
  "%j is the name of an account",
  (name) => expect(isAccount(Buffer.from(name))).toBe(true),
)
test.each(["a/b", "a\nb", "<script>", "x".repeat(33), "\u{1f600}", Buffer.from([0xff])])("%j is none", (name) =>
  expect(isAccount(Buffer.from(name))).toBe(false),
)

test("an owner whose name is none of an account was claimed as header", async () => {
  expect(runs(await walk(owned("payload/=", "root")))).toEqual([[265, 274]])
  expect(runs(await walk(owned("root", "a;b")))).toEqual([[297, 300]])
  expect(kinds(await walk(paxHeader("x", paxRecord("uname", "pay|load")), owned("")))).toEqual(["pax-value"])
})

test("a new owner for each member carries bytes: told once, unexplained from ownersMax on", async () => {
  const told = await walk(...["a", "b", "c", "a", "d", "e"].map((name) => owned(name)))
  expect(kinds(told)).toEqual(["many-owners"])
  expect(runs(told)).toEqual(
    [4, 5].flatMap((index) => [
      [index * 512 + 108, index * 512 + 124],
      [index * 512 + 265, index * 512 + 329],
    ]),
  )
  const pax = [1, 2, 3].flatMap((id) => [paxHeader("x", paxRecord("uid", `${id}`)), owned("a")])
  expect(kinds(await walk(...pax))).toEqual(["many-owners", "many-owners"])
})

test.each([
  ["spaces and NULs in turn", " \0 \0 \0 \0", 136],
  ["a NUL, then spaces", "1234\0   ", 108],
  ["more than permissions and a type", "7000644\0", 100],
  ["more than 53 bits", "\x80\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", 136],
])("a number that could spell something is unexplained: %s", async (_, text, at) => expect(runs(await patched(text, at))).toHaveLength(1))

test.each([
  ["spaces before it", "   644 \0", 100],
  ["a type above the permissions", "100644 \0", 100],
  ["no terminator", "00001234567 ", 136],
  ["a space and a NUL", "001234 \0", 108],
  ["only spaces", "        ", 108],
])("a number as writers spell it is read: %s", async (_, text, at) => expect(runs(await patched(text, at))).toEqual([]))

test("times at the end of the prefix, as star and node-tar write them", async () => {
  expect(runs(await patched("15270440500\x0015270440500\0", 476))).toEqual([])
  expect(runs(await patched("15270440500\0payload", 476))).toEqual([[476, 495]])
  expect(runs(await patched("nine digits", 476))).toEqual([[476, 487]])
})

test("a time of a pax header has no more digits than a clock", async () => {
  expect(kinds(await walk(paxHeader("x", paxRecord("mtime", "1700000000.123456789")), owned("")))).toEqual([])
  expect(kinds(await walk(paxHeader("x", paxRecord("mtime", "1700000000.1234567891")), owned("")))).toEqual(["pax-value"])
})
