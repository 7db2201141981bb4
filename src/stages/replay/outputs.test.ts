import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { type Member, paxHeader, paxRecord, tarEnd, tarMember, tarOf } from "../../../test/fixtures/tar.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { collect } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { faultsOf } from "../../core/fault.ts"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import { createContext } from "../../io/create-context.ts"
import { spill } from "../../io/spill.ts"
import { type Outputs, readOutputs } from "./outputs.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-outputs-"))
const spills: { close(): Promise<void> }[] = []
afterAll(async () => {
  for (const one of spills) await one.close()
  rmSync(folder, { recursive: true })
})

const read = (archive: Uint8Array, limits: Partial<Limits> = {}) =>
  faultsOf(async () => {
    const one = await spill(createContext({ cache: folder, offline: true }))
    spills.push(one)
    await one.append(archive)
    return readOutputs(one, { ...limitsDefault, ...limits })
  })

async function outputs(archive: Uint8Array, limits: Partial<Limits> = {}): Promise<Outputs> {
  const result = await read(archive, limits)
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.value
}

/** Every file that is told, whose bytes must be those that were measured. */
async function held({ files }: Outputs): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [key, file] of files) {
    const bytes = await collect(file.content.stream())
    expect([file.path, file.size, file.sha256]).toEqual([key, bytes.byteLength, sha256Of(bytes)])
    found[key] = Buffer.from(bytes).toString("latin1")
  }
  return found
}

const steps = "0 sh ./autogen.sh\n2 make dist\n"
const common: readonly Member[] = [
  { name: "./", type: "5" },
  { name: "./steps", content: steps },
  { name: "./tree/", type: "5" },
]

