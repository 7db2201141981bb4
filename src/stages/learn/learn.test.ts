import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import { FaultError, orThrow } from "../../core/fault.ts"
import { limitsDefault } from "../../core/limits.ts"
import { openRepository } from "../../io/git.ts"
import { fixtureContext, GitFixture } from "../../io/git-fixture.ts"
import { Catalogue, isoDay } from "../../io/origin-catalogue.ts"
import { writeOrigins } from "../../io/origin-write.ts"
import { learnRepository } from "./learn-repository.ts"
import { versionOfTag } from "./releases.ts"
import { learnableLines } from "./text-lines.ts"

const day = 86_400

interface Step {
  readonly branch: string
  readonly day: number
  readonly files: Readonly<Record<string, string>>
  readonly from?: string
}

/** A history with dates, as `git fast-import` takes it. */
function history(steps: readonly Step[], tags: Readonly<Record<string, number>>): GitFixture {
  const fixture = new GitFixture({ bare: true })
  const commits = steps.map(({ branch, day: at, files, from }, index) => {
    const changes = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    const parent = from === undefined ? "" : `from ${from}\n`
    return `commit refs/heads/${branch}\nmark :${index + 1}\ncommitter A <a@example.org> ${at * day + 60} +0000\ndata 1\nx\n${parent}${changes.join("")}\n`
  })
  const refs = Object.entries(tags).map(([name, mark]) => `reset refs/tags/${name}\nfrom :${mark}\n\n`)
  fixture.git(["fast-import", "--quiet"], [...commits, ...refs].join(""))
  return fixture
}

const twoBranches = () =>
  history(
    [
      { branch: "main", day: 100, files: { "m4/foo.m4": "# serial 1\n", "src/a.c": "int a;\n" } },
      { branch: "main", day: 200, files: { "m4/foo.m4": "# serial 2\n" } },
      { branch: "stable", day: 150, files: { "m4/foo.m4": "# serial 1b\n" }, from: ":1" },
      { branch: "main", day: 300, files: { "m4/new.m4": "# serial 1\n" }, from: ":2" },
      { branch: "main", day: 400, files: { "m4/foo.m4": "# serial 4\n" }, from: ":4" },
    ],
    { "v1.0": 2, "v0.9.1": 3, "v1.1": 4, "merge-point": 1 },
  )

async function learned(fixture: GitFixture, ctx = fixtureContext(), refs?: RegExp) {
  const catalogue = new Catalogue(ctx.limits)
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  try {
    const facts = await learnRepository(repository, { origin: "o", wants: (path) => path.startsWith("m4/"), refs }, catalogue, ctx)
    catalogue.origins.set("o", { name: "o", trust: "upstream", sources: [], projects: [], gaps: facts.gaps })
    return { catalogue, facts }
  } finally {
    await repository.close()
  }
}

const shown = (catalogue: Catalogue, text: string): readonly string[] =>
  [...(catalogue.contents.get(sha256Of(text))?.appearances.values() ?? [])]
    .map(({ path, version, day: at }) => `${path} ${version} ${isoDay(at)}`)
    .sort()

it("learns every version in all branches, with the day of its first commit and the first release that has this commit", async () => {
  const { catalogue, facts } = await learned(twoBranches())
  expect(shown(catalogue, "# serial 1\n")).toEqual(["m4/foo.m4 0.9.1 1970-04-11", "m4/new.m4 1.1 1970-10-28"])
  expect(shown(catalogue, "# serial 1b\n")).toEqual(["m4/foo.m4 0.9.1 1970-05-31"])
  expect(shown(catalogue, "# serial 2\n")).toEqual(["m4/foo.m4 1.0 1970-07-20"])
  expect(shown(catalogue, "# serial 4\n")[0]).toMatch(/^m4\/foo\.m4 commit [0-9a-f]{12} 1971-02-05$/)
  expect(catalogue.contents.has(sha256Of("int a;\n"))).toBe(false)
  expect(facts.releases.map(({ version }) => version).sort()).toEqual(["0.9.1", "1.0", "1.1"])
  expect(facts.gaps).toEqual([])
  expect(catalogue.contents.get(sha256Of("# serial 2\n"))?.claim).toBe("serial 2")
})

it("leaves out the branches that are not asked for", async () => {
  const { catalogue } = await learned(twoBranches(), fixtureContext(), /^refs\/tags\/v1/)
  expect(shown(catalogue, "# serial 2\n")).toHaveLength(1)
  expect(shown(catalogue, "# serial 1b\n")).toEqual([])
  expect(shown(catalogue, "# serial 4\n")).toEqual([])
})

it("makes the same index from the same repository each time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-learn-"))
  const files = ["one", "two"].map((name) => join(folder, name))
  for (const file of files) await writeOrigins((await learned(twoBranches())).catalogue, file)
  const [one, two] = await Promise.all(files.map((file) => import("node:fs/promises").then(({ readFile }) => readFile(file))))
  expect(one).toEqual(two)
})

it("stops at a limit, and knows what is too large by its digest alone", async () => {
  const small = fixtureContext({ limits: { originFilesMax: 2 } })
  await expect(learned(twoBranches(), small)).rejects.toThrow(FaultError)
  const limits = { ...limitsDefault, originTextBytesMax: 1000, originTextLinesMax: 10 }
  expect(learnableLines(Buffer.from("x".repeat(1001)), limits)).toBeUndefined()
  expect(learnableLines(Buffer.from("\n".repeat(1000)), limits)).toBeUndefined()
  expect(learnableLines(Buffer.from("a\0b\n"), limits)).toBeUndefined()
  expect(learnableLines(Buffer.from("a\nb"), limits)).toEqual(["a\n", "b"])
})

it("says what a repository lacks", async () => {
  const fixture = twoBranches()
  const blob = fixture.git(["rev-parse", "main:m4/foo.m4"])
  const loose = new GitFixture({ bare: true })
  const rest = fixture
    .git(["rev-list", "--objects", "--all"])
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((id) => id !== blob)
  const pack = join(loose.folder, "objects", "pack", "part")
  fixture.git(["pack-objects", "-q", pack], `${rest.join("\n")}\n`)
  writeFileSync(join(loose.folder, "packed-refs"), `${fixture.git(["rev-parse", "main"])} refs/heads/main\n`)
  const { facts } = await learned(loose)
  expect(facts.gaps).toEqual(["1 versions of files could not be read"])
})

it.each([
  ["v2.69", "2.69"],
  ["1.0", "1.0"],
  ["release-1-5-10", "1.5.10"],
  ["Release-1-4-p6", "1.4-p6"],
  ["AUTOCONF-2.59c", "2.59c"],
  ["pkgconf-1.8.1", "1.8.1"],
  ["v2022.09.03", "2022.09.03"],
  ["branchpoint-1-5", undefined],
  ["0.14.x-branchpoint", undefined],
  ["start", undefined],
])("reads the tag %s as %s", (tag, version) => {
  expect(versionOfTag(tag)).toBe(version)
})
