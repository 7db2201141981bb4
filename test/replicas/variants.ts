import { expects, licence, lines, readme, withFiles } from "./kit.ts"
import type { Files, Package, Replica, Sample } from "./replica.ts"
import { type Carrier, carriers } from "./variants/carriers.ts"
import { type FilterName, filterOf } from "./variants/filters.ts"
import { heldOutNatives, heldOutRecipes } from "./variants/held-out.ts"
import { type Hosted, hosts, type Names } from "./variants/hosts.ts"
import { type Native, wordsOf } from "./variants/native.ts"
import type { NativeName } from "./variants/native-names.ts"
import { visibleNatives } from "./variants/natives.ts"
import { Chance } from "./variants/random.ts"
import { type Recipe, visibleRecipes } from "./variants/recipes.ts"
import { linesOf, type Sink, sinks } from "./variants/shell.ts"
import { sliceOf } from "./variants/slices.ts"

/**
 * Variants of one flow: an opaque file among a project's test data, a build script that finds it, takes a part of it out, decodes that and runs it.
 * Each is a replica of case 1 with its honest sibling. The same seed gives the same bytes.
 */
const variantsOf = (name: string, recipes: readonly Recipe[], seed: number): readonly Replica[] =>
  recipes.map((recipe, index) => variantOf(recipe, seed * 1009 + index, `${name}-${index + 1}`))

/** Rules are developed on these. */
export const visible = (): readonly Replica[] => variantsOf("variant", visibleRecipes, 1)

/** More of the visible shapes: with other words, numbers and orders. */
export const more = (seed: number, count: number): readonly Replica[] =>
  variantsOf(
    `seed-${seed}`,
    Array.from({ length: count }, (_, index) => visibleRecipes[index % visibleRecipes.length] ?? []).flat(),
    seed + 1000,
  )

/** Nobody looks at these while rules are written: they are what the rules are measured on at the end. */
export const heldOut = (): readonly Replica[] => variantsOf("held-out", heldOutRecipes, 7)

/** What a variant is made of before it is told honest from hostile. */
interface Project {
  readonly names: Names
  readonly carrier: string
  /** Other files beside it, of the same kind. */
  readonly siblings: Files
  readonly mark: string
}

function projectOf({ suffix, plain }: Carrier, chance: Chance): Project {
  const data = chance.pick(["tests/data", "tests/files", "testdata", "t/samples", "test/fixtures"])
  const names = { project: chance.word(), version: `${chance.below(4)}.${chance.below(12)}.${chance.below(9)}`, part: chance.word(), data }
  const carrier = `${data}/${chance.word()}${chance.below(90)}.${suffix}`
  const siblings = Array.from({ length: 4 }, () => {
    const name = `${data}/${chance.pick(["a", "e", "o", "u"])}${chance.word()}.${suffix}`
    return [name, plain(chance)] as const
  })
  const sign = chance.pick(["=", "~", ":", ","])
  return { names, carrier, siblings: Object.fromEntries(siblings), mark: `${sign.repeat(2)}${chance.word()}${sign.repeat(2)}` }
}

const common = ({ names, siblings }: Project): Files => ({
  "README.md": readme(names.project, "Reads tables."),
  LICENSE: licence,
  "src/main.c": '#include <libintl.h>\n#include <stdio.h>\n\nint main(void)\n{\n\tputs(gettext ("no table"));\n\treturn 0;\n}\n',
  "src/units.txt": "metre 1\nfoot 3\n",
  "tests/run.sh": `#!/bin/sh\nfor table in ${names.data}/*; do ./${names.project} < "$table" > /dev/null || echo "$table: not read"; done\n`,
  "tests/expected.txt": expected,
  ...siblings,
})
const expected = "the text that a reader of this table is to see, line by line\nand its second line\n"

