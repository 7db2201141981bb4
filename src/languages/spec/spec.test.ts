import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { spec } from "./index.ts"

const run = (of: string, options: Parameters<typeof analysed>[2] = {}) => analysed(spec, of, { path: "a.spec", ...options })

describe("spec", () => {
  it("hands the scripts of its sections over, and nothing else", async () => {
    const { handed } = await run(
      "Name: a\n%description\nnot | this\n%prep\none\n\ntwo\n%files\n/x\n%post -n b\nthree\n%changelog\n- four\n",
    )
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      ["one\n\ntwo\n", 5],
      ["three\n", 11],
    ])
  })

  it("expands tags, macros and sources", async () => {
    const of =
      "Name: a\nVersion: 1\nSource0: https://example.org/%{name}-%{version}.bin\n%define run cat %{SOURCE0} \\\n  | sh\n%build\n%run\n%{?with_x:eval %%x}\n%configure\n%setup -q\n"
    const { handed } = await run(of)
    expect(handed[0]?.text).toBe("cat a-1.bin \n  | sh\neval %x\n./configure\n: -q\n")
  })

  it("runs commands of macros where they stand, and gives what they print", async () => {
    const { handed } = await run("%global v %(cat tests/a | tr b c)\n%install\neval '%{v}'\n", {
      prints: (shell) => (shell.startsWith("cat") ? text("made\n") : undefined),
    })
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      ["cat tests/a | tr b c", 1],
      ["eval 'made'\n", 3],
    ])
  })

  it("gives a scriptlet to the interpreter that it names", async () => {
    const { handed, acts } = await run("%pre -p <lua>\nos.execute('x')\n%post -p /usr/bin/python3\nimport os\n%postun -p /opt/own\nx\n")
    expect(handed.map((one) => one.language)).toEqual(["lua", "python", "shell"])
    expect(acts).toMatchObject([{ kind: "runs", as: "program", what: text("/opt/own"), at: { lines: [5, 5] } }])
  })

  it("takes a macro that is defined twice as each of them", async () => {
    const { handed } = await run("%if a\n%define p sh\n%else\n%define p bash\n%endif\n%build\n%p x\n")
    expect([...(handed[0]?.variables.values() ?? [])]).toEqual([{ kind: "either", of: [text("sh"), text("bash")] }])
  })

  it.each([
    ["refers to itself", "%define a %b\n%define b %a\n%build\n%a\n"],
    ["doubles", `%define a0 xx\n${Array.from({ length: 40 }, (_, i) => `%define a${i + 1} %{a${i}}%{a${i}}\n`).join("")}%build\n%a40\n`],
    ["is never closed", "%build\n%{a\n"],
  ])("gives up on what %s, with a word", async (_, of) => {
    expect((await run(of)).blind.length).toBeGreaterThan(0)
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "%{",
      "}",
      "%(",
      ")",
      "%define a ",
      "%global b ",
      "%build",
      "%post -p ",
      "%a",
      "%%",
      "\n",
      " ",
      "\\\n",
      "?",
      "!",
      ":",
      "Name: ",
      "x",
      "%if",
      "'",
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
