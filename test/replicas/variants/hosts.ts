import { json } from "../kit.ts"
import type { Files, Package } from "../replica.ts"

/** A project and what it calls things. */
export interface Names {
  readonly project: string
  readonly version: string
  /** Another word of it: a macro, a target, a step. */
  readonly part: string
  /** Where its test data lie. */
  readonly data: string
}

/** A file of a build system with lines of the shell in it. */
export interface Hosted {
  readonly format: Package["format"]
  readonly path: string
  /** Of the script: its first and its last line as they stand in the file. */
  readonly shown: readonly [first: string, last: string]
  /** The file, and those that call it. */
  readonly files: Files
  /** Generated of them, in releases alone. */
  readonly generated: Files
}

type Host = (lines: readonly string[], names: Names) => Hosted

const shownOf = (lines: readonly string[]): readonly [string, string] => [lines[0] ?? "", lines.findLast((line) => line.length > 4) ?? ""]
const hosted = (path: string, text: string, lines: readonly string[], more: Partial<Hosted> = {}): Hosted => ({
  format: "tar.gz",
  path,
  shown: shownOf(lines),
  generated: {},
  ...more,
  files: { [path]: text, ...more.files },
})
const block = (lines: readonly string[], lead = ""): string => lines.map((line) => `${lead}${line}\n`).join("")
/** One recipe: a single shell runs it, and a dollar is written twice. */
const recipe = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replaceAll("$", "$$$$"))
const asRecipe = (lines: readonly string[]): string =>
  lines.map((line, at) => `\t${line}${at === lines.length - 1 ? "\n" : "; \\\n"}`).join("")

const autoconf = ({ project, version }: Names, body: string): string =>
  `AC_INIT([${project}], [${version}])\nAC_CONFIG_MACRO_DIRS([m4])\nAC_PROG_CC\n${body}AC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n`
const configure = (lines: readonly string[]): string =>
  `#! /bin/sh\n# Guess values for system-dependent variables and create Makefiles.\nsrcdir=.\nSHELL=\${CONFIG_SHELL-/bin/sh}\nac_cv_prog_cc=\${CC-cc}\n${block(lines)}echo "config.status: creating Makefile"\n`
const macro = (lines: readonly string[], names: Names, inGit: boolean): Hosted => {
  const { part } = names
  const path = `m4/${part}.m4`
  const text = `# ${part}.m4 serial 3\ndnl What ${part} wants of the system.\n\nAC_DEFUN([${part.toUpperCase()}_CHECK],\n[\n  AC_CHECK_FUNCS([mmap])\n${block(lines, "  ")}])\n`
  const calling = { "configure.ac": autoconf(names, `${part.toUpperCase()}_CHECK\n`), ".gitignore": "/configure\n" }
  const generated = { configure: configure(lines), ...(inGit ? {} : { [path]: text }) }
  return { format: "tar.gz", path, shown: shownOf(lines), generated, files: { ...calling, ...(inGit ? { [path]: text } : {}) } }
}

export const hosts = {
  macro: (lines, names) => macro(lines, names, true),
  macroOfRelease: (lines, names) => macro(lines, names, false),
  autoconf: (lines, names) =>
    hosted("configure.ac", autoconf(names, block(lines)), lines, {
      generated: { configure: configure(lines) },
      files: { ".gitignore": "/configure\n" },
    }),
  configure: (lines) => hosted("configure", configure(lines), lines),
  /** A step writes a file that another script takes up, which comes before it in the order of names. */
  bootstrap: (lines, { part }) =>
    hosted(`scripts/${part}.sh`, `#!/bin/sh\n# Prepares the tree.\n${block(lines.slice(0, -1))}`, lines.slice(0, -1), {
      files: { "autogen.sh": `#!/bin/sh\nset -e\nsh scripts/${part}.sh\nautoreconf --install\n${lines.at(-1) ?? ""}\n` },
    }),
  automake: (lines, names) => {
    const written = recipe(lines)
    const text = `bin_PROGRAMS = ${names.project}\n${names.project}_SOURCES = src/main.c\nEXTRA_DIST = ${names.data}\n\nall-local: ${names.part}\n\n${names.part}:\n${asRecipe(written)}`
    return hosted("Makefile.am", text, written, { files: { "configure.ac": autoconf(names, "AM_INIT_AUTOMAKE([foreign])\n") } })
  },
  makefile: (lines, { project, part }) => {
    const written = recipe(lines)
    return hosted(
      "Makefile",
      `CC = cc\n\nall: ${part} ${project}\n\n${project}: src/main.c\n\t$(CC) -o $@ src/main.c\n\n.PHONY: all ${part}\n${part}:\n${asRecipe(written)}`,
      written,
    )
  },
  cmake: (lines, { project, part }) =>
    hosted(
      "CMakeLists.txt",
      `cmake_minimum_required(VERSION 3.20)\nproject(${project} C)\nadd_executable(${project} src/main.c)\n\nexecute_process(COMMAND sh -c [=[\n${block(lines)}]=]\n  WORKING_DIRECTORY "\${CMAKE_SOURCE_DIR}" RESULT_VARIABLE ${part})\n`,
      lines,
    ),
  meson: (lines, { project, version, part }) =>
    hosted(
      "meson.build",
      `project('${project}', 'c', version: '${version}')\n\n${part} = run_command('sh', '-c', '''\n${block(lines)}''', check: false)\n\nexecutable('${project}', 'src/main.c')\n`,
      lines,
    ),
  debian: (lines, { project, version }) => {
    const written = recipe(lines)
    return hosted(
      "debian/rules",
      `#!/usr/bin/make -f\n\n%:\n\tdh $@\n\noverride_dh_auto_configure:\n${asRecipe(written)}\tdh_auto_configure\n`,
      written,
      {
        files: {
          "debian/changelog": `${project} (${version}-1) unstable; urgency=medium\n\n  * New release.\n\n -- Author 1 <author-1@example.org>  Thu, 01 Jun 2023 12:00:00 +0000\n`,
        },
      },
    )
  },
  spec: (lines, { project, version }) =>
    hosted(
      `${project}.spec`,
      `Name: ${project}\nVersion: ${version}\nRelease: 1\nSummary: Reads tables\nLicense: MIT\nSource0: ${project}-${version}.tar.gz\n\n%prep\n%setup -q\n\n%build\n${block(lines)}make\n\n%install\nmake install DESTDIR=%{buildroot}\n`,
      lines,
    ),
  workflow: (lines, { part }) =>
    hosted(
      ".github/workflows/release.yml",
      `name: release\non:\n  push:\n    tags: ["v*"]\npermissions:\n  contents: read\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - name: ${part}\n        shell: bash\n        run: |\n${block(lines, "          ")}      - run: make dist\n`,
      lines,
    ),
  npm: (lines, { project, version }) => {
    const script = lines.join("; ")
    const text = json({
      name: project,
      version,
      license: "MIT",
      main: "index.js",
      scripts: { preinstall: script, test: "sh tests/run.sh" },
    })
    return hosted("package.json", text, ['"preinstall"'], {
      format: "npm",
      files: { "index.js": "module.exports = (table) => table.length\n" },
    })
  },
} as const satisfies Readonly<Record<string, Host>>

export type HostName = keyof typeof hosts
