import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { dockerfile } from "./index.ts"

const run = (of: string) => analysed(dockerfile, of, { path: "Dockerfile" })

describe("dockerfile", () => {
  it("hands commands over, continued over lines and comments, as text or as arguments", async () => {
    const of = `FROM a
ARG V
ENV A=tests/x "B"
run --mount=type=cache,target=/c cat $A \\
  # a comment
  | sh
RUN ["sh", "-c", "it's"]
ENTRYPOINT x
HEALTHCHECK --interval=5m CMD y
`
    const { handed } = await run(of)
    expect(handed.map((one) => [one.text, one.lines])).toEqual([
      ["cat $A \\\n  | sh", [4, 6]],
      ["sh -c 'it'\\''s'", [7]],
      ["x", [8]],
      ["y", [9]],
    ])
    expect(handed[0]?.variables.get("A")).toEqual(text("tests/x"))
    expect(handed[0]?.variables.get("V")).toMatchObject({ kind: "environment", name: "V" })
  })

  it("reads here-documents", async () => {
    const { handed, acts } = await run("RUN <<EOF\na\nb\nEOF\nRUN python3 <<'X' && c\nimport os\nX\nCOPY <<Y /f\ntext\nY\nRUN d\n")
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      ["a\nb\n", 2],
      ["python3 <<'X' && c\nimport os\nX", 5],
      ["d", 11],
    ])
    expect(acts).toMatchObject([{ kind: "writes", path: text("/f"), what: text("text\n") }])
  })

  it("gives text to the shell that SHELL names", async () => {
    const { handed, acts } = await run('SHELL ["pwsh", "-c"]\nRUN a\nSHELL ["./own"]\nRUN b\n')
    expect(handed.map((one) => one.language)).toEqual(["powershell", "shell"])
    expect(acts).toMatchObject([{ kind: "runs", as: "program", what: text("./own") }])
  })

  it("says what is fetched and copied", async () => {
    const { acts } = await run("FROM --platform=x img:1 AS b\nADD https://example.org/a /a\nCOPY --chown=1 b c /d/\nCOPY --from=x e /f\n")
    expect(acts.map((act) => [act.kind, "what" in act ? act.what.kind : ""])).toEqual([
      ["runs", "text"],
      ["connects", ""],
      ["writes", "fetched"],
      ["writes", "file"],
      ["writes", "file"],
      ["writes", "unknown"],
    ])
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "RUN ",
      "COPY ",
      "ENV ",
      "ARG ",
      "SHELL ",
      "ONBUILD ",
      "[",
      "]",
      '"',
      "<<A",
      "A",
      "\n",
      "\\\n",
      "#",
      "=",
      "$",
      "${",
      "}",
      "--from=",
      " ",
      "x",
      "\u1234",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 50 }), async (words) => {
        const of = words.join("")
        const found = await run(of)
        const lines = [...found.handed.flatMap((one) => one.lines), ...[...found.blind, ...found.acts].flatMap(({ at }) => at.lines)]
        expect(lines.every((line) => line >= 1 && line <= of.split("\n").length)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