describe("what comes out of the sandbox", () => {
  test("steps, and the files that were packed before those that were left in the tree", async () => {
    const made = await outputs(
      tarOf([
        ...common,
        { name: "./dist/a", content: "packed", mode: 0o755 },
        { name: "./tree/a", content: "left" },
        { name: "./tree/sub/b", content: "b" },
        { name: "./tree/empty" },
      ]),
    )
    expect(made.steps).toEqual([
      { code: 0, step: "sh ./autogen.sh" },
      { code: 2, step: "make dist" },
    ])
    expect(await held(made)).toEqual({ a: "packed", "sub/b": "b", empty: "" })
    expect(made.files.get("a")?.mode).toBe(0o755)
  })

  test.each<[string, Member]>([
    ["a name with ..", { name: "tree/../../etc/passwd", content: "x" }],
    ["a name with .. at its end", { name: "tree/a/..", content: "x" }],
    ["an absolute name", { name: "tree//etc/passwd", content: "x" }],
    ["a name outside", { name: "/tree/a", content: "x" }],
    ["a name beside", { name: "trees/a", content: "x" }],
    ["no name", { name: "tree/", content: "x" }],
    ["a control character", { name: "tree/a\u001b[31m", content: "x" }],
    ["a bidirectional control", { name: "tree/a\u202eb", content: "x" }],
    ["a link", { name: "tree/a", type: "2", target: "/etc/passwd" }],
    ["a hard link", { name: "tree/a", type: "1", target: "tree/b" }],
    ["a device", { name: "tree/a", type: "3" }],
    ["a pipe", { name: "tree/a", type: "6" }],
    ["a folder", { name: "tree/a", type: "5" }],
  ])("ignores %s", async (_, member) => {
    const result = await read(tarOf([...common, member, { name: "tree/z", content: "z" }]))
    if (result.ok) expect(await held(result.value)).toEqual({ z: "z" })
    else expect(result.fault.kind).toBe("malformed")
  })

  test("a NUL in a name is none of a name that stands for another path", async () => {
    const path = Buffer.from("tree/a\0/b")
    const result = await read(
      Buffer.concat([paxHeader("x", paxRecord("path", path)), tarMember({ name: "tree/q", content: "x" }), tarEnd()]),
    )
    if (result.ok) expect(Object.keys(await held(result.value))).toEqual([])
  })

  test("two members of one name: the last, as an unpacker would leave it", async () => {
    const made = await outputs(tarOf([...common, { name: "tree/a", content: "one" }, { name: "./tree/a", content: "two" }]))
    expect(await held(made)).toEqual({ a: "two" })
  })

  test("was fooled by a sparse file, of which other bytes were kept than measured", async () => {
    const map = Buffer.from("2\n0\n1\n1048575\n1\n")
    const stored = Buffer.concat([map, Buffer.alloc(512 - map.length), Buffer.from("ab")])
    const records = [
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.name", "tree/sparse"],
      ["GNU.sparse.realsize", "1048576"],
    ] as const
    const sparse = Buffer.concat([
      paxHeader("x", ...records.map(([key, value]) => paxRecord(key, value))),
      tarMember({ name: "tree/GNUSparseFile.0/sparse", content: stored }),
    ])
    const made = await outputs(Buffer.concat([sparse, tarMember({ name: "tree/z", content: "z" }), tarEnd()]))
    expect(await held(made)).toEqual({ z: "z" })
  })

  test("leaves out what is too long to compare, and counts members", async () => {
    const archive = tarOf([...common, { name: "tree/a", content: "x".repeat(2000) }, { name: "tree/b", content: "x" }])
    expect(await held(await outputs(archive, { textBytesMax: 1000 }))).toEqual({ b: "x" })
    expect(await read(archive, { entriesMax: 3 })).toMatchObject({ ok: false, fault: { kind: "over-limit", limit: "entriesMax" } })
  })

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["words", Buffer.from("make: *** [dist] Error 1\n")],
    ["an ar archive", Buffer.from("!<arch>\na.txt/          0           0     0     644     4         `\nabc\n")],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["zeros", Buffer.alloc(10240)],
  ])("is a fault when it is %s", async (_, archive) =>
    expect(await read(archive)).toMatchObject({
      ok: false,
      fault: { kind: "malformed", expected: expect.stringContaining("a tar archive") },
    }),
  )

  test("cut anywhere, is a fault or whole files", async () => {
    const whole = tarOf([...common, { name: "tree/a", content: "a".repeat(700) }, { name: "dist/b", content: "b".repeat(10) }])
    const all = { a: "a".repeat(700), b: "b".repeat(10) }
    for (let end = 0; end < whole.length; end += 100) {
      const result = await read(whole.subarray(0, end))
      if (result.ok) for (const [path, text] of Object.entries(await held(result.value))) expect(all).toHaveProperty(path, text)
    }
  })

  test("says a size that the archive does not have: a fault", async () => {
    const huge = (size: string): Member => ({ name: "tree/a", content: "x", patch: (header) => void header.write(size, 124, "latin1") })
    for (const size of ["77777777777\0", "00000100000\0"])
      expect(await read(Buffer.concat([tarMember({ name: "steps", content: steps }), tarMember(huge(size)), tarEnd()]))).toMatchObject({
        ok: false,
      })
  })

  test("changed anywhere, never throws and never tells a file that was not measured", async () => {
    const whole = tarOf([...common, { name: "tree/a", content: "a".repeat(100) }, { name: "dist/b", content: "b" }])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        const result = await read(bytes)
        if (result.ok) await held(result.value)
      }),
      { numRuns: 200 },
    )
  })

  const built = zipOf([
    { name: "demo/__init__.py", content: "x = 1\n" },
    { name: "demo/run", content: "#!/bin/sh\n", method: 0, mode: 0o100755 },
    { name: "demo-1.0.dist-info/RECORD", content: "record\n" },
  ])
  const wheel: Member = { name: "./wheel/demo-1.0-py3-none-any.whl", content: built }

  test("of a wheel that was built, the files in it; they come before all others of their name", async () => {
    const made = await outputs(tarOf([...common, wheel, { name: "tree/demo/__init__.py", content: "other" }]))
    expect(await held(made)).toEqual({ "demo/__init__.py": "x = 1\n", "demo/run": "#!/bin/sh\n", "demo-1.0.dist-info/RECORD": "record\n" })
    expect([...made.files.values()].map(({ mode }) => mode)).toEqual([0o644, 0o755, 0o644])
  })

  test("of a wheel no name that leads out, no link, nothing that is encrypted, and nothing too long", async () => {
    const odd = zipOf([
      { name: "../a" },
      { name: "/b" },
      { name: "l", content: "b", mode: 0o120777 },
      { name: "e", flags: 1 },
      { name: "d/", content: "" },
      { name: "long", content: "x".repeat(2000) },
      { name: "a", content: "a" },
    ])
    expect(await held(await outputs(tarOf([...common, { ...wheel, content: odd }]), { textBytesMax: 1000 }))).toEqual({ a: "a" })
  })

  test("a wheel that is none, or more than a run may hand out, is a fault", async () => {
    expect(await read(tarOf([...common, { ...wheel, content: "no wheel" }]))).toMatchObject({ fault: { kind: "malformed" } })
    const bomb = zipOf([{ name: "a", content: Buffer.alloc(1 << 20) }])
    expect(await read(tarOf([...common, { ...wheel, content: bomb }]), { sandboxOutputBytesMax: 1 << 19 })).toMatchObject({
      fault: { kind: "over-limit", limit: "layerBytesMax" },
    })
    expect(await held(await outputs(tarOf([...common, { ...wheel, name: "wheel/sub/x.whl" }, { ...wheel, name: "wheel/x.zip" }])))).toEqual(
      {},
    )
  })

  test("a wheel changed anywhere never throws and never tells a file that was not measured", async () => {
    const whole = tarOf([...common, wheel])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 2 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        const result = await read(bytes)
        if (result.ok) await held(result.value)
      }),
      { numRuns: 200 },
    )
  })

  test("has steps of one line each, whatever is written there", async () => {
    const stepsOf = async (text: string) => (await outputs(tarOf([{ name: "steps", content: text }, { name: "tree/a" }]))).steps
    expect(await stepsOf("0 a\nno step\n99999 b\n-1 c\n1 \n 2 d\n3 e\tf\n")).toEqual([
      { code: 0, step: "a" },
      { code: 3, step: "e\tf" },
    ])
    expect(await stepsOf("0 a\n".repeat(1000))).toHaveLength(32)
    expect(await stepsOf(`0 ${"x".repeat(600)}\n`)).toEqual([])
    expect(await stepsOf("\n".repeat(8 * 2 ** 20))).toEqual([])
  })
})
