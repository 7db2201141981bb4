import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bySystem, missing } from "../../../test/fixtures/decoders.ts"
import { faultOf, faultOrValue, kinds, mutant, randoms, type Walked, walked } from "../test-kit.ts"
import { sevenZip } from "./index.ts"
import { archiveOf, mend } from "./test-kit.ts"

/* The 7z program writes what we read, and lists what we say nothing of. No part of the product; without it these are skipped by name. */

const has7z = spawnSync("7z", ["i"], { stdio: "ignore" }).status === 0
const folder = mkdtempSync(join(tmpdir(), "everybyte-7z-"))
afterAll(() => rmSync(folder, { recursive: true }))

const text = Array.from({ length: 3000 }, (_, at) => `line ${at * at}\n`).join("")
const tree = join(folder, "tree")

beforeAll(() => {
  mkdirSync(join(tree, "d"), { recursive: true })
  mkdirSync(join(tree, "hollow"))
  writeFileSync(join(tree, "text"), text)
  writeFileSync(join(tree, "d", "executable"), "#!/bin/sh\n", { mode: 0o755 })
  writeFileSync(join(tree, "d", "ümläut€"), "one")
  writeFileSync(join(tree, "empty"), "")
  symlinkSync("d/executable", join(tree, "link"))
})

const packed = (name: string, ...options: readonly string[]): Buffer => {
  const path = join(folder, `${name}.7z`)
  execFileSync("7z", ["a", "-snl", "-bd", ...options, path, "."], { cwd: tree, stdio: "ignore" })
  return readFileSync(path)
}

interface Row {
  readonly path: string
  readonly size: string
  readonly crc: string
}

/** What the program lists, in technical form; undefined where it refuses or warns. */
function listedBy7z(path: string): readonly Row[] | undefined {
  const run = spawnSync("7z", ["l", "-slt", "-ba", path], { encoding: "utf8", timeout: 20_000 })
  if (run.status !== 0 || /WARNING|ERROR/.test(run.stdout + run.stderr)) return undefined
  return run.stdout
    .split("\n\n")
    .filter((block) => block.includes("Path = "))
    .map((block) => {
      const of = (key: string): string => new RegExp(`^${key} = ?(.*)$`, "m").exec(block)?.[1] ?? ""
      return { path: of("Path"), size: of("Size"), crc: of("CRC") }
    })
}

/** The same of what we read. A link's content is its target. */
const listedByUs = ({ entries }: Walked): readonly Row[] =>
  entries.map(({ path, target, bytes }) => {
    const content = target === undefined ? bytes : Buffer.from(target)
    const crc = crc32(content).toString(16).toUpperCase().padStart(8, "0")
    return { path, size: String(content.byteLength), crc: content.byteLength === 0 ? "" : crc }
  })

