import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { packageJson } from "./index.ts"

const handedOf = async (of: string) =>
  (await analysed(packageJson, of, { path: "package.json" })).handed.map((one) => [one.text, one.lines[0]])

describe("package.json", () => {
  it("hands over what a package manager runs by itself, in its order, and what that calls", async () => {
    const of = `{
  "scripts": {
    "lint": "eslint .",
    "postinstall": "node \\"a b.js\\" && npm run build:x",
    "prebuild:x": "one",
    "build:x": "t\\u006fuch M",
    "preinstall": "first"
  }
}`
    expect(await handedOf(of)).toEqual([
      ["first", 7],
      ['node "a b.js" && npm run build:x', 4],
      ["one", 5],
      ["touch M", 6],
    ])
  })

  it("takes both of two scripts of one name", async () => {
    expect(await handedOf('{"scripts":{"install":"a"},"scripts":{"install":"b","install":"c"}}')).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ])
  })

  it("gives the fields of the manifest to scripts, as npm does", async () => {
    const { handed } = await analysed(packageJson, '{"config":{"x-y":"cat a | sh"},"scripts":{"install":"eval $npm_package_config_x_y"}}')
    expect(handed[0]?.variables.get("npm_package_config_x_y")).toEqual(text("cat a | sh"))
  })

  it("says what is loaded, and what does not come from the registry", async () => {
    const of =
      '{"bin":{"a":"cli.js"},"main":"index.js","exports":{".":{"types":"a.d.ts","default":"./x.mjs"}},"dependencies":{"a":"^1.0.0","b":"https://example.org/b.tgz"},"devDependencies":{"c":"a/b"}}'
    const { acts } = await analysed(packageJson, of)
    expect(acts.map((act) => act.kind === "runs" && (act.what.kind === "text" ? act.what.text : act.what.kind))).toEqual([
      "cli.js",
      "index.js",
      "./x.mjs",
      "fetched",
    ])
  })

  it.each<[string, string, readonly (readonly [of: string, pin: string | undefined, hook: string])[]]>([
    [
      "what npm puts in place of a dependency",
      '{"overrides":{"a":{".":"^1.0.0","b":{"c":"git+https://example.org/c.git"}},"d":"$d"}}',
      [["git+https://example.org/c.git", undefined, "build"]],
    ],
    [
      "what yarn does",
      '{"resolutions":{"**/a":"https://example.org/a.tgz","b":"1.0.0","c":"npm:c@2"}}',
      [["https://example.org/a.tgz", undefined, "build"]],
    ],
    [
      "what pnpm does",
      '{"pnpm":{"overrides":{"a>b":"github:c/d#0123456789abcdef0123456789abcdef01234567","e":"workspace:*"}}}',
      [["github:c/d#0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567", "build"]],
    ],
    [
      "a dependency, not one in a folder",
      '{"dependencies":{"a":"me@example.org:a/b.git","c":"../c","d":"./d","e":"file:e","f":"npm:@s/f@1","g":"link:g"}}',
      [["me@example.org:a/b.git", undefined, "install"]],
    ],
    [
      "the repository of a host, at a commit",
      '{"dependencies":{"a":"https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567"}}',
      [["https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567", "install"]],
    ],
  ])("says what is fetched of %s", async (_, of, fetched) => {
    const { acts } = await analysed(packageJson, of)
    expect(
      acts.map(
        (act) =>
          act.kind === "runs" &&
          act.what.kind === "fetched" &&
          act.what.from.kind === "text" && [act.what.from.text, act.what.pin, act.hook],
      ),
    ).toEqual(fetched)
  })

  it("builds a binding.gyp that lies beside it, as npm does where no script says otherwise", async () => {
    const files = ["a/binding.gyp"]
    expect((await analysed(packageJson, "{}", { path: "a/package.json", files })).acts).toMatchObject([
      { what: text("binding.gyp"), hook: "install" },
    ])
    expect((await analysed(packageJson, "{}", { path: "x-1.0/package.json", files: ["package.json", "binding.gyp"] })).acts).toHaveLength(1)
    const later = '{"scripts":{"install":"true","postinstall":"npm run b","b":"node-gyp rebuild"}}'
    expect((await analysed(packageJson, later, { path: "a/package.json", files })).acts).toMatchObject([{ hook: "postinstall" }])
    expect((await analysed(packageJson, '{"scripts":{"install":"true"}}', { path: "a/package.json", files })).acts).toEqual([])
  })

  it.each(["", "{", '{"scripts":{"install":"a', '{"scripts":{"install":"a"} "b"', `${"[".repeat(1000)}`, "{} x"])(
    "gives up on %s with a word",
    async (of) => {
      expect((await analysed(packageJson, of)).blind).toHaveLength(1)
    },
  )

  it("reads any JSON as JSON.parse does, and any text without a fault of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.nat(3), async (script, space) => {
        const of = Buffer.from(JSON.stringify({ scripts: { install: script } }, undefined, space), "utf8").toString("latin1")
        expect(Buffer.from((await analysed(packageJson, of)).handed[0]?.text ?? "", "latin1").toString("utf8")).toBe(
          Buffer.from(script, "utf8").toString("utf8"),
        )
      }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("{", "}", "[", "]", '"', "\\", ":", ",", '"scripts"', '"install"', "\n", "1", "'"), { maxLength: 40 }),
        async (words) => {
          const of = words.join("")
          const { blind, handed } = await analysed(packageJson, of)
          const lines = [...blind.flatMap(({ at }) => at.lines), ...handed.flatMap((one) => one.lines)]
          expect(lines.every((line) => line >= 1 && line <= of.split("\n").length)).toBe(true)
        },
      ),
    )
  })
})
