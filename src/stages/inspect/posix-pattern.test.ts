import { spawnSync } from "node:child_process"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compilePattern } from "./posix-pattern.ts"

const match = (syntax: "fixed" | "basic" | "extended" | "glob" | "expansion", pattern: string, content: string): boolean | undefined =>
  compilePattern({ by: "content", syntax, ignoresCase: false }, pattern)?.(content)

describe("patterns of POSIX", () => {
  it.each([
    ["basic", "a\\{3\\}", "xaaay", true],
    ["basic", "a{3}", "xaaay", false],
    ["basic", "a\\|b", "b", true],
    ["basic", "a|b", "b", false],
    ["basic", "*a", "*a", true],
    ["basic", "[\\]x", "\\x", true],
    ["extended", "a{3}|b+$", "bb\nc", true],
    ["extended", "^#{4}[[:alnum:]]{5}#{4}$", "\0\n####ab1de####\n\0", true],
    ["extended", "[^a]b", "\nb", false],
    ["fixed", "a.b", "axb", false],
    ["fixed", "one\ntwo", "has two", true],
    ["glob", "bad-*-[0-9].x?", "bad-of-3.xz", true],
    ["glob", "*.c", "folder/a.c", false],
    ["glob", "[!a]b", "ab", false],
    ["glob", "*.c", "._a.c", true], // as find -name
    ["expansion", "*.c", "._a.c", false], // what a Macintosh puts beside a.c (ptunnel)
    ["expansion", "*.c", "a.c", true],
    ["expansion", "[._]*.c", "._a.c", false],
    ["expansion", "*.c", ".hidden.c", true], // an option may say so, anywhere
    ["expansion", ".*.c", "._a.c", true],
    ["expansion", "\\.*.c", "._a.c", true],
    ["expansion", "*/*.c", "src/._a.c", false],
    ["expansion", "*/._a*", "src/._a.c", true],
  ] as const)("%s %j on %j: %s", (syntax, pattern, content, expected) => {
    expect(match(syntax, pattern, content)).toBe(expected)
  })

  it("does not know a pattern that refers to a group, or is none", () => {
    expect(match("basic", "\\(a\\)\\1", "aa")).toBeUndefined()
    expect(match("extended", "a(", "a")).toBeUndefined()
  })

  it("ends in time linear in the content for a pattern that is made to last", () => {
    expect(match("extended", "(a*)*(a|aa)*b", "a".repeat(100_000))).toBe(false)
  })

  it("answers as grep does", () => {
    expect(spawnSync("grep", ["--version"]).status, "grep is on this machine").toBe(0)
    const piece = fc.constantFrom(
      "a",
      "b",
      "1",
      ".",
      "*",
      "[ab]",
      "[^a]",
      "[[:digit:]]",
      "^",
      "$",
      "\\(",
      "\\)",
      "\\{2\\}",
      "+",
      "?",
      "|",
      "#",
      "\\|",
    )
    const content = fc.string({ unit: fc.constantFrom("a", "b", "1", "#", "\n", "+", "|", "\x80"), maxLength: 12 })
    fc.assert(
      fc.property(
        fc.constantFrom("basic" as const, "extended" as const),
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        content,
        (syntax, pieces, text) => {
          const pattern = pieces.join("")
          fc.pre(!/(?:[$^(|]|^)\\?[*+?{]/.test(pattern)) // what POSIX leaves undefined: a repetition of an anchor or of nothing
          const ours = match(syntax, pattern, text)
          const { status } = spawnSync("grep", [syntax === "basic" ? "-aqG" : "-aqE", "-e", pattern], {
            input: Buffer.from(text, "latin1"),
            env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
          })
          fc.pre(status !== 2 && ours !== undefined)
          expect({ pattern, syntax, text, matches: ours }).toEqual({ pattern, syntax, text, matches: status === 0 })
        },
      ),
      { numRuns: 200 },
    )
  })
})
