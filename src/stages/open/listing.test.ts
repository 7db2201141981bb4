import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import type { Contents } from "../../model/artifact.ts"
import { archive, member } from "../../parsers/cpio/test-kit.ts"
import { type FileGiven, fileTags, packageOf } from "../../parsers/rpm/test-kit.ts"
import { mutant } from "../../parsers/test-kit.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-listing-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** The payload of a package, opened as it is where nothing explains it whole. */
async function opened(bytes: Uint8Array, limits = {}): Promise<Contents> {
  const path = join(folder, "it.rpm")
  writeFileSync(path, bytes)
  const artifact = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true, limits })))
  try {
    const payload = artifact.entries.find(({ isWrapping }) => isWrapping === true)
    if (payload === undefined) throw new Error("no payload")
    return await artifact.openEntry(payload)
  } finally {
    await artifact.close()
  }
}

interface Held {
  readonly path: string
  readonly mode: number
  readonly content?: string
  readonly links?: number
}
const isLink = (mode: number): boolean => (mode & 0o170000) === 0o120000
const isFile = (mode: number): boolean => (mode & 0o170000) === 0o100000
const md = (algorithm: string, content: string): string => createHash(algorithm).update(content).digest("hex")

const memberOf = ({ path, mode, content = "", links = 1 }: Held): Buffer =>
  member({ name: `.${path}`, content, fields: { mode, nlink: links, ino: 7 } })
const listedOf = ({ path, mode, content = "" }: Held, algorithm = "sha256"): FileGiven => ({
  path,
  mode,
  ...(isFile(mode) ? { size: content.length, digest: md(algorithm, content) } : {}),
  ...(isLink(mode) ? { target: content } : {}),
})
async function told(listed: readonly FileGiven[], held: readonly Held[], algorithm?: number): Promise<readonly string[]> {
  const payload = gzipSync(archive(...held.map(memberOf)))
  const contents = await opened(packageOf({ main: fileTags(listed, algorithm), payload }))
  return contents.anomalies.filter(({ severity }) => severity === "review").map(({ kind, path }) => `${kind} ${path}`)
}

const program: Held = { path: "/usr/bin/a", mode: 0o100755, content: "#!/bin/sh\n" }
const link: Held = { path: "/usr/bin/l", mode: 0o120777, content: "a" }
const own: Held = { path: "/usr/share/d", mode: 0o040755 }
const all = [own, link, program]
const listed = all.map((one) => listedOf(one))

