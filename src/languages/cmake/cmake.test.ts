// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of CMake
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { cmake } from "./index.ts"

const run = (of: string, options: Parameters<typeof analysed>[2] = {}) => analysed(cmake, of, { path: "CMakeLists.txt", ...options })
const shellOf = async (of: string): Promise<readonly string[]> => (await run(of)).handed.map((one) => one.text)

describe("cmake", () => {
  it.each(["CMakeLists.txt", "cmake/a.cmake", "b.cmake.in"])("claims %s", (path) => expect(cmake.claims(path, "")).toBe(true))
  it("leaves a header to be filled in to others", () => expect(cmake.claims("config.h.cmake", "")).toBe(false))

  it.each([
    ["set(V a)", "a"],
    ['set(V "a b" c)', "a b;c"],
    ["set(A V)\nset(${A} x)", "x"],
    ["set(N A)\nset(A y)\nset(V ${${N}})", "y"],
    ["set(V [=[a]]b]=])", "a]]b"],
    ['set(V "a\\\nb\\"\\n")', 'ab"\n'],
    ["string(REPLACE b x V abcb)", "axcx"],
    ['string(REGEX REPLACE "(a+)(.)" "\\\\2\\\\1" V aab)', "baa"],
    ["string(REGEX MATCH [0-9]+ V a12b)", "12"],
    ["string(SUBSTRING abcdef 1 3 V)", "bcd"],
    ["string(TOUPPER ab V)", "AB"],
    ["string(HEX ab V)", "6162"],
    ["string(ASCII 115 104 V)", "sh"],
    ["string(CONCAT V a b)", "ab"],
    ["string(JOIN - V a b)", "a-b"],
    ["set(V a)\nstring(APPEND V b)", "ab"],
    ['set(A x)\nstring(CONFIGURE "@A@y" V @ONLY)', "xy"],
    ["list(APPEND V a b)\nlist(APPEND V c)", "a;b;c"],
    ["set(L a b c)\nlist(GET L 1 V)", "b"],
    ["set(L a b)\nlist(JOIN L + V)", "a+b"],
    ["get_filename_component(V a/b.c.d NAME_WE)", "b"],
    ["get_filename_component(V a/b.c DIRECTORY)", "a"],
    ["function(f o)\nset(${o} ${ARGN} PARENT_SCOPE)\nendfunction()\nf(V 1 2)", "1;2"],
    ["macro(m o)\nset(${o} z)\nendmacro()\nm(V)", "z"],
    ['cmake_language(EVAL CODE "set(V e)")', "e"],
    ["cmake_language(CALL set V c)", "c"],
    ['set(V "")\nforeach(i a b)\nstring(APPEND V <${i}>)\nendforeach()', "<a><b>"],
    ['cmake_parse_arguments(P "F" "O" "M" F O 1 M 2 3)\nset(V ${P_F}${P_O}${P_M})', "TRUE12;3"],
  ])("computes %j", async (lines, made) => {
    const { acts } = await run(`${lines}\nfile(WRITE out "\${V}")\n`)
    expect(acts.at(-1)).toMatchObject({ kind: "writes", what: text(made) })
  })

  it("follows a file through hex, replacement and a file into a shell", async () => {
    const of = 'file(READ tests/a.bin D HEX)\nstring(REPLACE 00 "" D "${D}")\nfile(WRITE x.sh ${D})\nexecute_process(COMMAND sh x.sh)\n'
    const { acts, handed } = await run(of)
    const file = { kind: "file", path: text("tests/a.bin") }
    expect(acts).toMatchObject([
      {
        kind: "writes",
        path: text("x.sh"),
        what: { kind: "step", how: "edit", of: { kind: "step", how: "translate", of: file } },
        at: { lines: [3, 3] },
      },
    ])
    expect(handed).toMatchObject([{ language: "shell", text: "sh x.sh", lines: [4] }])
  })

  it("makes one line of processes that read each other, and gives what they print to a variable", async () => {
    const of =
      "execute_process(COMMAND cat a COMMAND tr x y INPUT_FILE b OUTPUT_FILE c OUTPUT_VARIABLE V)\nexecute_process(COMMAND sh -c ${V})\n"
    const { handed } = await run(of, { prints: (shell) => (shell.startsWith("cat") ? text("echo 'a'") : undefined) })
    expect(handed.map((one) => one.text)).toEqual(["cat a < b | tr x y > c", "sh -c 'echo '\\''a'\\'''"])
  })

  it("takes a variable of branches as each of them", async () => {
    const { handed } = await run("if(A)\nset(P sh)\nelse()\nset(P bash)\nendif()\nexecute_process(COMMAND ${P} x)\n")
    expect([...(handed[0]?.variables.values() ?? [])]).toEqual([{ kind: "either", of: [text("sh"), text("bash")] }])
  })

  it("hands commands of the build over, a shell's own signs where they are its own", async () => {
    expect(
      await shellOf(
        'add_custom_command(OUTPUT o COMMAND cat a | sh > b DEPENDS c COMMAND ${CMAKE_COMMAND} -E copy d e)\nadd_custom_target(t ALL f "|" g VERBATIM)\n',
      ),
    ).toEqual(["cat a | sh > b", "cp d e", "f '|' g"])
  })

  it("looks into functions that nothing calls", async () => {
    expect(await shellOf("function(f a)\nexecute_process(COMMAND ${a} x | y)\nendfunction()\n")).toHaveLength(1)
  })

  it("keeps the program of a probe", async () => {
    const { probes } = await run(
      'check_c_source_compiles("\n#include <a.h>\n." A)\ncheck_cxx_source_runs([[int b;]] B)\ntry_compile(C SOURCE_FROM_CONTENT x.c "int c;")\n',
    )
    expect(probes).toMatchObject([
      { language: "c", text: "\n#include <a.h>\n.", at: { lines: [1, 3] } },
      { language: "c++", text: "int b;", at: { lines: [4, 4] } },
      { language: "c", text: "int c;", at: { lines: [5, 5] } },
    ])
  })

  it("says what is fetched, read, compiled, linked and unpacked", async () => {
    const of =
      "FetchContent_Declare(a URL https://example.org/a.tgz)\nfile(DOWNLOAD https://example.org/b b)\ninclude(x/y.cmake)\nadd_subdirectory(z)\nadd_library(l a.c b.o)\ntarget_link_libraries(l PRIVATE ./c.a m)\nfile(ARCHIVE_EXTRACT INPUT d.tar DESTINATION e)\nfile(GLOB G tests/*.bin)\nfile(COPY ${G} DESTINATION f)\n"
    const { acts } = await run(of)
    expect(acts.map((act) => [act.kind, act.kind === "runs" ? act.as : "", act.at.lines[0]])).toEqual([
      ["connects", "", 1],
      ["runs", "module", 1],
      ["connects", "", 2],
      ["writes", "", 2],
      ["runs", "module", 3],
      ["runs", "module", 4],
      ["runs", "source", 5],
      ["runs", "object", 5],
      ["runs", "object", 6],
      ["writes", "", 7],
      ["writes", "", 9],
    ])
    expect(acts.at(-1)).toMatchObject({ what: { kind: "file", path: { kind: "names", search: { by: "name" } } } })
  })
})

