import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { Act, Value } from "../../model/code.ts"
import type { Analysed, Source } from "../language.ts"
import { tokensOf } from "../tokens.ts"
import { c } from "./c.ts"

const analyse = await c.load(async () => new Uint8Array())
const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length
const source = (text: string): Source => ({
  text,
  place: (start, end) => ({ path: "a.c", lines: [lineOf(text, start), lineOf(text, Math.max(start, end - 1))] }),
})
const inners: string[] = []
const analysed = (text: string): Analysed =>
  analyse(source(text), {
    limits: limitsDefault,
    files: new Set(),
    variables: new Map(),
    inner: (language, inside) => {
      inners.push(`${language}: ${inside.text}`)
      return { acts: [], blind: [] }
    },
  })
const shown = (value: Value): string => (value.kind === "text" ? JSON.stringify(value.text) : value.kind)
const told = (act: Act): string => {
  const line = act.at.lines[0]
  if (act.kind === "runs") return `${line} runs ${act.as} ${shown(act.what)}`
  if (act.kind === "reads" || act.kind === "writes" || act.kind === "deletes") return `${line} ${act.kind} ${shown(act.path)}`
  return `${line} ${act.kind}`
}
const acts = (text: string): readonly string[] => analysed(text).acts.map(told)

describe("c", () => {
  it.each([
    ["a shell", 'int x = system("touch " "MARKER");', ['1 runs text "touch MARKER"']],
    ["a name behind a macro", "#define HIDDEN(x) system(x)\n#define OTHER popen\n", ["1 runs text unknown", "2 runs text unknown"]],
    ["a program", 'execl("/bin/sh", "sh", NULL);', ['1 runs program "/bin/sh"']],
    [
      "a file that is written",
      'fopen("MARKER", "w"); open(path, O_RDONLY); open("x", O_CREAT | O_WRONLY, 0600);',
      ['1 writes "MARKER"', "1 reads unknown", '1 writes "x"'],
    ],
    ["memory that is made executable", "mprotect(p, n, PROT_READ | PROT_EXEC); mmap(0, n, PROT_READ, 0, 0, 0);", ["1 runs object unknown"]],
    [
      "a source that is no source by its name",
      '#include "table.h"\n # include "noise.dat"\n#embed "x.bin"\n',
      ['2 runs source "noise.dat"', '3 reads "x.bin"'],
    ],
    ["escapes", 'dlopen("\\x6cib\\056so", 1);', ['1 runs object "lib.so"']],
    ["a raw literal", 'system(R"x(a "b")x");', ['1 runs text "a \\"b\\""']],
    ["lines that go on", 'sys\\\ntem("a");\nsystem \\\n ("b");', ['3 runs text "b"']],
  ])("sees %s", (_, text, expected) => {
    expect(acts(text)).toEqual(expected)
  })

  it.each([
    ["comments", '// system("a")\n/* popen("b") */ int system_count;'],
    ["literals", 'puts("system(1)"); char q = \'"\'; puts("x");'],
    ["members and names of another's", "file.open(path); self->connect(x); Net::connect(y);"],
    ["a function that is only spoken of", "int (*call)(const char *) = other; return getenv_count;"],
    ["a header", '#include "a.h"\n#include <system>\n'],
  ])("sees nothing in %s", (_, text) => {
    expect(acts(text)).toEqual([])
  })

  it("hands the text of a shell on", () => {
    inners.length = 0
    analysed('popen("ls | sort", "r");')
    expect(inners).toEqual(["shell: ls | sort"])
  })

  it("finds the same with comments added between its tokens, and never throws", () => {
    const pieces = fc.array(
      fc.constantFrom("system", "(", ")", '"a"', '"', "'", "/*", "*/", "//", "\n", "\\", "#define ", "x", ",", " ", 'R"('),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("")
        const tokens = [...tokensOf(text)]
        for (const { start, end } of tokens) expect(start >= 0 && end <= text.length + 1 && start < end).toBe(true)
        expect(() => analysed(text)).not.toThrow()
      }),
    )
    const words = fc.array(fc.constantFrom("system", "(", ")", '"a"', "x", ",", ";"), { maxLength: 20 })
    fc.assert(fc.property(words, (parts) => void expect(acts(parts.join(" /* system(1) */ "))).toEqual(acts(parts.join(" ")))))
  })

  it("takes time linear in a text that is made to last", () => {
    for (const text of ["/*".repeat(200_000), '"\\'.repeat(200_000), "system(".repeat(20_000), "'".repeat(300_000)])
      expect(analysed(text).acts.length).toBeLessThan(20_001)
  })
})