describe("what rpm's header lists against what its payload has", () => {
  test("the same files: nothing is said, whatever the algorithm of their digests", async () => {
    expect(await told(listed, all)).toEqual([])
    for (const [algorithm, code] of [
      ["md5", 1],
      ["sha512", 10],
    ] as const)
      expect(
        await told(
          all.map((one) => listedOf(one, algorithm)),
          all,
          code,
        ),
      ).toEqual([])
    expect(await told([], [])).toEqual([])
    expect(await told([listedOf({ path: "/", mode: 0o040555 })], [{ path: "/", mode: 0o040555 }])).toEqual([])
  })

  test("a file of two names has its content with the last of them", async () => {
    const names = ["/a", "/b"].map((path) => ({ ...program, path, links: 2 }))
    const bare = names.map((one, index) => (index === 0 ? { path: one.path, mode: one.mode, links: 2 } : one))
    const both = names.map((one) => listedOf(one, "md5"))
    expect(await told(both, bare, 1)).toEqual([])
    const other = both.map((one, index) => (index === 0 ? { ...one, digest: md("md5", "other") } : one))
    expect(await told(other, bare, 1)).toEqual(["digest-mismatch ./a"])
  })

  test.each<[string, readonly FileGiven[], readonly Held[], readonly string[]]>([
    ["a file that is not listed", listed, [...all, { ...program, path: "/etc/x" }], ["unlisted-member ./etc/x"]],
    ["a folder that is not listed", listed, [...all, { ...own, path: "/etc/x" }], ["unlisted-member ./etc/x"]],
    ["a file that is not there", listed, [own, link], ["missing-member /usr/bin/a"]],
    ["a folder that is not there", listed, [link, program], ["missing-member /usr/share/d"]],
    ["a file listed twice", [...listed, listedOf(program)], all, ["duplicate-name /usr/bin/a"]],
    ["a ghost", [...listed, { path: "/var/g", mode: 0o100644, size: 3, flags: 64 }], all, []],
    [
      "a ghost that is there",
      [...listed, { path: "/var/g", mode: 0o100644, size: 1, flags: 64 }],
      [...all, { ...program, path: "/var/g" }],
      ["ghost-member ./var/g"],
    ],
    ["another mode", listed, [own, link, { ...program, mode: 0o100644 }], ["two-modes ./usr/bin/a"]],
    ["another mode of a folder", listed, [{ ...own, mode: 0o040700 }, link, program], ["two-modes ./usr/share/d"]],
    ["another type", listed, [own, { ...link, mode: 0o100777 }, program], ["two-types ./usr/bin/l"]],
    ["a folder for a link", listed, [own, { path: link.path, mode: 0o040755 }, program], ["two-types ./usr/bin/l"]],
    ["another target", listed, [own, { ...link, content: "b" }, program], ["two-targets ./usr/bin/l"]],
    ["another size", listed, [own, link, { ...program, content: "#!/bin/bash\n" }], ["size-disagrees ./usr/bin/a"]],
    ["other content", listed, [own, link, { ...program, content: "#!/bin/zh\n" }], ["digest-mismatch ./usr/bin/a"]],
  ])("%s", async (_, files, held, expected) => {
    expect(await told(files, held)).toEqual(expected)
  })

  test("a payload that is another archive than one of cpio is told", async () => {
    const contents = await opened(packageOf({ main: fileTags(listed), payload: gzipSync(tarOf([{ name: "a", content: "b" }])) }))
    expect(contents.anomalies.map(({ kind }) => kind)).toEqual(["payload-format"])
  })

  test("bytes that are read once more for another digest count, each content once", async () => {
    const names = Array.from({ length: 9 }, (_, index) => ({ path: `/${index}`, mode: 0o100644, links: 9 }))
    const held = names.map((one, index) => (index === 8 ? { ...one, content: "x".repeat(100_000) } : one))
    const main = fileTags(
      names.map((one) => listedOf({ ...one, content: "x".repeat(100_000) }, "md5")),
      1,
    )
    const bytes = packageOf({ main, payload: gzipSync(archive(...held.map(memberOf))) })
    expect((await opened(bytes, { unpackedBytesRunMax: 600_000 })).anomalies).toEqual([])
    const fault = await faultsOf(() => opened(bytes, { unpackedBytesRunMax: 250_000 }))
    expect(fault.ok ? "" : fault.fault.kind).toBe("over-limit")
  })

  test("of any tree, the list that fits is silent and each change of it is told", async () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/)
    const held: fc.Arbitrary<Held> = fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`),
      mode: fc.constantFrom(0o100644, 0o100755, 0o120777, 0o040755),
      content: fc.stringMatching(/^[a-z]{1,9}$/),
    })
    const tree = fc
      .uniqueArray(held, { selector: ({ path }) => path, minLength: 1, maxLength: 8 })
      .map((files) => files.map(({ content = "", ...one }) => (one.mode === 0o040755 ? one : { ...one, content })))
    const change = fc.constantFrom<(one: Held) => readonly Held[]>(
      () => [],
      (one) => [one, { path: "/not/listed", mode: 0o100644 }],
      ({ mode, ...one }) => [{ ...one, mode: mode ^ 0o100 }],
      ({ content, ...one }) => (content === undefined ? [] : [{ ...one, content: `${content}x` }]),
    )
    const kinds = /^(?:unlisted-member|missing-member|two-modes|two-targets|size-disagrees) /
    await fc.assert(
      fc.asyncProperty(tree, change, fc.nat(), async (files, changed, seed) => {
        const at = seed % files.length
        const list = files.map((one) => listedOf(one))
        const ofList = (all: readonly string[]): readonly string[] => all.filter((one) => kinds.test(one))
        expect(ofList(await told(list, files))).toEqual([])
        const other = files.flatMap((one, index) => (index === at ? changed(one) : [one]))
        expect(ofList(await told(list, other)).length).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })

  test("mutants of header and payload end in a fault or an answer", async () => {
    const payload = archive(...all.map(memberOf))
    const bytes = packageOf({ main: [...fileTags(listed), { tag: 1125, type: 6, data: Buffer.from("none\0") }], payload })
    let answers = 0
    for (let seed = 0; seed < 300; seed += 1) {
      const result = await opened(mutant(bytes, seed)).catch((error: unknown) => {
        if (error instanceof FaultError || (error instanceof Error && error.message === "no payload")) return undefined
        throw error
      })
      if (result !== undefined) answers += 1
    }
    expect(answers).toBeGreaterThan(50)
  })
})

const hasRpmbuild = ["rpmbuild", "rpm"].every((program) => spawnSync(program, ["--version"]).status === 0)

/** Links hard and not, folders, a file that only root may read, one that runs as its owner, and one that is not in the payload. */
const spec = `
Name: demo
Version: 1.2
Release: 3
Summary: For a test
License: MIT
BuildArch: noarch
Source0: a.txt
%description
Nothing.
%install
mkdir -p %{buildroot}/usr/share/demo/empty %{buildroot}/etc
cp %{SOURCE0} %{buildroot}/usr/share/demo/a
ln %{buildroot}/usr/share/demo/a %{buildroot}/usr/share/demo/b
ln -s ../demo/a "%{buildroot}/usr/share/demo/a link"
echo secret > %{buildroot}/etc/é
touch %{buildroot}/usr/share/demo/none %{buildroot}/etc/ghost
%files
%dir /usr/share/demo
/usr/share/demo/*
%attr(4711,root,root) /usr/share/demo/none
%attr(0600,root,root) %config /etc/é
%ghost /etc/ghost
`

test.skipIf(!hasRpmbuild).each([
  ["SHA-256", 8],
  ["MD5", 1],
])(
  "rpmbuild writes binary and source packages with %s of files; list and payload agree, and the list is that of rpm -ql",
  async (_, code) => {
    writeFileSync(join(folder, "demo.spec"), spec)
    mkdirSync(join(folder, "SOURCES"), { recursive: true })
    writeFileSync(join(folder, "SOURCES", "a.txt"), "content\n")
    const defines = [
      `_topdir ${folder}`,
      "_binary_payload w9.gzdio",
      `_binary_filedigest_algorithm ${code}`,
      `_source_filedigest_algorithm ${code}`,
    ]
    execFileSync("rpmbuild", ["--quiet", "-ba", ...defines.flatMap((one) => ["--define", one]), "demo.spec"], {
      cwd: folder,
      stdio: "pipe",
    })
    const built = globSync([join(folder, "RPMS", "*", "*.rpm"), join(folder, "SRPMS", "*.rpm")])
    expect(built.length).toBe(2)
    for (const path of built) {
      const bytes = readFileSync(path)
      const { anomalies } = await opened(bytes)
      expect(anomalies.filter(({ kind }) => kind !== "special-mode" && kind !== "empty-directory")).toEqual([])
      const artifact = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
      await artifact.close()
      const files = artifact.entries.find(({ isWrapping }) => isWrapping === true)?.listing?.files ?? []
      const names = execFileSync("rpm", ["-qpl", path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
        .trim()
        .split("\n")
      expect(files.map(({ path: own }) => own)).toEqual(names)
    }
  },
)
