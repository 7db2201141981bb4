import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, test } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { faultOrValue, kinds, mutant, type Walked, walked } from "../test-kit.ts"
import { ar } from "./index.ts"

type Member = readonly [name: string, content: Uint8Array | string]

function debOf(...members: readonly Member[]): Buffer {
  const parts = members.map(([name, content]) => {
    const body = Buffer.from(content)
    const head = `${name.padEnd(16)}${"1000".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(body.byteLength).padEnd(10)}\`\n`
    return Buffer.concat([Buffer.from(head), body, Buffer.from(body.byteLength % 2 === 0 ? "" : "\n")])
  })
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts])
}
const walk = (bytes: Uint8Array): Promise<Walked> => walked(ar, [bytes])

const version: Member = ["debian-binary", "2.0\n"]
const fields = "Package: demo\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: for a test\n"
const controlTar = gzipSync(tarOf([{ name: "./control", content: fields }]))
const control: Member = ["control.tar.gz", controlTar]
const data: Member = ["data.tar.gz", gzipSync(tarOf([{ name: "./usr/share/demo", content: "demo\n" }]))]
const odd = (told: Walked): readonly string[] => told.anomalies.map(({ kind, severity }) => `${severity} ${kind}`)

test("a package: its control and data are what it wraps", async () => {
  const told = await walk(debOf(version, control, data))
  expect(told.entries.map(({ path, isWrapping }) => [path, isWrapping])).toEqual([
    ["debian-binary", undefined],
    ["control.tar.gz", true],
    ["data.tar.gz", true],
  ])
  expect(told.anomalies).toEqual([])
})

test("an archive that only has such names is no package", async () => {
  const told = await walk(debOf(["a.o", "x"], version, data, data))
  expect([kinds(told), told.entries.some(({ isWrapping }) => isWrapping === true)]).toEqual([[], false])
})

interface Case {
  readonly members: readonly Member[]
  readonly expected: readonly string[]
  /** Whether dpkg-deb takes it. */
  readonly dpkg: boolean
}

const cases: Readonly<Record<string, Case>> = {
  "members that begin with an underscore": {
    members: [version, ["_early", "x"], control, data, ["_gpgorigin", "x"]],
    expected: ["note deb-extra-member", "note deb-extra-member"],
    dpkg: true,
  },
  "a member behind the data": { members: [version, control, data, ["hidden", "x"]], expected: ["review deb-extra-member"], dpkg: true },
  "an unknown member before it": { members: [version, control, ["hidden", "x"], data], expected: ["review deb-extra-member"], dpkg: false },
  "data before control": { members: [version, data, control], expected: ["review deb-order"], dpkg: false },
  "two control members": { members: [version, control, control, data], expected: ["review deb-two-members"], dpkg: false },
  "two data members": { members: [version, control, data, data], expected: ["review deb-two-members"], dpkg: true },
  "a name that only BSD's ar knows": {
    members: [version, ["#1/14", Buffer.concat([Buffer.from("control.tar.gz"), controlTar])], data],
    expected: ["review deb-long-name"],
    dpkg: false,
  },
  "a second version": { members: [version, control, version, data], expected: ["review deb-two-members"], dpkg: false },
  "text behind the version": { members: [["debian-binary", "2.0\ntext\n"], control, data], expected: ["review deb-version"], dpkg: true },
  "a newer minor version": { members: [["debian-binary", "2.7\n"], control, data], expected: ["review deb-version"], dpkg: true },
  "version 3": { members: [["debian-binary", "3.0\n"], control, data], expected: ["review deb-version"], dpkg: false },
  "no data": { members: [version, control], expected: ["review deb-member-missing"], dpkg: false },
  "nothing else": { members: [version], expected: ["review deb-member-missing", "review deb-member-missing"], dpkg: false },
  "another compression": { members: [version, ["control.tar.xz", controlTar], data], expected: ["review deb-compression"], dpkg: false },
}

const folder = mkdtempSync(join(tmpdir(), "everybyte-deb-"))
afterAll(() => rmSync(folder, { recursive: true }))
const hasDpkg = spawnSync("dpkg-deb", ["--version"]).status === 0

/** dpkg-deb reads control and data each by themselves: one that stops before a fault does not see it. */
function takes(bytes: Uint8Array): boolean {
  const path = join(folder, "x.deb")
  writeFileSync(path, bytes)
  return ["--info", "--contents"].every((word) => spawnSync("dpkg-deb", [word, path], { timeout: 20_000 }).status === 0)
}

describe("readers disagree", () => {
  test.each(Object.entries(cases))("%s", async (_, { members, expected }) => {
    expect(odd(await walk(debOf(...members)))).toEqual(expected)
  })
  test.skipIf(!hasDpkg).each(Object.entries(cases))("%s: dpkg-deb does as is said", (_, { members, dpkg }) => {
    expect(takes(debOf(...members))).toBe(dpkg)
  })
})

test.skipIf(!hasDpkg)("dpkg-deb builds, and nothing is odd in it", async () => {
  const root = join(folder, "root")
  mkdirSync(join(root, "DEBIAN"), { recursive: true })
  writeFileSync(join(root, "DEBIAN", "control"), fields)
  writeFileSync(join(root, "file"), "content\n")
  execFileSync("dpkg-deb", ["--build", "--root-owner-group", root, join(folder, "built.deb")], { stdio: "pipe" })
  const told = await walk(readFileSync(join(folder, "built.deb")))
  expect(told.entries.filter(({ isWrapping }) => isWrapping).map(({ path }) => path.replace(/\.\w+$/, ""))).toEqual([
    "control.tar",
    "data.tar",
  ])
  expect([told.anomalies, told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
})

/** Members are no longer compared than up to their magic here: what is inside is another layer's. So only the archive's own bytes are changed. */
test.skipIf(!hasDpkg)(
  "of mutants, those that we find nothing odd in are packages to dpkg-deb",
  async () => {
    const whole = debOf(version, control, data)
    const inside = [whole.indexOf(controlTar) + 2, whole.indexOf(data[1]) + 2] as const
    let compared = 0
    for (let seed = 0; seed < 1500; seed += 1) {
      const bytes = mutant(whole, seed)
      if (bytes.byteLength !== whole.byteLength) continue
      whole.copy(bytes, inside[0], inside[0], whole.indexOf(controlTar) + controlTar.byteLength)
      whole.copy(bytes, inside[1], inside[1])
      const told = await faultOrValue(walk(bytes))
      if (told?.entries[0]?.path !== "debian-binary" || told.anomalies.some(({ severity }) => severity === "review")) continue
      if (bytes.equals(whole)) continue
      expect([seed, takes(bytes)]).toEqual([seed, true])
      compared += 1
    }
    expect(compared).toBeGreaterThan(5)
  },
  120_000,
)
