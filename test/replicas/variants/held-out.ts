import { deflateSync, gzipSync } from "node:zlib"
import {
  crateFiles,
  folderOf,
  gemFiles,
  halves,
  moduleFiles,
  type Native,
  nameOf,
  python,
  rotated,
  script,
  setupFiles,
  written,
} from "./native.ts"
import { of, type Recipe } from "./recipes.ts"

/** Flows of the held-out variants alone. */
export const heldOutNatives = {
  extconf: {
    format: "gem",
    payload: written,
    encode: (payload) => rotated(deflateSync(payload), 128),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "ext/extconf.rb",
      shown: [`${one} = File`, "IO.popen("],
      files: {
        ...gemFiles(names),
        "ext/extconf.rb": `require "mkmf"\nrequire "zlib"\n\n${one} = File.binread(File.join(__dir__, "..", "${folderOf(path)}", Dir.children(File.join(__dir__, "..", "${folderOf(path)}")).grep(/\\A${nameOf(path).slice(0, 3)}/).fetch(0)))\n${two} = ${one}.byteslice(${at}, ${size}).bytes.map { |byte| (byte + 128) % 256 }.pack("C*")\nIO.popen(["sh", "-c", Zlib::Inflate.inflate(${two})]).close\ncreate_makefile("${names.project}")\n`,
        "ext/main.c": "void Init_main(void) { }\n",
      },
    }),
    honest: ({ names, words: [one, two] }) => ({
      ...gemFiles(names),
      "ext/extconf.rb": `require "mkmf"\n\n${one} = File.readlines(File.join(__dir__, "..", "src", "units.txt"), chomp: true)\n${two} = ${one}.map { |line| "#define " + line }\nFile.write("units.h", ${two}.join("\\n"))\ncreate_makefile("${names.project}")\n`,
      "ext/main.c": "void Init_main(void) { }\n",
    }),
  },
  cmakeInclude: {
    format: "tar.gz",
    payload: 'file(WRITE "MARKER" "")\n',
    encode: (payload) => rotated(payload, 128),
    write: ({ names, path, at, size, words: [one, two, three] }) => ({
      path: "CMakeLists.txt",
      shown: [`file(READ "${path}" ${one}`, "include("],
      files: {
        "CMakeLists.txt": `cmake_minimum_required(VERSION 3.20)\nproject(${names.project} C)\n\nfile(READ "${path}" ${one} OFFSET ${at} LIMIT ${size} HEX)\nstring(REGEX MATCHALL ".." ${two} "\${${one}}")\nset(${three} "")\nforeach(byte IN LISTS ${two})\n  math(EXPR code "0x\${byte} - 128")\n  string(ASCII \${code} letter)\n  string(APPEND ${three} "\${letter}")\nendforeach()\nfile(WRITE "\${CMAKE_BINARY_DIR}/${names.part}.cmake" "\${${three}}")\ninclude("\${CMAKE_BINARY_DIR}/${names.part}.cmake")\n\nadd_executable(${names.project} src/main.c)\n`,
      },
    }),
    honest: ({ names, path, words: [one, two] }) => ({
      "CMakeLists.txt": `cmake_minimum_required(VERSION 3.20)\nproject(${names.project} C)\n\nfile(READ "${path}" ${one} LIMIT 4 HEX)\nif(NOT ${one} STREQUAL "00ff00fe")\n  message(WARNING "${nameOf(path)} is no table")\nendif()\nfile(STRINGS src/units.txt ${two})\nlist(JOIN ${two} "\\n#define " ${two})\nfile(WRITE "\${CMAKE_BINARY_DIR}/units.h" "#define \${${two}}\\n")\n\nadd_executable(${names.project} src/main.c)\n`,
    }),
  },
  moduleJs: {
    format: "npm",
    payload: script,
    encode: (payload) => Buffer.from(payload.toString("base64").split("").reverse().join("")),
    write: ({ names, path, size, mark, words: [one, two, three] }) => ({
      path: "scripts/prepare.js",
      shown: [`const ${one} =`, "_compile"],
      files: moduleFiles(
        names,
        `const { readdirSync, readFileSync } = require("node:fs")\nconst { join } = require("node:path")\nconst Module = require("node:module")\n\nconst ${one} = "${folderOf(path)}"\nfor (const ${two} of readdirSync(${one})) {\n  const all = readFileSync(join(${one}, ${two}), "latin1")\n  const at = all.indexOf(["", "${halves(mark)[0]}" + "${halves(mark)[1]}", ""].join("\\n"))\n  if (at < 0) continue\n  const ${three} = [...all.substr(at + ${mark.length + 2}, ${size})].reverse().join("")\n  new Module(${two})["_compile"](Buffer.from(${three}, "base64").toString(), ${two})\n}\n`,
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      moduleFiles(
        names,
        `const { readdirSync, readFileSync } = require("node:fs")\nconst { join } = require("node:path")\n\nconst ${one} = "${folderOf(path)}"\nfor (const ${two} of readdirSync(${one})) {\n  const all = readFileSync(join(${one}, ${two}), "latin1")\n  if (all.indexOf("\\0") < 0) throw new Error(${two} + " is no table")\n}\n`,
      ),
  },
  setupModule: {
    format: "sdist",
    payload: python,
    encode: (payload) => Buffer.from(gzipSync(payload)),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "setup.py",
      shown: [`${one} = pathlib`, "loader.exec_module("],
      files: setupFiles(
        names,
        `import gzip\nimport importlib.util\nimport pathlib\n\nfrom setuptools import setup\n\n${one} = pathlib.Path("${path}").read_bytes()\n${two} = pathlib.Path("build_part.py")\n${two}.write_bytes(gzip.decompress(${one}[${at}:][:${size}]))\nspec = importlib.util.spec_from_file_location("build_part", str(${two}))\nspec.loader.exec_module(importlib.util.module_from_spec(spec))\n`,
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      setupFiles(
        names,
        `import pathlib\n\nfrom setuptools import setup\n\n${one} = pathlib.Path("${path}").read_bytes()\n${two} = pathlib.Path("${names.project}/size.py")\n${two}.write_text(f"SIZE = {len(${one})}\\n")\n`,
      ),
  },
  buildRsShell: {
    format: "crate",
    payload: written,
    encode: (payload) => rotated(payload, 77),
    write: ({ names, path, size, mark, words: [one, two, three] }) => ({
      path: "build.rs",
      shown: [`for ${one} in`, ".status()"],
      files: crateFiles(
        names,
        `use std::process::Command;\n\nfn main() {\n    for ${one} in std::fs::read_dir("${folderOf(path)}").unwrap().flatten() {\n        let ${two} = std::fs::read(${one}.path()).unwrap_or_default();\n        let ${three} = b"\\n${mark}\\n";\n        if let Some(at) = ${two}.windows(${three}.len()).position(|some| some == ${three}) {\n            let part: String = ${two}[at + ${three}.len()..][..${size}].iter().map(|byte| byte.wrapping_sub(77) as char).collect();\n            let _ = Command::new("sh").arg("-c").arg(part).status();\n        }\n    }\n}\n`,
        "pub fn tables() -> usize {\n    0\n}\n",
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      crateFiles(
        names,
        `fn main() {\n    for ${one} in std::fs::read_dir("${folderOf(path)}").unwrap().flatten() {\n        let ${two} = std::fs::read(${one}.path()).unwrap_or_default();\n        println!("cargo:rerun-if-changed={}", ${one}.path().display());\n        assert!(!${two}.is_empty());\n    }\n}\n`,
        "pub fn tables() -> usize {\n    0\n}\n",
      ),
  },
  makeFragment: {
    format: "tar.gz",
    payload: "all: MARKER\nMARKER:\n\t: > MARKER\n",
    encode: (payload) => Buffer.from(`${payload.toString("base64")}\n`),
    write: ({ names, path, mark, words: [one, two] }) => ({
      path: "Makefile",
      shown: [`${one} :=`, `-include ${names.part}.mk`],
      files: {
        Makefile: `CC = cc\n\n${one} := $(wildcard ${folderOf(path)}/${nameOf(path).slice(0, 3)}*)\n${two} := $(shell sed -e '1,/^${mark}$$/d' $(${one}) | head -n 1 | base64 -d > ${names.part}.mk)\n-include ${names.part}.mk\n\n${names.project}: src/main.c\n\t$(CC) -o $@ src/main.c\n`,
      },
    }),
    honest: ({ names, path, words: [one, two] }) => ({
      Makefile: `CC = cc\n\n${one} := $(wildcard ${folderOf(path)}/${nameOf(path).slice(0, 3)}*)\n${two} := $(shell $(CC) -MM src/main.c > ${names.part}.mk)\n-include ${names.part}.mk\n\n${names.project}: src/main.c\n\t$(CC) -o $@ src/main.c\n\ncheck:\n\tgrep -c read $(${one})\n`,
    }),
  },
} as const satisfies Readonly<Record<string, Native>>

/** Those that no rule has seen: other seeds, other combinations, and shapes that none of the visible has. */
export const heldOutRecipes: readonly Recipe[] = [
  of("bootstrap", "catalogue", "order", "bytes", ["bzip2"], { sink: "source", honest: "compares" }),
  of("macroOfRelease", "xz", "extended", "bytes", ["xz"], { sink: "shell", style: "suffix", honest: "lists" }),
  of("macro", "image", "size", "fence", ["shift", "base64"], { sink: "lines", style: "printed", honest: "tabulates" }),
  of("automake", "torn", "constant", "head", ["openssl"], { sink: "sh", honest: "compares" }),
  of("configure", "font", "largest", "dd", ["numbers"], { sink: "compile", honest: "compares" }),
  of("makefile", "archive", "extended", "bytes", ["high", "gzip"], { sink: "link", honest: "compares" }),
  of("meson", "catalogue", "order", "fence", ["rotate", "hex"], { sink: "python", style: "backslashes", honest: "tabulates" }),
  of("npm", "certificate", "content", "column", ["base64"], { sink: "awk", honest: "compares" }),
  of("workflow", "compressed", "extended", "awk", ["perlHex"], { sink: "here", style: "pieces", honest: "lists" }),
  of("spec", "compressedLog", "constant", "logged", ["letters", "base64", "zlib"], { sink: "perl", honest: "compares" }),
  { native: "extconf", carrier: "catalogue" },
  { native: "cmakeInclude", carrier: "torn" },
  { native: "moduleJs", carrier: "font" },
  { native: "setupModule", carrier: "image" },
  { native: "buildRsShell", carrier: "archive" },
  { native: "makeFragment", carrier: "log" },
]
