import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { go } from "./go.ts"

const acts = async (text: string): Promise<readonly string[]> =>
  (await analysed(go, text)).acts.map((act) => {
    const value =
      act.kind === "runs"
        ? act.what
        : act.kind === "connects"
          ? act.to
          : act.kind === "looks up" || act.kind === "replaces"
            ? act.name
            : act.path
    const name = typeof value === "string" ? value : value.kind === "text" ? JSON.stringify(value.text) : value.kind
    return `${act.at.lines[0]} ${act.kind} ${name}`
  })

describe("go", () => {
  it("sees what the standard library does, under whatever name it is imported", async () => {
    const text = [
      "package a",
      'import (\n\t"os"\n\tx "os/exec"\n\t"net/http"\n)',
      "func init() {",
      '\tx.Command("sh", "-c", name).Run()',
      "\tos.WriteFile(`MARKER`, nil, 0644)",
      '\thttp.Get("https://a.example.org/" + b)',
      '\tos.Getenv("HOME"); other.os.Getenv("NOT")',
      "}",
    ].join("\n")
    expect(await acts(text)).toEqual(['8 runs "sh"', '9 writes "MARKER"', "10 connects unknown", '11 looks up "HOME"'])
  })

  it("sees what is embedded, and nothing in comments, literals and other packages", async () => {
    expect(await acts('package a\nimport _ "embed"\n//go:embed data/a.bin b.txt\nvar a []byte\n')).toEqual([
      '3 reads "data/a.bin"',
      '3 reads "b.txt"',
    ])
    expect(
      await acts(
        'package a\nimport "fmt"\n// os.Getenv("A")\nvar b = `os.Getenv("B")`; var c = os.Getenv("C"); fmt.Println("os.Remove()")',
      ),
    ).toEqual([])
  })

  it("never throws, and its places lie in the file", async () => {
    const piece = fc.constantFrom(
      "import",
      "(",
      ")",
      '"os"',
      '"os/exec"',
      "exec",
      "os",
      ".",
      "Command",
      "Getenv",
      '"',
      "`",
      ",",
      "\n",
      "//",
      "/*",
      "\\",
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const text = pieces.join("")
        const { acts: found } = await analysed(go, text)
        const lines = text.split("\n").length
        expect(found.every(({ at }) => at.lines[0] >= 1 && at.lines[1] <= lines)).toBe(true)
      }),
    )
  })
})