function variantOf(recipe: Recipe, seed: number, title: string): Replica {
  const chance = new Chance(seed)
  const project = projectOf(carriers[recipe.carrier], chance)
  const { bad, good, part, payload, how } = "native" in recipe ? nativeParts(recipe, project, chance) : shellParts(recipe, project, chance)
  const name =
    "native" in recipe ? recipe.native : `${recipe.host}-${recipe.finder}-${recipe.slice}${recipe.filters.map((one) => `-${one}`).join("")}`
  const attack = sampleOf(project, bad, part.bad)
  const twin = sampleOf(project, good, part.good)
  const differs = Object.keys({ ...attack.artifact.files, ...twin.artifact.files }).filter(
    (path) => !Buffer.from(attack.artifact.files[path] ?? "").equals(Buffer.from(twin.artifact.files[path] ?? "")),
  )
  const place = lines(bad.path, ...bad.shown)
  const isSearched = "host" in recipe && ["content", "extended"].includes(recipe.finder)
  const isBuilt = "host" in recipe && ["translated", "suffix"].includes(recipe.style)
  return {
    case: 1,
    name: `${title}-${name}`,
    family: ["A1", "A6"],
    signals: Object.keys(bad.generated).length === 0 ? ["S3"] : ["S1", "S3"],
    attack,
    twin: { ...twin, how, differs: differs.sort() },
    truth: {
      unexplained: Object.keys(bad.generated).sort(),
      ordinary: Object.keys(good.generated).sort(),
      carrier: project.carrier,
      payload,
      introducer: { account: "author-2" },
      expects: [
        expects("flow/opaque-runs", place),
        ...(isSearched ? [expects("flow/search-names-opaque", lines(bad.path, bad.shown[0]))] : []),
        ...(isBuilt ? [expects("flow/built-command", place)] : []),
      ],
    },
  }
}

interface Parts {
  readonly bad: Hosted
  readonly good: Hosted
  /** The carrier, with what is to be run in it and without. */
  readonly part: { readonly bad: Buffer; readonly good: Buffer }
  /** What would be run. */
  readonly payload: string
  /** What the honest one does. */
  readonly how: string
}

function sampleOf(project: Project, { files, generated, format }: Hosted, carrier: Buffer): Sample {
  const { names } = project
  const tree = withFiles(common(project), files)
  const packed = (version: string, content: Files): Package => ({ format, name: names.project, version, files: content })
  return {
    history: [
      { message: "begins", date: "2022-02-02", files: common(project) },
      { message: "tests: another table", date: "2023-05-20", author: 2, files: { [project.carrier]: carrier } },
      { message: `${names.project} ${names.version}`, date: "2023-06-01", author: 2, files, tags: [`v${names.version}`] },
    ],
    ref: `refs/tags/v${names.version}`,
    artifact: packed(names.version, { ...tree, [project.carrier]: carrier, ...generated }),
  }
}

type Shell = Extract<Recipe, { host: unknown }>

function shellParts(recipe: Shell, project: Project, chance: Chance): Parts {
  const { carrier: path, mark, names } = project
  const slice = sliceOf(recipe.slice, mark, chance)
  const filters = recipe.filters.map((name) => filterOf(name, chance))
  const sink: Sink = sinks[recipe.sink]
  const part = filters.reduceRight<Buffer>((output, filter) => filter.encode(output), Buffer.from(sink.payload))
  // What is searched for by content must be there, whatever way it is cut out.
  const isMarked = ["content", "extended"].includes(recipe.finder) && ["bytes", "head", "dd"].includes(recipe.slice)
  const front = Buffer.from(isMarked ? `\n${mark}\n` : "")
  const { content, offset } = carriers[recipe.carrier].around(Buffer.concat([front, slice.block(part)]), chance)
  const find = finderOf(recipe, { project, size: content.byteLength })
  const written = linesOf(
    {
      find,
      path,
      stages: (name) => [...slice.stages(name, offset + front.byteLength, part.byteLength), ...filters.map(({ command }) => command)],
      sink,
    },
    recipe.style,
    chance,
  )
  const honest = honestOf(recipe, project)
  return {
    bad: hosts[recipe.host](written, names),
    good: hosts[recipe.host](honest.lines, names),
    part: { bad: content, good: honest.carrier ?? carriers[recipe.carrier].plain(chance) },
    payload: Buffer.from(sink.payload).toString("latin1"),
    how: honest.how,
  }
}

