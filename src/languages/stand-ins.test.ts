import { expect, test } from "vitest"
import { analysed } from "../../test/fixtures/languages.ts"
import { spelledPaths } from "../model/secret.ts"
import { cargoConfig } from "./cargo-manifest/index.ts"
import { cmake } from "./cmake/index.ts"
import type { Language } from "./language.ts"
import { make } from "./make/index.ts"
import { mesonMachine } from "./meson-machine/index.ts"

const files = ["build/through.sh", "build/link.py", "tool/wrap", "gcc.c"]

async function standing(language: Language, path: string, text: string): Promise<readonly string[]> {
  const { acts } = await analysed(language, text, { path, files })
  const told = acts.flatMap((act) =>
    act.kind === "runs" && act.standsFor !== undefined
      ? [`${act.at.lines[0]} ${act.standsFor} ${spelledPaths(act.what).join("|")}${act.asked === undefined ? "" : ` ${act.asked}`}`]
      : [],
  )
  return [...new Set(told)]
}

test.each<[string, Language, string, string, readonly string[]]>([
  [
    "a launcher",
    cmake,
    "CMakeLists.txt",
    `foreach(l C CXX)\n  set(CMAKE_\${l}_COMPILER_LAUNCHER "\${PROJECT_SOURCE_DIR}/build/through.sh")\nendforeach()\n`,
    ["2 CMAKE_C_COMPILER_LAUNCHER ./build/through.sh", "2 CMAKE_CXX_COMPILER_LAUNCHER ./build/through.sh"],
  ],
  [
    "a launcher behind an interpreter",
    cmake,
    "CMakeLists.txt",
    `set(CMAKE_CXX_LINKER_LAUNCHER \${CMAKE_COMMAND} -E env A=1 python3 -S build/link.py --quiet)\n`,
    ["1 CMAKE_CXX_LINKER_LAUNCHER build/link.py"],
  ],
  [
    "a property of all rules",
    cmake,
    "CMakeLists.txt",
    'set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "tool/wrap -v")\nset_target_properties(a PROPERTIES C_COMPILER_LAUNCHER ./tool/wrap)\n',
    ["1 RULE_LAUNCH_LINK tool/wrap", "2 C_COMPILER_LAUNCHER ./tool/wrap"],
  ],
  [
    "a rule of its own",
    cmake,
    "cmake/x.cmake",
    `set(CMAKE_C_COMPILE_OBJECT "sh \${CMAKE_SOURCE_DIR}/build/through.sh <CMAKE_C_COMPILER> <FLAGS> -c <SOURCE>")\n`,
    ["1 CMAKE_C_COMPILE_OBJECT ../build/through.sh"],
  ],
  [
    "one that somebody asks for",
    cmake,
    "CMakeLists.txt",
    "option(WRAP help OFF)\nif(WRAP)\n  set(CMAKE_C_COMPILER tool/wrap)\nendif()\n",
    ["3 CMAKE_C_COMPILER tool/wrap -DWRAP"],
  ],
  ["a cache that the system has", cmake, "CMakeLists.txt", `find_program(C ccache)\nset(CMAKE_C_COMPILER_LAUNCHER \${C})\n`, []],
  ["a compiler of the system", cmake, "x.cmake", "set(CMAKE_C_COMPILER /opt/tool/wrap)\nset(CMAKE_AR gcc-ar)\nset(WRAP tool/wrap)\n", []],
  [
    "a variable of make",
    make,
    "Makefile",
    "T = $(srcdir)/build\nCC = $(T)/through.sh gcc\nall:\n\t$(CC) a.c\n",
    ["2 CC ./build/through.sh"],
  ],
  [
    "what is behind a cache",
    make,
    "Makefile",
    "export RUSTC_WRAPPER := tool/wrap\nLD = ccache sh build/through.sh ld\n",
    ["1 RUSTC_WRAPPER tool/wrap", "2 LD build/through.sh"],
  ],
  ["one of several", make, "Makefile", "CXX = g++\nifdef FAST\nCXX = ./tool/wrap g++\nendif\n", ["3 CXX ./tool/wrap"]],
  ["flags of Go", make, "Makefile", "export GOFLAGS = -trimpath -toolexec=./tool/wrap\n", ["1 GOFLAGS ./tool/wrap"]],
  [
    "compilers with files among their flags",
    make,
    "Makefile",
    "CC = gcc -include build/through.sh\nCXX = $(CROSS)g++\nGOFLAGS = -trimpath\n",
    [],
  ],
  [
    "a configuration of cargo",
    cargoConfig,
    ".cargo/config.toml",
    '[build]\nrustc-wrapper = "tool/wrap"\nrustflags = ["-Clinker=./build/link.py"]\n[target.\'cfg(unix)\']\nlinker = "tool/wrap2"\nrunner = ["sh", "tool/wrap3"]\n[env]\nCC = { value = "tool/wrap4", relative = true }\n',
    [
      "2 build.rustc-wrapper tool/wrap",
      "3 build.rustflags linker ./build/link.py",
      "5 target.cfg(unix).linker tool/wrap2",
      "6 target.cfg(unix).runner tool/wrap3",
      "8 env.CC tool/wrap4",
    ],
  ],
  [
    "programs of the system",
    cargoConfig,
    ".cargo/config",
    '[build]\nrustc-wrapper = "sccache"\n[target.x]\nlinker = "/usr/bin/ld"\nrunner = 7\n',
    [],
  ],
  [
    "a machine of Meson",
    mesonMachine,
    "native.ini",
    "[constants]\nc = 'tool/wrap'\n[binaries]\nc = ['ccache', '@DIRNAME@/build/through.sh', 'gcc'] # tool/wrap\ncpp = 'g++'\npkgconfig = 'tool/wrap'\n",
    ["4 c ./build/through.sh"],
  ],
])("%s", async (_, language, path, text, expected) => {
  expect(await standing(language, path, text)).toEqual(expected)
})

test("files that tell Meson of a machine are known by their first section or their name", () => {
  const claimed = (path: string, first: string): boolean => mesonMachine.claims(path, first)
  expect([claimed("a/arm.txt", "[binaries]"), claimed("cross-file.ini", "# for arm"), claimed("a.ini", "[other]")]).toEqual([
    true,
    true,
    false,
  ])
  expect([cargoConfig.claims(".cargo/config.toml", ""), cargoConfig.claims("cargo/config.toml", "")]).toEqual([true, false])
})
