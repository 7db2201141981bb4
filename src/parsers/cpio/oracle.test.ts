import { execFileSync, spawnSync } from "node:child_process"
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import { faultOrValue, mutant, type Walked, walked } from "../test-kit.ts"
import { cpio } from "./index.ts"

/** Whether the machine has these readers: without them the tests below are skipped by name. */
const says = (program: string, word: string): boolean =>
  spawnSync(program, ["--version"], { encoding: "utf8" }).stdout?.includes(word) === true
const hasGnu = says("cpio", "GNU cpio")
const hasBsd = says("bsdcpio", "libarchive")

const folder = mkdtempSync(join(tmpdir(), "everybyte-cpio-"))
afterAll(() => rmSync(folder, { recursive: true }))
const walk = (bytes: Uint8Array): Promise<Walked> => walked(cpio, [bytes])

function written(program: string, form: string, names: readonly string[], cwd = folder): Buffer {
  return execFileSync(program, ["-o", "--quiet", "-H", form], { cwd, input: `${names.join("\n")}\n`, maxBuffer: 1 << 24 })
}

function tree(): readonly string[] {
  const at = join(folder, "tree")
  rmSync(at, { recursive: true, force: true })
  mkdirSync(join(at, "d"), { recursive: true })
  writeFileSync(join(at, "a"), "hello\n")
  writeFileSync(join(at, "empty"), "")
  linkSync(join(at, "a"), join(at, "d", "b"))
  symlinkSync("../a", join(at, "l"))
  return ["a", "d", "d/b", "empty", "l"]
}

const forms = ["newc", "crc", "odc", "bin"]

test.skipIf(!hasGnu).each(forms)("GNU cpio writes %s: all told, every byte understood", async (form) => {
  const told = await walk(written("cpio", form, tree(), join(folder, "tree")))
  const entries = new Map(told.entries.map((entry) => [entry.path, entry]))
  expect([...entries.keys()].sort()).toEqual(["a", "d", "d/b", "empty", "l"])
  expect([...entries.values()].filter(({ bytes }) => bytes.toString() === "hello\n").map(({ path }) => path)).toContain("d/b")
  expect(entries.get("l")?.target).toBe("../a")
  expect([told.anomalies, told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
})

test.skipIf(!hasBsd).each(["newc", "odc", "bin"])("bsdcpio writes %s: names and content of any kind", async (form) => {
  const cwd = join(folder, "bsd")
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z.]{0,40}$/), fc.uint8Array({ maxLength: 300 })), {
        minLength: 1,
        maxLength: 5,
        selector: ([name]) => name,
      }),
      async (files) => {
        rmSync(cwd, { recursive: true, force: true })
        mkdirSync(cwd)
        for (const [name, content] of files) writeFileSync(join(cwd, name), content)
        const told = await walk(
          written(
            "bsdcpio",
            form,
            files.map(([name]) => name),
            cwd,
          ),
        )
        expect(told.entries.map(({ path, bytes }) => [path, [...bytes]])).toEqual(files.map(([name, content]) => [name, [...content]]))
        expect([told.anomalies, told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
      },
    ),
    { numRuns: 15 },
  )
})

/** The names that a reader lists, or undefined where it complains. */
function listed(program: string, bytes: Buffer): readonly string[] | undefined {
  const run = spawnSync(program, ["-it", "--quiet"], { input: bytes, encoding: "utf8", timeout: 20_000 })
  return run.status === 0 && run.stderr === ""
    ? run.stdout
        .split("\n")
        .filter((line) => line !== "")
        .sort()
    : undefined
}

/** Where we say nothing, GNU cpio and libarchive list what we list. Left out are names that they print escaped, each in its own way.
 */
test.skipIf(!hasGnu || !hasBsd)(
  "of mutants, those that we find nothing odd in are listed alike by GNU cpio and libarchive",
  async () => {
    let compared = 0
    for (const form of ["newc", "odc"]) {
      const whole = written("cpio", form, tree(), join(folder, "tree")).subarray(0, 1024)
      for (let seed = 0; seed < 150; seed += 1) {
        const bytes = mutant(whole, seed)
        const told = await faultOrValue(walk(bytes))
        if (told === undefined || told.anomalies.some(({ severity }) => severity === "review")) continue
        const ours = told.entries.map(({ path }) => path).sort()
        if (ours.some((path) => !/^[\x21-\x5b\x5d-\x7e]+$/.test(path))) continue
        expect([form, seed, listed("cpio", bytes)]).toEqual([form, seed, ours])
        expect([form, seed, listed("bsdcpio", bytes)]).toEqual([form, seed, ours])
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(20)
  },
  120_000,
)
