import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { make } from "./index.ts"

const recipesOf = async (of: string, path = "Makefile"): Promise<readonly string[]> =>
  (await analysed(make, of, { path })).handed.map((one) => one.text)

describe("make", () => {
  it.each(["Makefile", "a/GNUmakefile", "makefile", "Makefile.am", "Makefile.in", "x.mk", "x.mak", "debian/rules"])("claims %s", (path) => {
    expect(make.claims(path, "")).toBe(true)
  })
  it.each(["Makefile.PL", "Makefile.py", "makefile.md", "a.c"])("leaves %s to others", (path) => expect(make.claims(path, "")).toBe(false))

  it("hands each line of a recipe over, with its place and without its prefix", async () => {
    const { handed } = await analysed(make, "# c\nall: a\n\t@echo x\n\n\t-+ cat a \\\n\t  b\n# c\n\techo $$HOME\n")
    expect(handed.map((one) => [one.text, one.lines])).toEqual([
      ["echo x", [3]],
      ["cat a \\\n  b", [5, 6]],
      ["echo $HOME", [8]],
    ])
  })

  it.each([
    ["A=b", "$(A)", "b"],
    ["A = $(B)\nB = c", `\${A}`, "c"],
    ["B = x\nA := $(B)\nB = c", "$A", "x"],
    ["A = a\nA += b", "$(A)", "a b"],
    ["A = a\nA ?= b", "$(A)", "a"],
    ["A = 1\\\n  2 # c", "$(A)", "1 2"],
    ["N = X\nX = y", "$($(N))", "y"],
    ["", "$(subst ee,EE,feet)", "fEEt"],
    ["", "$(patsubst %.c,%.o,a.c b.h)", "a.o b.h"],
    ["F = a.c b.c", "$(F:.c=.o)", "a.o b.o"],
    ["F = a.c b.c", "$(F:%.c=x-%.o)", "x-a.o x-b.o"],
    ["", "$(filter %.c,a.c b.h)", "a.c"],
    ["", "$(filter-out %.c,a.c b.h)", "b.h"],
    ["", "$(sort b a b)", "a b"],
    ["", "$(word 2,a b c)", "b"],
    ["", "$(notdir a/b.c) $(dir a/b.c) $(basename a/b.c) $(suffix a/b.c)", "b.c a/ a/b .c"],
    ["", "$(addprefix x,a b) $(addsuffix y,a) $(join a b,c d)", "xa xb ay ac bd"],
    ["", "$(foreach i,a b,<$(i)>)", "<a> <b>"],
    ["f = $(2)-$(1)", "$(call f,a,b)", "b-a"],
    ["", "$(if x,y,z)$(if ,y,z)$(or ,b,c)$(and a,b)", "yzbb"],
    ["$(eval A = made)", "$(A)", "made"],
    ["define A =\n$(B) $(B)\nendef\nB = 1", "$(A)", "1 1"],
    ["define f\nA-$(1) = $(2)\nendef\n$(eval $(call f,x,y))", "$(A-x)", "y"],
  ])("computes %j: %s", async (lines, reference, made) => {
    expect(await recipesOf(`${lines}\nall:\n\techo ${reference}\n`)).toEqual([`echo ${made}`])
  })

  it("knows automatic variables", async () => {
    expect(await recipesOf("a/b.x: c.y d.y | e\n\trun $@ $< $^ $(@D) $(@F) $|\n")).toEqual(["run a/b.x c.y c.y d.y a b.x e"])
    const { handed } = await analysed(make, "%.o: %.c\n\tcc -o $@ '$<'\n")
    expect(handed[0]?.text).toMatch(/^cc -o \$\{(held\d+)\}\.o ''"\$\{\1\}"'\.c'$/)
  })

  it("gives what `$(shell)` and != print to what uses them", async () => {
    const of = "A = $(shell cat tests/x | tr a b)\nB != date\nall:\n\teval $(A) $(B)\n"
    const value = { kind: "file", path: text("x"), at: { path: "file", lines: [1, 1] } } as const
    const { handed } = await analysed(make, of, { prints: (shell) => (shell.startsWith("cat") ? value : text("now\n")) })
    expect(handed.map((one) => one.text)).toEqual(["date", "cat tests/x | tr a b", expect.stringMatching(/^eval \$\{held\d+\} now/)])
    expect([...(handed[2]?.variables.values() ?? [])]).toEqual([value])
  })

  it("looks at what nothing refers to", async () => {
    expect(await recipesOf("A = $(shell cat x | sh)\n")).toEqual(["cat x | sh"])
  })

  it("takes each branch of a conditional as possible", async () => {
    const { handed } = await analysed(make, "ifdef X\nA = a\nelse\nA = b\nendif\nall:\n\t$(A)\nifdef Y\n\tsecond\nendif\n")
    expect([...(handed[0]?.variables.values() ?? [])]).toEqual([{ kind: "either", of: [text("a"), text("b")] }])
    expect(handed[1]?.text).toBe("second")
  })

  it("joins a recipe under .ONESHELL, and gives it to the interpreter that SHELL names", async () => {
    const { handed } = await analysed(make, ".ONESHELL:\nSHELL = /usr/bin/python3\nall:\n\timport os\n\tos.system('x')\n")
    expect(handed).toMatchObject([{ language: "python", text: "import os\nos.system('x')\n" }])
    const { acts } = await analysed(make, "SHELL = tests/data.bin\nall:\n\tx\n")
    expect(acts).toMatchObject([{ kind: "runs", as: "program", what: text("tests/data.bin") }])
  })

  it("places the lines of a canned recipe where they are written", async () => {
    const { handed } = await analysed(make, "define run\n\techo a\n\tcat $(1) | sh\nendef\nall:\n\t$(call run,x)\n")
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      ["echo a", 2],
      ["cat x | sh", 3],
    ])
  })

  it("says which objects are linked though nothing here makes them, and which makefiles are read", async () => {
    const of = "prog_SOURCES = a.c b.bin\nprog_LDADD = tests/x.o own.o a.o -lz\nown.o: y\n\tcc\n-include more.mk\nload ./z.so\n"
    const { acts } = await analysed(make, of, { path: "Makefile.am", files: ["a.c"] })
    expect(acts.map((act) => act.kind === "runs" && [act.as, act.what.kind === "text" && act.what.text, act.at.lines[0]])).toEqual([
      ["module", "more.mk", 5],
      ["object", "./z.so", 6],
      ["source", "a.c", 1],
      ["source", "b.bin", 1],
      ["object", "tests/x.o", 2],
    ])
  })

  it("takes what configure puts into a template as not known, and its own tools as they are", async () => {
    const { handed } = await analysed(make, "X = @X@\nSED = @SED@\nall:\n\t$(SED) @Y@ $(X)\n", { path: "Makefile.in" })
    expect(handed[0]?.text).toMatch(/^sed \$\{held\d+\} \$\{held\d+\}$/)
  })
})

