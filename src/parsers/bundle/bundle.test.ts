import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { deflateSync } from "node:zlib"
import { afterAll, describe, expect, test } from "vitest"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, type Walked, walked } from "../test-kit.ts"
import { bundle } from "./index.ts"
import { bundleOf, object, objectHead, oid } from "./test-kit.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(bundle, [bytes], limits)
const heads = `# v2 git bundle\n${oid} refs/heads/main\n\n`.length

const objectsOf = (told: Walked): string | undefined => told.anomalies.find(({ kind }) => kind === "bundle-objects")?.message
const oddKinds = (told: Walked): readonly string[] => kinds(told).filter((kind) => kind !== "bundle-objects" && kind !== "bundle-ref")

test("a bundle: refs are told, the pack is one entry, every byte is claimed", async () => {
  const told = await walk(bundleOf())
  expect([told.entries.map(({ path }) => path), objectsOf(told)]).toEqual([["pack"], "objects: 1 blob"])
  expect(told.anomalies[0]).toMatchObject({ kind: "bundle-ref", severity: "note", message: `refs/heads/main is ${oid}` })
  const packEnds = bundleOf().byteLength - 20
  expect(shape(told)).toEqual([`header 0-${heads}`, `content ${heads}-${packEnds}`, `trailer ${packEnds}-${packEnds + 20}`])
})

test("objects of every kind: deltas by offset and by id, large and incompressible ones", async () => {
  const first = object("blob", "hello")
  const noise = Buffer.from(
    Array.from(
      { length: 400_000 },
      (_, index) =>
        createHash("sha1")
          .update(String(index >> 4))
          .digest()[index & 15] ?? 0,
    ),
  )
  const stored = Buffer.concat([objectHead(3, 2000), deflateSync(Buffer.alloc(2000, 7), { level: 0 })])
  const far = Buffer.concat([first, object("blob", noise), stored])
  const distance = far.byteLength
  const back: number[] = [distance & 127]
  for (let rest = distance >> 7; rest > 0; rest >>= 7) back.unshift((--rest & 127) | 128)
  const objects = [
    first,
    object("blob", noise),
    stored,
    object("offset", "delta", Buffer.from(back)),
    object("ref", "delta", Buffer.alloc(20, 9)),
  ]
  const told = await walk(bundleOf({ objects: [...objects, object("commit", ""), object("tree", "x"), object("tag", "x")] }))
  expect(objectsOf(told)).toBe("objects: 1 commit, 1 tree, 3 blobs, 1 tag, 1 offset delta, 1 ref delta")
})

test("version 3 has capabilities, and ids of SHA-256", async () => {
  const long = "b".repeat(64)
  const told = await walk(bundleOf({ version: 3, format: "sha256", lines: ["@object-format=sha256", `${long} HEAD`] }))
  expect(told.anomalies[0]?.message).toBe(`HEAD is ${long}`)
  const filtered = await walk(bundleOf({ version: 3, lines: ["@filter=blob:none", `${oid} HEAD`] }))
  expect(oddKinds(filtered)).toEqual(["bundle-filter"])
})

describe("places to hide bytes in, and what git refuses", () => {
  test.each<[string, Buffer, readonly string[], number]>([
    ["a comment on a commit that is wanted", bundleOf({ lines: [`-${oid} a message`, `${oid} HEAD`] }), ["bundle-comment"], 1],
    ["no comment", bundleOf({ lines: [`-${oid} `, `${oid} HEAD`] }), [], 0],
    ["a checksum that is not the pack's", bundleOf({ trailer: Buffer.alloc(20) }), ["pack-checksum"], 1],
    ["bytes behind the pack", Buffer.concat([bundleOf(), Buffer.from("x")]), ["trailing-bytes"], 1],
    ["a ref twice", bundleOf({ lines: [`${oid} HEAD`, `${oid} HEAD`] }), ["duplicate-name"], 0],
    ["a ref outside refs", bundleOf({ lines: [`${oid} ../../x`] }), ["ref-name"], 0],
    ["no ref", bundleOf({ lines: [] }), ["no-refs"], 0],
  ])("%s", async (_, bytes, expected, runs) => {
    const told = await walk(bytes)
    expect([oddKinds(told), told.claims.filter(({ role }) => role === "unexplained").length]).toEqual([expected, runs])
  })
})

