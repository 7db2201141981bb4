import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { locate } from "../../registries/index.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-open-"))
afterAll(() => rmSync(folder, { recursive: true }))

const one = [{ name: "a", content: "honest\n" }]
const two = [{ name: "a", content: "other!\n" }]

test.each([
  ["x.tar", tarOf(one), tarOf(two)],
  ["x.tar.gz", gzipSync(tarOf(one)), gzipSync(tarOf(two))],
  ["x.zip", zipOf(one), zipOf(two)],
  ["x", Buffer.from("one"), Buffer.from("two")],
])("%s, exchanged after it was vouched for, is not taken for what was vouched for", async (name, honest, other) => {
  const ctx = createContext({ cache: join(folder, "cache"), offline: true })
  const target = { kind: "path", path: join(folder, name) } as const
  writeFileSync(target.path, honest)
  const located = orThrow(await locate(target, ctx))
  expect((await open(name, target, ctx, { ok: true, value: located })).ok).toBe(true)
  writeFileSync(target.path, other.subarray(0, honest.byteLength))
  const exchanged = await open(name, target, ctx, { ok: true, value: located })
  expect(exchanged.ok ? "opened" : exchanged.fault.kind).toMatch(/^(?:unavailable|malformed)$/)
})

test.each([
  ["a thin ar archive", Buffer.from("!<thin>\na/              0           0     0     644     12        `\n"), /a thin ar archive/],
  ["a .deb that dpkg-deb --deb-format=0.939000 wrote", Buffer.from("0.939000\n280\n\x1f\x8b", "latin1"), /a \.deb as before 1995/],
  ["an image of a CD", Buffer.concat([Buffer.alloc(32768), Buffer.from("\x01CD001\x01")]), /ISO 9660/],
  ["the same, one byte further on", Buffer.concat([Buffer.alloc(32769), Buffer.from("\x01CD001\x01")]), undefined],
])("%s was taken for an opaque file", async (_, bytes, said) => {
  const path = join(folder, "opaque")
  writeFileSync(path, bytes)
  const opened = orThrow(await open("opaque", { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
  const messages = opened.anomalies.map(({ kind, message }) => `${kind}: ${message}`)
  expect(messages).toEqual(said === undefined ? [] : [expect.stringMatching(said)])
  await opened.close()
})
