import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { meson } from "./index.ts"

const run = (of: string, options: Parameters<typeof analysed>[2] = {}) => analysed(meson, of, { path: "meson.build", ...options })
const shellOf = async (of: string): Promise<readonly string[]> => (await run(of)).handed.map((one) => one.text)

describe("meson", () => {
  it.each(["meson.build", "a/meson.build", "meson_options.txt", "meson.options"])("claims %s", (path) =>
    expect(meson.claims(path, "")).toBe(true),
  )

  it.each([
    ["v = 'a' + 'b'", "ab"],
    ["v = 'a\\x62\\n\\'c'", "ab\n'c"],
    ["v = '''a\\n'b'''", "a\\n'b"],
    ["x = 'y'\nv = f'a@x@'", "ay"],
    ["v = '@1@-@0@'.format('a', 2)", "2-a"],
    ["v = '-'.join(['a', 'b'])", "a-b"],
    ["v = 'abcb'.replace('b', 'x')", "axcx"],
    ["v = 'a b c'.split()[1]", "b"],
    ["v = 'a,b'.split(',')[-1]", "b"],
    ["v = ' a '.strip() + 'B'.to_lower() + 'a-b'.underscorify() + 'abcd'.substring(1, 3)", "aba_bbc"],
    ["v = 'a' / 'b'", "a/b"],
    ["v = join_paths('a', 'b')", "a/b"],
    ["d = {'k': 'w'}\nv = d['k'] + d.get('z', 'q')", "wq"],
    ["v = ''\nforeach i : ['a', 'b']\n  v += i\nendforeach", "ab"],
    ["v = ''\nforeach k, w : {'a': 'b'}\n  v += k + w\nendforeach", "ab"],
    ["set_variable('v', 'z')", "z"],
    ["l = ['a']\nl += ['b', 'c']\nv = ' '.join(l)", "a b c"],
    ["v = 'a' + \\\n  'b' # 'c'", "ab"],
  ])("computes %j", async (lines, made) => {
    const { acts } = await run(`${lines}\nconfigure_file(input: 'i', output: v)\n`)
    expect(acts.at(-1)).toMatchObject({ kind: "writes", path: text(made) })
  })

  it("hands programs over that run while it configures, and gives what they print to others", async () => {
    const of =
      "data = import('fs').read('tests/a.bin')\nr = run_command('sh', '-c', data)\nrun_command(\n  find_program('bash'), '-c', r.stdout().strip())\n"
    const { handed } = await run(of, { prints: () => text(" it's\n") })
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      [expect.stringMatching(/^sh -c ''"\$\{held\d+\}"''$/), 2],
      ["bash -c 'it'\\''s'", 3],
    ])
    expect([...(handed[0]?.variables.values() ?? [])]).toMatchObject([{ kind: "file", path: text("tests/a.bin") }])
  })

  it("keeps the places of a text of several lines that a shell is given", async () => {
    const { handed } = await run("run_command('sh', '-c', '''\na=b\neval $a\n''', check: true)\n")
    expect(handed.map((one) => one.text)).toEqual(["(\n\na=b\neval $a\n\n)"])
    expect(handed[0]?.lines.slice(2, 4)).toEqual([2, 3])
  })

  it("puts inputs and outputs into commands of the build", async () => {
    const of =
      "custom_target('n', input: ['a', 'b'], output: 'c', command: ['x', '@INPUT@', '-o@OUTPUT@', '@INPUT1@'])\ncustom_target('m', input: 'i', output: 'o', command: 'y', feed: true, capture: true)\n"
    expect(await shellOf(of)).toEqual(["x a b -oc b", "y < i > o"])
  })

  it("takes each branch as possible", async () => {
    const { handed, acts } = await run(
      "l = []\nif a\n  p = 'x'\n  l += 'a.c'\nelif b\n  p = 'y'\n  l += 'b.c'\nendif\nrun_command(p)\nexecutable('e', l)\n",
    )
    expect([...(handed[0]?.variables.values() ?? [])]).toEqual([{ kind: "either", of: [text("x"), text("y")] }])
    expect(acts.map((act) => act.kind === "runs" && act.what)).toEqual([text("a.c"), text("b.c")])
  })

  it("keeps the program of a probe, and says what is compiled, linked and read", async () => {
    const of =
      "cc = meson.get_compiler('cpp')\nif cc.compiles('''\nint a;\n.''', name: 'n')\nendif\nlibrary('l', 'a.c', objects: 'o.o', link_args: ['-lz', 'z.a'])\nsubdir('s')\nmeson.add_install_script('sh', 'i.sh')\n"
    const { probes, acts, handed } = await run(of)
    expect(probes).toMatchObject([{ language: "c++", text: "\nint a;\n.", at: { lines: [2, 4] } }])
    expect(acts.map((act) => act.kind === "runs" && [act.as, act.what, act.at.lines[0]])).toEqual([
      ["source", text("a.c"), 6],
      ["object", text("o.o"), 6],
      ["object", text("z.a"), 6],
      ["module", text("s/meson.build"), 7],
    ])
    expect(handed.map((one) => one.text)).toEqual(["sh i.sh"])
  })
})