describe.skipIf(!has7z)(`the 7z program${has7z ? "" : " (NOT RUN: no 7z)"}`, () => {
  test.each([
    ["copy", ["-mx=0"]],
    ["lzma-plain-header", ["-m0=lzma", "-mhc=off"]],
    ["lzma", ["-m0=lzma", "-mhc=on", "-ms=on"]],
    ["lzma2", ["-m0=lzma2", "-ms=on"]],
    ["as-it-is", ["-ms=off"]],
    ["lzma-not-solid", ["-m0=lzma:lc=0:lp=2:pb=1", "-ms=off"]],
  ])("writes what we read, %s: every byte understood, the same names, sizes and checksums", async (name, options) => {
    const told = await walked(sevenZip, [packed(name, ...options)])
    expect([kinds(told), told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
    expect(listedByUs(told)).toEqual(listedBy7z(join(folder, `${name}.7z`)))
    const of = (path: string) => told.entries.find((entry) => entry.path === path)
    expect(of("text")?.bytes.toString()).toBe(text)
    expect([of("link")?.type, of("link")?.target, of("hollow")?.type, of("empty")?.type]).toEqual([
      "link",
      "d/executable",
      "directory",
      "file",
    ])
    expect(of("d/executable")?.mode).toBe(0o755)
  })

  test.skipIf(missing("xz") !== undefined).each(["lzma", "lzma2"])(
    `writes what xz decodes for us, %s ${missing("xz") ?? ""}`,
    async (method) => {
      const random = randoms(8)
      const large = Buffer.from(Uint8Array.from({ length: 5_000_000 }, (_, at) => (at % 1000 < 400 ? random() : at >> 10)))
      const [path, file] = [join(folder, `large-${method}.7z`), join(folder, `large-${method}`)]
      writeFileSync(file, large)
      execFileSync("7z", ["a", "-bd", "-mx=1", `-m0=${method}`, path, file], { stdio: "ignore" })
      const asked: string[] = []
      const told = await walked(sevenZip, [readFileSync(path)], {}, (compression, chunks) => {
        asked.push(compression)
        return bySystem(compression, chunks, large.byteLength)
      })
      expect([told.entries[0]?.bytes.equals(large), kinds(told), asked]).toEqual([true, [], [method === "lzma" ? "lzma" : "xz"]])
    },
  )

  test("noise between words, behind which it goes on with the state of before: decoded by us too", async () => {
    const random = randoms(5)
    const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, random))
    const content = Buffer.concat([Buffer.from(text), noise, Buffer.from(text.repeat(3)), noise.subarray(0, 90_000), Buffer.from(text)])
    const [path, file] = [join(folder, "noise.7z"), join(folder, "noise")]
    writeFileSync(file, content)
    execFileSync("7z", ["a", "-bd", "-mx=1", "-m0=lzma2", path, file], { stdio: "ignore" })
    const told = await walked(sevenZip, [readFileSync(path)])
    expect([told.entries[0]?.bytes.equals(content), kinds(told)]).toEqual([true, []])
  })

  test.each([
    ["ppmd", ["-m0=ppmd"], "PPMd"],
    ["bzip2", ["-m0=bzip2"], "BZip2"],
    ["filtered", ["-m0=bcj2", "-m1=lzma", "-m2=lzma", "-m3=lzma", "-mb0:1", "-mb0s1:2", "-mb0s2:3"], "BCJ2"],
    ["encrypted", ["-psecret"], "encrypted"],
  ])("writes what we list alone, %s: each member says why", async (name, options, why) => {
    const told = await walked(sevenZip, [packed(name, ...options)])
    expect(told.entries.map(({ path }) => path)).toEqual(listedBy7z(join(folder, `${name}.7z`))?.map(({ path }) => path))
    const unread = told.entries.flatMap((entry) => entry.unread ?? [])
    expect([unread.length, unread.every((one) => one.includes(why))]).toEqual([4, true])
    expect(told.claims.filter(({ role }) => role === "unexplained")).toEqual([])
  })

  test("a header that is encrypted and the first of several volumes are faults that say so", async () => {
    expect(await faultOf(walked(sevenZip, [packed("hidden", "-psecret", "-mhe=on")]))).toContain("not encrypted")
    execFileSync("7z", ["a", "-bd", "-mx=0", "-v4k", join(folder, "volumes.7z"), "."], { cwd: tree, stdio: "ignore" })
    expect(await faultOf(walked(sevenZip, [readFileSync(join(folder, "volumes.7z.001"))]))).toContain("first volume of several")
  })

  test("of mutants, those that we say nothing of are listed by 7z as we list them", async () => {
    const seeds = [
      packed("seed-copy", "-mx=0", "-mhc=off"),
      packed("seed-lzma", "-m0=lzma", "-mhc=off"),
      packed("seed-lzma2", "-m0=lzma2", "-mhc=off", "-ms=off"),
      archiveOf([{ name: "d" }, { name: "d/a", content: "one" }, { name: "b", content: "second" }, { name: "e", isEmptyFile: true }]),
    ]
    const path = join(folder, "mutant.7z")
    let compared = 0
    for (let seed = 0; seed < 3000; seed += 1) {
      const bytes = mutant(seeds[seed % 4] ?? Buffer.alloc(0), seed)
      mend(bytes)
      const told = await faultOrValue(walked(sevenZip, [bytes]))
      if (told === undefined || told.anomalies.some(({ severity }) => severity === "review")) continue
      writeFileSync(path, bytes)
      const rows = listedBy7z(path)
      expect([seed, rows]).toEqual([seed, listedByUs(told)])
      expect([seed, spawnSync("7z", ["t", "-bd", path]).status]).toEqual([seed, 0])
      compared += 1
    }
    expect(compared).toBeGreaterThan(30)
  }, 120_000)
})
