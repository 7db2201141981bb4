import { json } from "../kit.ts"
import type { Files, Package } from "../replica.ts"
import type { Names } from "./hosts.ts"
import type { Chance } from "./random.ts"

/** A flow in a build system's own language: what stands in the carrier, and the files that take it out and run it. */
export interface Native {
  readonly format: Package["format"]
  /** What the part decodes to. */
  readonly payload: string
  encode(payload: Buffer): Buffer
  write(found: Found): Written
  /** The same files, reading what they read honestly. */
  honest(found: Found): Files
}

export interface Found {
  readonly names: Names
  readonly path: string
  /** Where the part begins in the file, and how long it is. */
  readonly at: number
  readonly size: number
  /** A line before the part that no other file has. */
  readonly mark: string
  readonly words: readonly [string, string, string]
}

export interface Written {
  readonly path: string
  readonly shown: readonly [first: string, last: string]
  readonly files: Files
}

export const written = ": > MARKER\n"
export const python = 'open("MARKER", "w").close()\n'
export const script = 'require("fs").writeFileSync("MARKER", "")\n'
export const ruby = 'File.write("MARKER", "")\n'

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)
export const halves = (text: string): readonly [string, string] => [text.slice(0, 4), text.slice(4)]
export const rotated = (bytes: Buffer, by: number): Buffer => Buffer.from(bytes.map((byte) => (byte + by) & 255))

export const setupFiles = ({ project, version }: Names, setup: string): Files => ({
  "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
  "setup.py": `${setup}\nsetup(name="${project}", version="${version}", packages=["${project}"])\n`,
  [`${project}/__init__.py`]: `NAME = "${project}"\n`,
})
export const crateFiles = ({ project, version }: Names, build: string, library: string): Files => ({
  "Cargo.toml": `[package]\nname = "${project}"\nversion = "${version}"\nedition = "2021"\nbuild = "build.rs"\n`,
  "build.rs": build,
  "src/lib.rs": library,
})
export const moduleFiles = ({ project, version }: Names, prepare: string): Files => ({
  "package.json": json({ name: project, version, license: "MIT", main: "index.js", scripts: { install: "node scripts/prepare.js" } }),
  "index.js": "module.exports = (table) => table.length\n",
  "scripts/prepare.js": prepare,
})
export const gemFiles = ({ project, version }: Names): Files => ({
  [`${project}.gemspec`]: `Gem::Specification.new do |spec|\n  spec.name = "${project}"\n  spec.version = "${version}"\n  spec.summary = "Reads tables"\nend\n`,
  [`lib/${project}.rb`]: "module Tables\nend\n",
})

/** Three words for three variables. */
export const wordsOf = (chance: Chance): readonly [string, string, string] => [chance.word(), chance.word(), chance.word()]
