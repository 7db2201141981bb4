import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { translit } from "./builtins.ts"
import { m4 } from "./index.ts"

const lineOf = (found: Awaited<ReturnType<typeof analysed>>, part: string): number | undefined => {
  for (const { text: of, lines } of found.handed) {
    const index = of.split("\n").findIndex((line) => line.includes(part))
    if (index !== -1) return lines[index]
  }
  return undefined
}
const shellOf = async (of: string): Promise<string> => (await analysed(m4, of)).handed.map((one) => one.text).join("\n====\n")

describe("m4", () => {
  it.each(["configure.ac", "configure.in", "m4/libtool.m4", "aclocal.m4", "a/acinclude.m4", "build/x.m4sh"])("claims %s", (path) => {
    expect(m4.claims(path, "")).toBe(true)
  })

  it("hands a macro's body over as text of a shell, each line with its own place", async () => {
    const found = await analysed(m4, "dnl a\nAC_DEFUN([X_Y],\n[\n  a=`find .`\n  dnl gone\n  eval $a\n])\n")
    expect(found.handed.at(-1)?.text).toContain("a=`find .`")
    expect([lineOf(found, "a=`find"), lineOf(found, "eval $a")]).toEqual([4, 6])
    expect(found.handed.at(-1)?.text).not.toContain("gone")
  })

  it("gives an argument that nobody states the same name wherever it is part of a variable's", async () => {
    const shell = await shellOf("AC_DEFUN([A_B], [\n x_[$1]_y='cut -c1'\n eval $x_[$1]_y \"$1\" \n [$1]=a\n echo $$1\n])")
    expect(shell).toContain("x_argument1_y='cut -c1'")
    expect(shell).toContain('eval $x_argument1_y "$1"')
    expect(shell).toContain("argument1=a")
    expect(shell).toContain("echo $argument1")
  })

  it("puts the arguments of a call into the body", async () => {
    const shell = await shellOf("AC_DEFUN([A_RUN], [$1 $2 | sh])\nAC_INIT([a],[1])\nA_RUN([cat], [tests/a.bin])\n")
    expect(shell).toContain("cat tests/a.bin | sh")
  })

  it("runs commands of config.status after the rest, their variables first", async () => {
    const shell = await shellOf("AC_INIT([a],[1])\nAC_CONFIG_COMMANDS([x], [eval $c | sh], [c=$d])\nd=1\n")
    expect(shell.indexOf("d=1")).toBeLessThan(shell.indexOf("c=$d"))
    expect(shell.indexOf("c=$d")).toBeLessThan(shell.indexOf("eval $c | sh"))
  })

  it("expands what single quotes hold in the variables of config.status, as the here-document does that they go through", async () => {
    const shell = await shellOf("AC_INIT([a],[1])\nAC_CONFIG_COMMANDS([x], [cat $c], [c='$d' e='f'])\n")
    expect(shell).toContain(`c="$d" e='f'`)
  })

  it("expands a required macro before what requires it, once", async () => {
    const shell = await shellOf("AC_DEFUN([X_A],[AC_REQUIRE([X_B])dnl\nAC_REQUIRE([X_B])\nuse=$b\n])\nAC_DEFUN([X_B],[b=1;\n])")
    expect(shell.match(/b=1;/g)).toHaveLength(1)
    expect(shell.indexOf("b=1;")).toBeLessThan(shell.indexOf("use=$b"))
  })

  it.each([
    ["m4_translit([abc], [a-c], [x-z])", "xyz"],
    ["m4_translit([abc], [c-a], [x-z])", "zyx"],
    ["m4_bpatsubst([a.b.c], [\\.], [-])", "a-b-c"],
    ["m4_bpatsubst([foo-12], [\\([a-z]*\\)-\\([0-9]*\\)], [\\2\\1])", "12foo"],
    ["m4_toupper([ab])", "AB"],
    ["m4_if([a], [a], [yes], [no])", "yes"],
    ["m4_if([a], [b], [yes], [no])", "no"],
    ["m4_indir([m4_translit], [ba], [b], [s])", "sa"],
    ["m4_foreach_w([i], [a b], [<i>])", "<a>\n<b>"],
    ["@S|@x@%:@", "$x#"],
  ])("computes %s", async (of, made) => {
    expect(await shellOf(`AC_INIT([a],[1])\nv="${of}"\n`)).toContain(`v="${made}"`)
  })

  it("goes on after changequote", async () => {
    expect(await shellOf("changequote(<<, >>)dnl\ndefine(<<A_B>>, <<x[$1]>>)dnl\nchangequote([, ])dnl\nA_B([2]) | sh\n")).toContain(
      "x2 | sh",
    )
  })

  it("has commands that run while m4 does analysed at once, and reads what they print", async () => {
    const of = "AC_INIT([a],[1])\nm4_esyscmd([cat tests/a.bin | tr a b])\n"
    const found = await analysed(m4, of, { prints: (shell) => (shell.startsWith("cat tests") ? text("echo printed") : undefined) })
    expect(found.handed.map((one) => one.text).join("\n")).toContain("echo printed")
    const path = { kind: "file", path: text("a"), at: { path: "file", lines: [2, 2] } } as const
    expect((await analysed(m4, of, { prints: () => path })).acts).toMatchObject([{ kind: "runs", as: "text", what: path }])
  })

  it("holds a value that is no constant in a variable of its own, also between single quotes", async () => {
    const found = await analysed(m4, "AC_INIT([a],[1])\nx='a m4_esyscmd([date])'\n")
    const shell = found.handed.at(-1)
    expect(shell?.text).toMatch(/x='a '"\$\{held\d+\}"''/)
    expect([...(shell?.variables ?? [])].filter(([name]) => name.startsWith("held"))).toHaveLength(1)
  })

  it("makes shell text of what nests: AS_IF, AS_CASE, AC_CACHE_CHECK, AC_ARG_ENABLE", async () => {
    const of =
      "AC_ARG_ENABLE([a-b], [h], [AS_IF([test x], [AS_CASE([$y], [z*], [one | sh], [two])])], [AC_CACHE_CHECK([m], [v], [v=`three`])])"
    const shell = await shellOf(`AC_INIT([a],[1])\n${of}\n`)
    for (const part of ["enableval=$enable_a_b", "if test x; then", "case $y in", "z*) :", "one | sh", "v=`three`", "esac"])
      expect(shell).toContain(part)
  })

  it("looks at each argument of a macro that it does not know", async () => {
    const shell = await shellOf("AC_INIT([a],[1])\nMY_OWN_THING([name], [cat a | sh], [b=1])\nv=`MY_OTHER([cat c | sh])`\n")
    for (const part of ["cat a | sh", "b=1", "cat c | sh"]) expect(shell).toContain(part)
  })

  it("keeps the program of a probe, with its place and its language", async () => {
    const of =
      "AC_INIT([a],[1])\nAC_LANG([C++])\nAC_COMPILE_IFELSE(\n [AC_LANG_PROGRAM([[#include <x.h>]],\n [[int a[3];\n.]])], [x=1], [x=0])\nAC_TRY_LINK([#include <y.h>], [f();], [z=1])"
    const { probes = [], handed } = await analysed(m4, of)
    expect(probes.map(({ language, at }) => [language, at.lines[0]])).toEqual([
      ["c++", 4],
      ["c++", 7],
    ])
    expect(probes[0]?.text).toMatch(/#include <x\.h>\nint\nmain \(void\)\n\{\nint a\[3\];\n\./)
    expect(handed.at(-1)?.text).toContain("x=1")
    expect(handed.at(-1)?.text).not.toContain("#include")
  })

  it.each([
    ["AC_PATH_PROG([SCANNER], [scan])", 'SCANNER="scan"'],
    ["AC_PATH_PROG(SCANNER, scan)", 'SCANNER="scan"'],
    ["AC_SUBST([SCANNER], [$x])", "SCANNER=$x"],
  ])("does not take the name of a variable for a macro that is defined elsewhere: %s", async (of, expected) => {
    expect(await shellOf(`AC_INIT([a],[1])\n${of}\n`)).toContain(expected)
  })

  it("takes what AC_LANG_CONFTEST only writes for the preprocessor, where it has no sign of a program (X.Org)", async () => {
    const of = async (program: string): Promise<unknown> =>
      (await analysed(m4, `AC_INIT([a],[1])\nAC_LANG_CONFTEST([AC_LANG_SOURCE([[${program}]])])\n`)).probes?.map(
        (one) => one.isPreprocessed === true,
      )
    expect(await of("Does cpp redefine unix ?")).toEqual([true])
    expect(await of("int main(void) { return 0; }")).toEqual([false])
  })

  it("tells a probe of a macro that is required, and takes arguments (ncurses)", async () => {
    const of = async (call: string): Promise<unknown> =>
      (await analysed(m4, `AC_DEFUN([A_B], [AC_TRY_LINK([],\n  [$1 = 2])])\nAC_INIT([a],[1])\n${call}\n`)).probes?.map(
        ({ lacksArguments }) => lacksArguments === true,
      )
    expect(await of("A_B([environ])")).toEqual([false])
    expect(await of("AC_REQUIRE([A_B])")).toEqual([true])
    const whole = "AC_DEFUN([A_C], [AC_TRY_LINK([], [a = ;], [$1], [$2])])\nAC_INIT([a],[1])\nA_C\n"
    expect((await analysed(m4, whole)).probes?.map(({ lacksArguments }) => lacksArguments === true)).toEqual([false])
  })

  it("names the programs of AC_PATH_PROG", async () => {
    expect(await shellOf("AC_INIT([a],[1])\nAC_PATH_PROGS([X], [xz lzma], [false])\n")).toMatch(/X="xz"[\s\S]*X="lzma"[\s\S]*X="false"/)
  })

  it("says what config.status writes, and what is included", async () => {
    const { acts } = await analysed(
      m4,
      "AC_INIT([a],[1])\nAC_CONFIG_FILES([Makefile b:c.in])\nAC_CONFIG_LINKS([d:e])\nm4_include([f.m4])\n",
    )
    expect(acts.map((act) => [act.kind, act.at.lines[0], "path" in act ? act.path : "what" in act ? act.what : 0])).toEqual([
      ["writes", 2, text("Makefile")],
      ["writes", 2, text("b")],
      ["writes", 3, text("d")],
      ["runs", 4, text("f.m4")],
    ])
  })

  it("reads plain m4 in its own quotes, also where a comment makes it look like Autoconf's", async () => {
    const found = await analysed(m4, "# AC_INIT\ndefine(`a', `syscmd(`cat $1 | sh')')a(`x.bin')\n")
    expect(found.handed.map((one) => one.text)).toContain("cat x.bin | sh")
  })
})

describe("hostile m4", () => {
  it.each([
    ["cyclic", "m4_define([X_A], [X_B])m4_define([X_B], [X_A])X_A"],
    [
      "doubling",
      `m4_define([X_0], [a])${Array.from({ length: 40 }, (_, i) => `m4_define([X_${i + 1}], [X_${i} X_${i}])`).join("")}AC_INIT X_40`,
    ],
  ])("gives up on %s definitions, and says so", async (_, of) => {
    expect((await analysed(m4, of)).blind.length).toBeGreaterThan(0)
  })

  it("gives up on what nests too deep, and says so", async () => {
    const found = await analysed(m4, `${"AS_IF([a], [".repeat(500)}b${"])".repeat(500)}`)
    expect(found.blind.some(({ why }) => why.includes("deeper"))).toBe(true)
  })

  it("does not hang on a pattern that backtracks", async () => {
    await analysed(m4, `AC_INIT([a])\nm4_bpatsubst([${"a".repeat(5000)}b], [a*a*a*a*a*c], [x])m4_bpatsubst([aaa], [\\(a*\\)*b], [x])`)
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const word = fc.constantFrom(
      "[",
      "]",
      "(",
      ")",
      ",",
      "dnl ",
      "\n",
      "AC_DEFUN",
      "m4_define",
      "changequote",
      "$1",
      "a",
      "#",
      "AS_IF",
      "'",
      "`",
      "m4_translit",
      "\u1234",
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 60 }), async (words) => {
        const of = words.join("")
        const found = await analysed(m4, of)
        const last = of.split("\n").length
        const lines = [...found.handed.flatMap((one) => one.lines), ...found.blind.flatMap(({ at }) => at.lines)]
        expect(lines.every((line) => line >= 1 && line <= last)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("sees the same with comments between the lines", async () => {
    const lines = ["AC_INIT([a],[1])", "AS_IF([test a], [b | sh])", "AC_CONFIG_COMMANDS([c], [eval $d], [d=e])", "f=`g`"]
    const plain = (await shellOf(lines.join("\n"))).replace(/\s+/g, " ")
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), async (where) => {
        const more = lines.flatMap((line, index) => (where.includes(index) ? [line, "dnl ])} ' \" AC_DEFUN([AS_IF], ["] : [line]))
        expect((await shellOf(more.join("\n"))).replace(/\s+/g, " ")).toBe(plain)
      }),
    )
  })

  it("translates as tr does, for single characters", () => {
    fc.assert(
      fc.property(fc.string(), (of) => {
        expect(translit(translit(of, "ab", "ba"), "ab", "ba")).toBe(of)
      }),
    )
  })
})