describe("hostile makefiles", () => {
  it.each([
    ["refers to itself", "A = $(B)\nB = $(A)\nall:\n\t$(A)\n"],
    ["refers to itself through call", "f = $(call f,$(1)x)\nall:\n\t$(call f,a)\n"],
    ["doubles", `A0 = x x\n${Array.from({ length: 40 }, (_, i) => `A${i + 1} = $(A${i})$(A${i})\n`).join("")}all:\n\t$(A40)\n`],
    ["evaluates itself", "define f\n$(eval $(f))\nendef\n$(eval $(f))\n"],
    ["nests", `all:\n\t${"$(if x,".repeat(200)}a${")".repeat(200)}\n`],
    ["is never closed", "all:\n\t$(A\n"],
  ])("what %s is given up with a word", async (_, of) => {
    expect((await analysed(make, of)).blind.length).toBeGreaterThan(0)
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "$(",
      "${",
      ")",
      "}",
      "$",
      "$$",
      ":",
      "=",
      "\t",
      "\n",
      "\\\n",
      "define x",
      "endef",
      "A",
      " ",
      "#",
      "$(eval ",
      "$(call A,",
      "$(shell ",
      "ifdef A",
      "\u2345",
      "'",
      ";",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), async (words) => {
        const of = words.join("")
        const found = await analysed(make, of)
        const lines = [...found.handed.flatMap((one) => one.lines), ...[...found.blind, ...found.acts].flatMap(({ at }) => at.lines)]
        expect(lines.every((line) => line >= 1 && line <= of.split("\n").length)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("sees the same with comments between the lines", async () => {
    const lines = ["A = x$(B)", "B = y \\\n z", "ifdef Q", "C = $(A)", "endif", "all: a", "\techo $(C) \\\n\t| sh", "\tcat $@"]
    const plain = await recipesOf(lines.join("\n"))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(lines.length), { maxLength: 5 }), async (where) => {
        const more = lines.flatMap((line, index) => (where.includes(index) ? ["# A = $(shell x) endif )) '", line] : [line]))
        expect(await recipesOf(more.join("\n"))).toEqual(plain)
      }),
    )
  })
})