describe("faults", () => {
  const broken = object("blob", "hello")
  broken[broken.byteLength - 1] = 0
  test.each<[string, Buffer]>([
    ["the signature", Buffer.from("# v4 git bundle\n\n")],
    ["an empty line", Buffer.from(`# v2 git bundle\n${oid} HEAD\n`)],
    ["an object id of sha1", bundleOf({ lines: ["abc HEAD"] })],
    ["an object id of sha1", bundleOf({ version: 2, lines: ["@filter=blob:none", `${oid} HEAD`] })],
    ["the name of a ref", bundleOf({ lines: [oid] })],
    ["a capability", bundleOf({ version: 3, lines: ["@unknown", `${oid} HEAD`] })],
    ["the header of a pack", bundleOf().subarray(0, heads + 3)],
    ["the magic of a pack", Buffer.from(bundleOf().toString("latin1").replace("PACK", "KCAP"), "latin1")],
    ["a known type", bundleOf({ objects: [Buffer.concat([objectHead(5, 1), deflateSync("x")])] })],
    ["a known type", bundleOf({ objects: [Buffer.alloc(40, 0xb1)] })],
    ["a whole header", bundleOf({ objects: [], count: 1, trailer: objectHead(7, 3) })],
    ["a delta whose base", bundleOf({ objects: [object("offset", "x", Buffer.from([1]))] })],
    ["an object of 9 bytes", bundleOf({ objects: [object("blob", "hello", undefined, 9)] })],
    ["an object of 4 bytes", bundleOf({ objects: [object("blob", "hello", undefined, 4)] })],
    ["whole zlib data", bundleOf({ objects: [broken] })],
    ["the sha1 of the pack", bundleOf().subarray(0, -1)],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
  })

  test("limits", async () => {
    expect(await faultOf(walk(bundleOf({ count: 7 }), { packObjectsMax: 6 }))).toBe("packObjectsMax")
    expect(await faultOf(walk(bundleOf(), { layerBytesMax: 4 }))).toBe("layerBytesMax")
    expect(await faultOf(walk(bundleOf(), { nameBytesMax: 50 }))).toBe("nameBytesMax")
    expect(await faultOf(walk(bundleOf(), { extendedHeaderBytesMax: 40 }))).toBe("extendedHeaderBytesMax")
    const bomb = bundleOf({ objects: [object("blob", Buffer.alloc(1 << 20))] })
    expect(await faultOf(walk(bomb, { ratioFreeBytes: 1000, ratioMax: 100 }))).toBe("ratioMax")
  })
})

const rich = bundleOf({ objects: [object("commit", "one"), object("blob", "hello"), object("ref", "delta", Buffer.alloc(20))] })

test("the same input whole and in cuts tells the same", async () => {
  const whole = await walk(rich)
  for (let seed = 0; seed < 20; seed += 1) expect(await walked(bundle, cut(rich, seed, 40))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 2000; seed += 1) if ((await faultOrValue(walk(mutant(rich, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
  expect(sound).toBeLessThan(2000)
})

const folder = mkdtempSync(join(tmpdir(), "everybyte-bundle-"))
afterAll(() => rmSync(folder, { recursive: true }))
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@localhost",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@localhost",
}

function repository(format: "sha1" | "sha256"): string {
  const at = join(folder, format)
  const git = (...words: readonly string[]): void => void execFileSync("git", ["-C", at, ...words], { env: environment, stdio: "pipe" })
  execFileSync("git", ["init", "-q", `--object-format=${format}`, at], { env: environment, stdio: "pipe" })
  for (const lines of [2000, 2100, 2300]) {
    writeFileSync(join(at, "numbers"), Array.from({ length: lines }, (_, index) => `${index}\n`).join(""))
    git("add", "numbers")
    git("commit", "-qm", `to ${lines}`)
  }
  git("tag", "-am", "first", "v1")
  git("repack", "-adq")
  return at
}

test.each(["sha1", "sha256"] as const)(
  "git writes bundles of %s, whole and on top of commits: every byte is understood",
  async (format) => {
    const at = repository(format)
    const create = (name: string, ...revisions: readonly string[]): Buffer => {
      const path = join(folder, `${format}-${name}`)
      execFileSync("git", ["-C", at, "bundle", "create", "-q", path, ...revisions], { env: environment, stdio: "pipe" })
      return readFileSync(path)
    }
    const whole = await walk(create("whole", "--all"))
    expect([
      whole.anomalies.filter(({ severity }) => severity === "review"),
      whole.claims.filter(({ role }) => role === "unexplained"),
    ]).toEqual([[], []])
    expect(objectsOf(whole)).toMatch(/3 commits, 3 trees, \d blobs?, 1 tag, \d offset deltas?/)
    const thin = await walk(create("thin", "HEAD~1..HEAD"))
    expect(objectsOf(thin)).toContain("on top of 1 commit that it lacks")
    expect(oddKinds(thin)).toEqual(["bundle-comment"])
  },
)

/**
 * Mutants get the checksum of what they are, else it would refuse them all. Where we find nothing odd git takes the pack too, with one difference: it applies
 * deltas, which is not done here, and refuses those that do not fit their base.
 */
test("of mutants, those that we find nothing odd in are packs to git, but for what its deltas make", async () => {
  const whole = readFileSync(join(folder, "sha1-whole"))
  const packAt = whole.indexOf("\n\nPACK") + 2
  const head = whole.subarray(0, packAt + 400)
  const [index, packed] = [join(folder, "mutant.idx"), join(folder, "mutant.pack")]
  let compared = 0
  for (let seed = 0; seed < 1500; seed += 1) {
    const mutated = Buffer.concat([mutant(head, seed), whole.subarray(packAt + 400, -20)])
    const at = mutated.indexOf("\n\nPACK") + 2
    const bytes = Buffer.concat([mutated, createHash("sha1").update(mutated.subarray(at)).digest()])
    const told = await faultOrValue(walk(bytes))
    if (told === undefined || told.anomalies.some(({ severity }) => severity === "review")) continue
    const options = { env: environment, input: bytes.subarray(at), timeout: 20_000, cwd: join(folder, "sha1") }
    const run = spawnSync("git", ["index-pack", "--stdin", "-o", index, packed], options)
    const said = run.stderr.toString()
    if (!/delta/.test(said)) expect([seed, run.status, said]).toEqual([seed, 0, ""])
    compared += 1
    for (const path of [index, packed]) rmSync(path, { force: true })
  }
  expect(compared).toBeGreaterThan(20)
}, 120_000)
