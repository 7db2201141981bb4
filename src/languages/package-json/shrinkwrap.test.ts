import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { shrinkwrap } from "./index.ts"

const commit = "0123456789abcdef0123456789abcdef01234567"
const fetchedOf = async (of: unknown) =>
  (await analysed(shrinkwrap, JSON.stringify(of), { path: "npm-shrinkwrap.json" })).acts.map((act) =>
    act.kind === "runs" && act.what.kind === "fetched" && act.what.from.kind === "text"
      ? [act.what.from.text, act.what.pin, act.hook]
      : act.kind,
  )
const entry = (of: object) => ({ lockfileVersion: 3, packages: { "": { name: "x" }, "node_modules/a": { version: "1.0.0", ...of } } })

describe("npm-shrinkwrap.json", () => {
  it.each<[string, object]>([
    ["a registry's, with its digest", { resolved: "https://registry.example.org/a/-/a-1.0.0.tgz", integrity: "sha512-aaaa==" }],
    ["any host's, with its digest", { resolved: "https://a.example.org/a.tgz", integrity: "sha1-aaaa sha512-bbbb" }],
    ["a folder of the project", { resolved: "packages/a", link: true }],
    ["a file of the project", { resolved: "file:a.tgz" }],
  ])("says nothing of %s", async (_, of) => {
    expect(await fetchedOf(entry(of))).toEqual([])
  })

  it.each<[string, object, readonly unknown[]]>([
    ["a tarball without a digest", { resolved: "https://a.example.org/a.tgz" }, ["https://a.example.org/a.tgz", undefined, "install"]],
    [
      "one with a digest that npm does not know",
      { resolved: "https://a.example.org/a.tgz", integrity: "md9-aaaa" },
      ["https://a.example.org/a.tgz", undefined, "install"],
    ],
    [
      "one with the fragment of a commit",
      { resolved: `https://a.example.org/a.tgz#${commit}` },
      [`https://a.example.org/a.tgz#${commit}`, undefined, "install"],
    ],
    ["git", { resolved: "git+ssh://git@a.example.org/a.git" }, ["git+ssh://git@a.example.org/a.git", undefined, "install"]],
    [
      "git at a commit, for development",
      { resolved: `git+https://a.example.org/a.git#${commit}`, dev: true },
      [`git+https://a.example.org/a.git#${commit}`, commit, "build"],
    ],
  ])("says that %s is fetched", async (_, of, told) => {
    expect(await fetchedOf(entry(of))).toEqual([told])
  })

  it("reads what npm 6 reads, at any depth, and tells of the same once", async () => {
    const git = `git+https://a.example.org/a.git#${commit}`
    const inner = { version: "github:c/d" }
    expect(
      await fetchedOf({
        packages: { "node_modules/a": { resolved: git } },
        dependencies: { a: { version: git, dependencies: { b: inner } } },
      }),
    ).toEqual([
      [git, commit, "install"],
      ["github:c/d", undefined, "install"],
    ])
  })

  it.each(["", "{", '{"packages":{"a":{"resolved":"x', `${"[".repeat(1000)}`, `${'{"dependencies":{"a":'.repeat(20_000)}`])(
    "gives up on %s with a word",
    async (of) => {
      expect((await analysed(shrinkwrap, of)).blind).toHaveLength(1)
    },
  )

  it("reads any JSON without a fault of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (of) => {
        expect((await analysed(shrinkwrap, `{"packages":${of},"dependencies":${of}}`)).acts).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})
