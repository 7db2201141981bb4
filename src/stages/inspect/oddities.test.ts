import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { odditiesOf } from "./oddities.ts"

const found = (text: string, path = "a.js"): readonly string[] =>
  odditiesOf(path, Buffer.from(text, "utf8").toString("latin1")).map(
    ({ kind, at, what, count }) => `${kind} ${at.lines[0]}: ${what} (${count})`,
  )

describe("oddities of texts", () => {
  it.each([
    ["a turned order", "a\nif (x \u202e\u2066) y\n", ["bidi 2: U+202E U+2066 (2)"]],
    ["a turned order in a script that runs so", "a\nx = '\u2066\u05d0 1'\n", ["bidi 2: U+2066 (1)"]],
    ["a run without form", `a\n'${"\u{e0121}\ufe0f".repeat(3)}'\n`, ["invisible 2: U+E0121 U+FE0F U+E0121 U+FE0F U+E0121 U+FE0F (6)"]],
    ["text behind a wide blank", `a\n${" ".repeat(300)}b()\n`, ["pushed right 2: an indentation of 300 blanks (300)"]],
    ["a long line", `a\n${"b".repeat(1500)}\n`, ["long line 2: 1500 bytes (1500)"]],
    ["a name and its double", "allow(x)\n\u0430llow(x)\n", ["lookalike 2: a word that looks like allow (1)"]],
    [
      "a name that looks like a word of the language, which names nothing (typings of jQuery)",
      "function a(fun\u0441tion) {}\n",
      ["lookalike 1: a word that looks like function (0)"],
    ],
    ["a name between divisions", "ce = 1\na = 2 /\u0441e/ 3\n", ["lookalike 2: a word that looks like ce (1)"]],
    ["a slip of the keyboard", "\u0441onfig = 1\n", ["lookalike 1: a word that looks like config (0)"]],
  ])("%s", (_, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  it.each([
    ["a docstring (celery)", 'chord()\n"""Called on \u0441hord,\n and \u0441hord."""\n', 0],
    ["a text that is computed", 'chord()\nf"""{\u0441hord}\n"""\n', 1],
    ["code behind a comment with quotes", 'chord()\n# """\n\u0441hord()\n# """\n', 1],
    ["code behind a text with quotes", `chord()\na = '"""'\n\u0441hord()\nb = '"""'\n`, 1],
  ])("names of Python that look like others: %s", (_, text, count) => {
    expect(found(text, "a.py")).toHaveLength(count)
  })

  it.each([
    ["an order that is stated and as it is (notebook)", "x = '\u202aa\u202c \u2066 b'\n\u05d0\n"],
    ["the mark of UTF-8", "\ufeffa"],
    ["blanks that end a line", `a${" ".repeat(500)}\n`],
    ["a comment in another script", "a() // \u043f\u0440\u0438\u0432\u0435\u0442 \u0441onfig\n"],
    ["a pattern in another script (date-fns)", "ce()\n  /^\u0441e[\u0439]/i,\nx = /\u0441e[/]/\n"],
    ["a word of another script", "const \u0438\u043c\u044f = '\u043f\u0440\u0438\u0432\u0435\u0442'\n"],
    ["letters of mathematics", "const \u0394x = \u03bbs\n"],
  ])("none in %s", (_, text) => {
    expect(found(text)).toEqual([])
  })

  it("are told of the right line whatever stands around them", () => {
    const line = fc.constantFrom("", "a", "\u202e", "\u200b", " ".repeat(250), "x".repeat(1200))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const all = odditiesOf("a", Buffer.from(lines.join("\n"), "utf8").toString("latin1"))
        for (const { kind, at } of all) {
          const [text = ""] = [lines[at.lines[0] - 1]]
          expect(kind === "bidi" ? text === "\u202e" : kind === "invisible" ? text === "\u200b" : text.startsWith("x")).toBe(true)
        }
        const expected = lines.filter((text) => text === "\u202e" || text === "\u200b" || text.startsWith("x")).length
        expect(all.length).toBe(Math.min(all.length, expected))
      }),
    )
  })

  it.each([
    ["letters", "x".repeat(1_000_000)],
    ["openings", '\\"""'.repeat(500_000)],
    ["one long text", `x = "${"1".repeat(5_000_000)}"`],
    ["escapes", `x = "${"\\x".repeat(2_000_000)}`],
    ["docstrings", '""""""\n'.repeat(300_000)],
  ])("takes time linear in Python's texts, without a stack of them: %s", (_, text) => {
    expect(found(`\u0441onfig = 1\n${text}\n`, "a.py").filter((one) => one.startsWith("lookalike"))).toEqual([
      "lookalike 1: a word that looks like config (0)",
    ])
  })

  it.each([
    ["of a minifier (xregexp)", `a("\u202e");${"b(c);".repeat(4000)}\n`, true],
    ["with a long comment", `if (x \u202e\u2066) y // ${"the notes on levels in the guide ".repeat(400)}\n`, undefined],
    ["that is short, with a line without blanks", `if (x \u202e\u2066) y //${"b(c);".repeat(400)}\n`, undefined],
  ])("tells a turned order from one in a text that nobody reads: one %s", (_, text, isUnread) => {
    const [bidi] = odditiesOf("a.js", Buffer.from(text, "utf8").toString("latin1")).filter(({ kind }) => kind === "bidi")
    expect(bidi?.isUnread).toBe(isUnread)
  })

  it("takes time linear in a text of blanks", () => {
    expect(found(`${" ".repeat(2_000_000)}\n`)).toEqual(["long line 1: 2000000 bytes (2000000)"])
    expect(found(`\u0441\u0435 ${"= /[ ".repeat(400_000)}\n`)).toEqual(["long line 1: 2000005 bytes (2000005)"])
  })
})
