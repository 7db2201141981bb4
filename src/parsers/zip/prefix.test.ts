import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { walked } from "../test-kit.ts"
import { zip } from "./index.ts"
import { prefixOf } from "./prefix.ts"

const archive = zipOf([{ name: "__main__.py", content: "print(1)" }])

async function told(prefix: Buffer): Promise<readonly unknown[]> {
  const walk = await walked(zip, [Buffer.concat([prefix, archive])])
  return [
    walk.anomalies.map(({ kind, severity }) => `${severity} ${kind}`),
    walk.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end]),
  ]
}

const line = (text: string): Buffer => Buffer.from(text, "latin1")

test.each(["#!/usr/bin/env python3\n", "#!/usr/bin/python3.12 -sE\n", "#!/opt/a-venv/bin/pypy3 -I -S\r\n"])(
  "the line that zipapp, pex and shiv start an archive with was unexplained: %j",
  async (text) => expect(await told(line(text))).toEqual([["note prefix"], []]),
)

test.each([
  "#!/bin/sh\n",
  "#!/usr/bin/env python3",
  "#!/usr/bin/env python3\nid\n",
  "#!/usr/bin/env python3 -c id\n",
  "#!/usr/bin/env -S sh -c python3\n",
  `#!/${"a".repeat(120)}/python3\n`,
])("a line that starts something else, or says more, was claimed: %j", async (text) =>
  expect(await told(line(text))).toEqual([["review prefix"], [[0, text.length]]]),
)

test("the magic of a module of Java was unexplained", async () => {
  expect(await told(line("JM\x01\x00"))).toEqual([["note prefix"], []])
  expect(await told(line("JM\x02\x00"))).toEqual([["review prefix"], [[0, 4]]])
})

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))])
const field = (number: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(value.byteLength)]), value])
const key = Buffer.alloc(294, 7)
const idOf = (of: Buffer): Buffer => createHash("sha256").update(of).digest().subarray(0, 16)
const proof = (number: number, of: Buffer, ...more: readonly Buffer[]): Buffer =>
  field(number, Buffer.concat([field(1, of), field(2, Buffer.alloc(256, 1)), ...more]))
const signed = (id: Buffer): Buffer => field(10000, field(1, id))
function crx(...fields: readonly Buffer[]): Buffer {
  const header = Buffer.concat(fields)
  const start = Buffer.from("437232340300000000000000", "hex")
  start.writeUInt32LE(header.byteLength, 8)
  return Buffer.concat([start, header])
}

test("the header of an extension of Chrome was unexplained", async () => {
  expect(prefixOf(crx(proof(2, key), signed(idOf(key))))).toContain("signed by 1 key:")
  expect(await told(crx(proof(2, key), signed(idOf(key))))).toEqual([["note prefix"], []])
  expect(prefixOf(crx(proof(2, key), proof(3, Buffer.alloc(91)), signed(idOf(key))))).toContain("signed by 2 keys")
})

test.each([
  ["an id of no key", crx(proof(2, key), signed(Buffer.alloc(16)))],
  ["two ids", crx(proof(2, key), signed(idOf(key)), signed(idOf(key)))],
  ["no id", crx(proof(2, key))],
  ["more beside the id", crx(proof(2, key), field(10000, Buffer.concat([field(1, idOf(key)), field(2, key)])))],
  ["another field", crx(proof(2, key), field(4, key), signed(idOf(key)))],
  ["more in a proof", crx(proof(2, key, field(3, key)), signed(idOf(key)))],
  ["a long signature", crx(field(2, Buffer.concat([field(1, key), field(2, Buffer.alloc(1025))])), signed(idOf(key)))],
  ["a number in two spellings", crx(Buffer.from([0x92, 0x00, 0x00]), proof(2, key), signed(idOf(key)))],
  ["another wire type", crx(Buffer.from([0x10, 0x01]), proof(2, key), signed(idOf(key)))],
  ["a length that runs out of it", crx(proof(2, key), signed(idOf(key)), Buffer.from([0x12, 0x7f]))],
  ["bytes behind it", Buffer.concat([crx(proof(2, key), signed(idOf(key))), Buffer.from("hidden")])],
  ["a cut one", crx(proof(2, key), signed(idOf(key))).subarray(0, 11)],
  ["a cut number", crx(proof(2, key), signed(idOf(key)), Buffer.from([0x92]))],
  ["a long number", crx(proof(2, key), signed(idOf(key)), Buffer.alloc(9, 0x92))],
])("a header of an extension that has room for a message was claimed: %s", async (_, prefix) =>
  expect(await told(prefix)).toEqual([["review prefix"], [[0, prefix.byteLength]]]),
)