describe("hostile Meson", () => {
  it.each([
    ["doubles", `v = 'xxxxxxxx'\n${"v = v + v\n".repeat(60)}`],
    ["doubles as a list", `v = ['x']\n${"v = v + v\n".repeat(60)}`],
    ["nests", `v = ${"[".repeat(5000)}`],
    ["nests in branches", "if a\n".repeat(5000)],
    ["chains", `v = a${".b()".repeat(5000)}`],
    ["alternates", `v = a${" + a - a".repeat(5000)}`],
    ["loops in loops", `${Array.from({ length: 8 }, (_, i) => `foreach i${i} : [${"'x',".repeat(60)}]\n`).join("")}b = c\n`],
    ["is no statement", "v = 'a'\n) b\nw = 'c'\n"],
    ["is never closed", "v = 'a"],
  ])("what %s is given up with a word", async (_, of) => {
    expect((await run(of)).blind.length).toBeGreaterThan(0)
  })

  it("adds a long sum without calling itself", async () => {
    expect((await run(`v = ${"'a' + ".repeat(20_000)}'b'\nrun_command(v)\n`)).handed[0]?.text).toHaveLength(20_001)
  })

  it("goes on behind a line that is no statement", async () => {
    expect(await shellOf("x = ) b\nrun_command('a')\n")).toEqual(["a"])
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "run_command(",
      ")",
      "(",
      "[",
      "]",
      "{",
      "}",
      "'",
      "'''",
      "f'",
      "@a@",
      ":",
      ",",
      ".",
      "a",
      "if ",
      "elif ",
      "else",
      "endif",
      "foreach ",
      "endforeach",
      "=",
      "+=",
      "\n",
      " ",
      "#",
      "not ",
      " in ",
      "?",
      "1",
      "\u4567",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), async (words) => {
        const of = words.join("")
        const found = await run(of)
        const lines = [...found.handed.flatMap((one) => one.lines), ...[...found.blind, ...found.acts].flatMap(({ at }) => at.lines)]
        expect(lines.every((line) => line >= 1 && line <= of.split("\n").length)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("sees the same with comments between, and however a word is quoted", async () => {
    const comment = fc.constantFrom("", "# ) endif '\n", "\n \t", "\\\n")
    const quoted = (word: string) =>
      fc.constantFrom(`'${word}'`, `'''${word}'''`, `f'${word}'`, `'' + '${word}'`, `'${word.replace("a", "\\x61")}'`)
    await fc.assert(
      fc.asyncProperty(comment, quoted("cat"), comment, quoted("tests/a"), comment, async (a, cat, b, path, c) => {
        expect(await shellOf(`run_command(${a}${cat},${b} ${path}${c})\n${a}`)).toEqual(["cat tests/a"])
      }),
    )
  })
})
