import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { orThrow } from "../core/fault.ts"
import { openRepository, type Repository } from "./git.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"
import { ignoredBy } from "./git-ignore.ts"

const fixture = new GitFixture()
let repository: Repository
beforeAll(async () => {
  // A repository whose own exclusions say that everything is ignored.
  fixture.commit({ ".gitignore": "", a: "1\n" })
  fixture.write({ ".git/info/exclude": "*\n", evil: "*\n" })
  fixture.git(["config", "core.excludesFile", join(fixture.folder, "evil")])
  repository = orThrow(await openRepository(fixture.folder, fixtureContext()))
})
afterAll(async () => {
  await repository.close()
  execFileSync("rm", ["-rf", fixture.folder])
})

const ask = async (content: string, paths: readonly string[], ignoreSecondsMax = 60) => {
  const { limits } = fixtureContext({ limits: { ignoreSecondsMax } })
  const [found] = await ignoredBy(repository, [{ oid: oid(fixture.git(["hash-object", "-w", "--stdin"], content)), paths }], { limits })
  return found === undefined ? undefined : Object.fromEntries([...found].map(([path, { line, pattern }]) => [path, `${line} ${pattern}`]))
}

test("git's own rules: anchors, folders, the last pattern, line ends of DOS, escaped marks", async () => {
  const content = "# all\nbuild/\n!build/keep\n*.o\r\n!main.o\n\\!x\n/conf*\ndoc/**/made\n"
  const paths = ["build/a", "build/keep", "x.o", "main.o", "sub/y.o", "!x", "configure", "sub/configure", "doc/a/b/made", "build", "other"]
  expect(await ask(content, paths)).toEqual({
    "build/a": "2 build/",
    "build/keep": "2 build/",
    "x.o": "4 *.o",
    "main.o": "5 !main.o",
    "sub/y.o": "4 *.o",
    "!x": "6 \\!x",
    configure: "7 /conf*",
    "doc/a/b/made": "8 doc/**/made",
  })
  expect(await ask("nothing\n", ["a"])).toEqual({})
})

test("names that git could read as something else are names, and those that lead elsewhere are not asked for", async () => {
  const names = [":(top)x", ":!x", "-x", "--stdin", '"x"', "a\nb", "x y", ".git/config", "é\u202e", "*", "[x]"]
  expect(Object.keys((await ask("*\n", names)) ?? {})).toEqual(names)
  expect(await ask("*\n", ["../x", "/etc/x", "a/../x", "a//x", "", ".", "ok"])).toEqual({ ok: "1 *" })
})

test("nothing is written under a name of the repository's", async () => {
  mkdirSync(join(fixture.folder, "kept"))
  expect(await ask("/kept\n", ["kept/x", "a"])).toEqual({ "kept/x": "1 /kept" })
  expect(readdirSync(join(repository.place.folder, "empty"))).toEqual([])
  expect(existsSync(join(repository.place.folder, "kept"))).toBe(false)
})

test("no time, and a file that is no text, are no answer and an answer", async () => {
  expect(await ask("*\n", ["a"], 0)).toBeUndefined()
  expect(await ask("\0\xff\n*\n", ["a"])).toEqual({ a: "2 *" })
})

test("any patterns and paths are answered, with lines of the file", async () => {
  const piece = fc.constantFrom("*", "**", "/", "a", "b", "!", "\\", "[", "]", "?", "\n", "#", " ", ".")
  const text = fc.array(piece, { maxLength: 30 }).map((all) => all.join(""))
  await fc.assert(
    fc.asyncProperty(text, fc.array(text, { minLength: 1, maxLength: 5 }), async (content, paths) => {
      const found = await ask(content, paths)
      expect(found).toBeDefined()
      for (const [path, answer] of Object.entries(found ?? {})) {
        const [, line = "", pattern = ""] = /^(\d+) (.*)$/s.exec(answer) ?? []
        expect(paths).toContain(path)
        expect(content.split("\n")[Number(line) - 1]).toContain(pattern.trimEnd())
      }
    }),
    { numRuns: 60 },
  )
})
