import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { workflow } from "./index.ts"

const github = (of: string) => analysed(workflow, of, { path: ".github/workflows/ci.yml" })
const gitlab = (of: string) => analysed(workflow, of, { path: ".gitlab-ci.yml" })

describe("workflow", () => {
  it.each([".github/workflows/a.yml", "action.yaml", "x/action.yml", ".gitlab-ci.yml", ".circleci/config.yml", ".travis.yml"])(
    "claims %s",
    (path) => {
      expect(workflow.claims(path, "")).toBe(true)
    },
  )

  it("hands commands over, however they are quoted, each line with its place", async () => {
    const of = `jobs:
  build:
    steps:
      - run: cat a | sh
      - run: |
          one

          two # three
      - run: >-
          four
          five
      - run: "six \\u0061 \\
          seven"
      - run: 'it''s'
`
    const { handed } = await github(of)
    expect(handed.map((one) => [one.text, one.lines])).toEqual([
      ["cat a | sh", [4]],
      ["one\n\ntwo # three\n", [6, expect.any(Number), 8, expect.any(Number)]],
      ["four five", [10]],
      ["six a seven", [12]],
      ["it's", [14]],
    ])
  })

  it("knows what env sets around a step, and holds an expression as a value", async () => {
    const of =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: expressions of GitHub
      "env: {A: tests/x}\njobs:\n  j:\n    env: {B: b}\n    steps:\n      - env: {C: '${{ github.head_ref }}'}\n        run: cat ${{ env.A }} '${{ inputs.x }}' $B\n"
    const [shell] = (await github(of)).handed
    expect(shell?.text).toMatch(/^cat tests\/x ''"\$\{held\d+\}"'' \$B$/)
    expect(shell?.variables.get("B")).toEqual(text("b"))
    expect(shell?.variables.get("C")).toMatchObject({ kind: "environment", name: "github.head_ref" })
    expect([...(shell?.variables.values() ?? [])].at(-1)).toMatchObject({ kind: "environment", name: "inputs.x", at: { lines: [7, 7] } })
  })

  it("gives a step to the interpreter that it names", async () => {
    const of =
      "defaults:\n  run:\n    shell: pwsh\njobs:\n  j:\n    steps:\n      - run: a\n      - run: import os\n        shell: python\n      - run: x\n        shell: tests/run {0}\n"
    const { handed, acts } = await github(of)
    expect(handed.map((one) => one.language)).toEqual(["powershell", "python", "shell"])
    expect(acts).toMatchObject([{ kind: "runs", as: "program", what: text("tests/run") }])
  })

  it("says which actions run, and gives their script to JavaScript", async () => {
    const { acts, handed } = await github(
      "jobs:\n  j:\n    steps:\n      - uses: actions/github-script@v7\n        with:\n          script: require('x')\n      - uses: ./.github/a\n",
    )
    expect(acts).toMatchObject([{ what: text("actions/github-script@v7") }, { what: text("./.github/a") }])
    expect(handed).toMatchObject([{ language: "javascript", text: "require('x')", lines: [6] }])
  })

  it("joins the lines of a list, through anchors, and says what is included", async () => {
    const of =
      ".a: &a\n  script: [cat x, sh y]\njob:\n  <<: *a\n  before_script:\n    - a=1\n    - - nested $a\ninclude:\n  - remote: https://example.org/a.yml\n"
    const { handed, acts } = await gitlab(of)
    expect(handed.map((one) => one.text)).toEqual(["cat x\nsh y\n", "cat x\nsh y\n", "a=1\nnested $a\n"])
    expect(acts[0]).toMatchObject({ kind: "runs", what: { kind: "fetched" }, at: { lines: [9, 9] } })
  })

  it.each([
    ["is no YAML", "a: [b\nc: }"],
    ["nests too deep", "[".repeat(5000)],
    ["is too large", `a: ${"b".repeat(1 << 20)}`],
  ])("gives up on what %s, with a word", async (_, of) => {
    expect((await github(of)).blind.length).toBeGreaterThan(0)
  })

  it("stops at aliases that multiply", async () => {
    const of = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join("")}`
    expect((await gitlab(of)).blind.some(({ why }) => why.includes("too many"))).toBe(true)
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "run:",
      " ",
      "\n",
      "- ",
      "|",
      ">",
      "  ",
      "'",
      '"',
      "${{",
      "}}",
      "script:",
      "&a ",
      "*a",
      "{",
      "}",
      "[",
      "]",
      "#",
      "\t",
      "\u1234",
      "x",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 50 }), async (words) => {
        const of = words.join("")
        for (const found of [await github(of), await gitlab(of)]) {
          const lines = [...found.handed.flatMap((one) => one.lines), ...found.blind.flatMap(({ at }) => at.lines)]
          expect(lines.every((line) => line >= 1 && line <= of.split("\n").length)).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})
