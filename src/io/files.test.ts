import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { collect } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import { indexPath, readIndex, writeIndex } from "./cache-index.ts"
import { createContext } from "./create-context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"
import { fileSource } from "./open-file.ts"
import { run } from "./run.ts"
import { spill } from "./spill.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-files-"))
})
afterAll(() => rm(folder, { recursive: true }))
const context = (cache = folder) => createContext({ cache, environment: {} })

describe("files", () => {
  it("reads any span of a file, in chunks of at most 1 MiB", async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
    await writeFile(join(folder, "a"), bytes)
    const source = await fileSource(join(folder, "a"))
    expect(source.size).toBe(bytes.byteLength)
    expect(await source.read(1000, 1010)).toEqual(bytes.subarray(1000, 1010))
    expect(Buffer.compare(await collect(source.stream(7)), bytes.subarray(7))).toBe(0)
    await truncate(join(folder, "a"), 10)
    await expect(source.read(0, 20)).rejects.toThrow(/shorter while it was read/)
    await source.close()
  })

  it("says what is wrong with a path", async () => {
    await expect(fileSource(join(folder, "missing"))).rejects.toThrow(/there is no such file; check the path/)
    await expect(fileSource(folder)).rejects.toThrow(FaultError)
    expect(await readSmallFile(join(folder, "missing"), 10)).toBe(undefined)
    await writeAtomically(join(folder, "deep", "b"), "hello")
    await expect(readSmallFile(join(folder, "deep", "b"), 3)).rejects.toThrow(/metadataBytesMax/)
    expect(await readdir(join(folder, "deep"))).toEqual(["b"])
  })

  it("spills to a file that has no name, and reads what is still gathered", async () => {
    const spilled = await spill(context())
    const whole: Buffer[] = []
    for (let index = 0; index < 40; index += 1) {
      const chunk = Buffer.alloc(70_001, index)
      whole.push(Buffer.from(chunk))
      await spilled.append(chunk)
      chunk.fill(255) // the caller uses its buffer again
      if (index % 7 === 0) expect((await spilled.read(spilled.size - 1, spilled.size))[0]).toBe(index)
    }
    expect(await readdir(join(folder, "tmp"))).toEqual([])
    expect(Buffer.compare(await collect(spilled.stream()), Buffer.concat(whole))).toBe(0)
    await spilled.close()
  })

  it("explains a cache folder that cannot be made", async () => {
    await writeFile(join(folder, "plain"), "")
    await expect(spill(context(join(folder, "plain")))).rejects.toThrow(/not a folder|check the path/)
  })
})

describe("run", () => {
  const call = { environment: { PATH: process.env["PATH"] }, outputBytesMax: 1000, secondsMax: 20 }
  it("gives arguments and input as they are, and returns what came out", async () => {
    const result = await run({
      ...call,
      program: process.execPath,
      args: ["-e", "process.stdin.pipe(process.stdout);console.error(process.argv[1])", "$(id); *"],
      stdin: "in",
    })
    expect(result).toMatchObject({ ok: true, value: { code: 0, stderr: "$(id); *\n" } })
    expect(result.ok && Buffer.from(result.value.stdout).toString()).toBe("in")
  })
  it("bounds output and time, and names a missing program", async () => {
    const endless = await run({ ...call, program: process.execPath, args: ["-e", "for(;;)require('fs').writeSync(1,'x'.repeat(999))"] })
    expect(endless).toMatchObject({ ok: false, fault: { kind: "unavailable", why: expect.stringContaining("more than 1000 bytes") } })
    const slow = await run({ ...call, secondsMax: 0.3, program: process.execPath, args: ["-e", "setTimeout(()=>{},9999)"] })
    expect(slow).toMatchObject({ ok: false, fault: { why: expect.stringContaining("did not end") } })
    const missing = await run({ ...call, program: "everybyte-no-such-program", args: [] })
    expect(missing).toMatchObject({ ok: false, fault: { why: "the program was not found" } })
  })
})

describe("cache", () => {
  it("looks up an index, and drops a damaged one", async () => {
    const path = indexPath(context(), "demo")
    await writeIndex(
      path,
      (async function* () {
        for (let index = 0; index < 1000; index += 1) yield { key: `k${index % 500}`, value: `value ${index}` }
      })(),
      context(),
    )
    const [seventh, none] = (await readIndex(path, "k7", "none")) ?? []
    expect([...(seventh ?? [])].sort()).toEqual(["value 507", "value 7"])
    expect(none).toEqual([])
    const bytes = Buffer.from((await readSmallFile(path, 1 << 20)) ?? "")
    bytes.write("VALUE", bytes.indexOf("value 507"))
    await writeFile(path, bytes)
    expect(await readIndex(path, "k7")).toBe(undefined)
    expect(await readIndex(path, "k7")).toBe(undefined)
    await writeFile(path, "not a database")
    expect(await readIndex(path, "k7")).toBe(undefined)
  })
})