describe("hostile CMake", () => {
  it.each([
    ["calls itself", "function(f)\nf()\nendfunction()\nf()\n"],
    ["evaluates itself", 'set(c [[cmake_language(EVAL CODE "${c}")]])\ncmake_language(EVAL CODE "${c}")\n'],
    ["doubles", `set(v xxxxxxxx)\n${"set(v ${v}${v})\n".repeat(40)}`],
    ["nests", `${"if(a)\n".repeat(200)}set(b c)\n`],
    ["loops in loops", `${Array.from({ length: 8 }, (_, i) => `foreach(i${i} ${"x;".repeat(60)})\n`).join("")}set(b c)\n`],
    ["is no command", "set(a b)\n!!\nset(c d)\n"],
    ["is never closed", "set(a b"],
  ])("what %s is given up with a word", async (_, of) => {
    expect((await run(of)).blind.length).toBeGreaterThan(0)
  })

  it("reads text of any kind, and places nothing outside it", async () => {
    const parts = [
      "set(",
      ")",
      "(",
      '"',
      "[[",
      "]]",
      "#",
      "#[[",
      "${",
      "}",
      "$<",
      ">",
      "\n",
      " ",
      ";",
      "\\",
      "if(",
      "endif()",
      "foreach(",
      "endforeach()",
      "function(",
      "endfunction()",
      "a",
      "execute_process(",
      "COMMAND ",
      "\u3456",
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
    const comment = fc.constantFrom("", '# ) endif() "\n', "#[[ ) endfunction( ]]", "\n\t ")
    const quoted = (word: string) => fc.constantFrom(word, `"${word}"`, `[[${word}]]`, `[==[${word}]==]`)
    const words = fc.tuple(comment, quoted("cat"), comment, quoted("tests/a"), comment, quoted("x;y"), comment)
    await fc.assert(
      fc.asyncProperty(words, async ([a, cat, b, path, c, list, d]) => {
        const of = `set(L ${a} ${list} ${d})\n${b}execute_process(COMMAND ${a} ${cat} ${b} ${path} ${c} \${L} ${d})\n${c}`
        expect(await shellOf(of)).toEqual(["cat tests/a x y"])
      }),
    )
  })
})