interface Sought {
  readonly project: Project
  readonly size: number
}

/** A command that names the carrier, and nothing else. */
function finderOf({ finder, slice }: Shell, { project: { carrier, names, mark, siblings }, size }: Sought): string | undefined {
  const { data } = names
  const file = carrier.slice(data.length + 1)
  const sign = mark.slice(0, 1)
  const word = mark.slice(2, -2)
  switch (finder) {
    case "constant":
      return undefined
    case "content":
      return `grep -arl '^${sign}${sign}${word.slice(0, 3)}.*${sign}${slice === "column" ? " " : "$"}' ${data}`
    case "extended":
      return `grep -arlE '^${sign}{2}(${word.slice(0, 2)})+${word.slice(2)}${sign}{2}$' ${data} 2>/dev/null`
    case "name":
      return `find ${data} -type f -name '${file.slice(0, 4)}*'`
    case "glob":
      return `echo ${data}/${file.slice(0, 4)}*`
    case "size":
      return `find ${data} -type f -size ${size}c`
    case "largest":
      return `ls -S ${data}/* | head -n 1`
    case "order":
      return `ls -d ${data}/* | sed -n ${[carrier, ...Object.keys(siblings)].sort().indexOf(carrier) + 1}p`
  }
}

interface HonestWays {
  readonly lines: readonly string[]
  readonly carrier?: Buffer
  readonly how: string
}

const codecs = ["gzip", "xz", "bzip2", "base64", "hex"] as const satisfies readonly FilterName[]

/** Scripts of the same shape that do what such scripts are for. */
function honestOf({ honest, filters, carrier, host }: Shell, { carrier: path, names }: Project): HonestWays {
  if (honest === "tabulates")
    return {
      lines: [
        "units=$(find src -name 'units.*' | head -n 1)",
        "sed -n 's/^\\(.*\\) \\(.*\\)$/#define \\1 \\2/p' \"$units\" | sort > src/units.h",
      ],
      how: "a table among the sources becomes a header",
    }
  if (honest === "lists")
    return {
      lines: ["sources=`grep -rl 'gettext (' src 2>/dev/null`", "printf '%s\\n' \"$sources\" | sed -e 's,^./,,' | sort > sources.txt"],
      how: "lists the sources to translate",
    }
  const name = codecs.find((codec) => filters.includes(codec)) ?? (carrier === "compressedLog" ? "gzip" : "base64")
  const codec = filterOf(name, new Chance(0))
  const decoding = [
    `table=$(find ${names.data} -type f -name '${path.slice(names.data.length + 1).slice(0, 4)}*')`,
    `${codec.command} < "$table" > table.txt`,
  ]
  const content = Buffer.from(codec.encode(Buffer.from(expected)))
  if (host === "makefile" || host === "automake")
    return {
      carrier: content,
      lines: [...decoding, `test ! -x ./${names.project} || ./${names.project} < table.txt`],
      how: "test data are decoded, and the built program reads them",
    }
  return {
    carrier: content,
    lines: [...decoding, 'cmp -s table.txt tests/expected.txt || echo "a table differs"'],
    how: "test data are decoded and compared with a text",
  }
}

const natives: Readonly<Record<NativeName, Native>> = { ...visibleNatives, ...heldOutNatives }

function nativeParts({ native, carrier }: Extract<Recipe, { native: unknown }>, project: Project, chance: Chance): Parts {
  const { carrier: path, mark, names } = project
  const { format, payload, encode, write, honest } = natives[native]
  const part = encode(Buffer.from(payload))
  const front = Buffer.from(`\n${mark}\n`)
  const { content, offset } = carriers[carrier].around(Buffer.concat([front, part, Buffer.from("\n")]), chance)
  const found = { names, path, at: offset + front.byteLength, size: part.byteLength, mark, words: wordsOf(chance) }
  const { path: script, shown, files } = write(found)
  const host = { format, path: script, shown, generated: {} }
  return {
    bad: { ...host, files },
    good: { ...host, files: honest(found) },
    part: { bad: content, good: carriers[carrier].plain(chance) },
    payload,
    how: "reads its data and computes with them, or makes constants of a table",
  }
}
