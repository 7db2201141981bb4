import { dirname } from "node:path"
import { Command, Option } from "@commander-js/extra-typings"
import {
  addOrigin,
  canonicalJson,
  createContext,
  escapeForeign,
  explainFault,
  exportOrigins,
  type Fault,
  harmedBy,
  importOrigins,
  type Limits,
  type Lookup,
  listOrigins,
  lookupOrigin,
  type Origin,
  ownOrigins,
  type Publication,
  type Result,
  updateOrigins,
  writeOutput,
} from "../index.ts"
import { exitCodes, failWith } from "./exit.ts"
import { parseLimit } from "./options.ts"
import { progressOn, startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} origins list
  ${startedAs()} origins lookup m4/gettext.m4          where it was published, or the lines that somebody added
  ${startedAs()} origins add ../our-macros             every version of every file of a repository
  ${startedAs()} origins add deb-src:autoconf-archive
  ${startedAs()} origins export -o ours.ndjson         for a colleague: ${startedAs()} origins import ours.ndjson

The shipped index explains. What you add or import is known and named in reports, and explains nothing: knowledge is not trust.`

const lookupCodes = `
Exit codes: 0 the very file was published, 1 it was not, 2 wrong usage, 3 could not be done.`

/** `everybyte origins`: the index of known origins. */
export const originsCommand = () =>
  new Command("origins")
    .description("which build files were ever published, where and when")
    .addHelpText("after", examples())
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(updateCommand())
    .addCommand(lookupCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())

const formatOption = () => new Option("--format <form>", "form of the answer").choices(["text", "json"] as const).default("text" as const)

/** Prints what `work` gives, or says in one sentence why not. */
async function answer<T>(result: Result<T>, print: (value: T) => string): Promise<void> {
  if (result.ok) process.stdout.write(print(result.value))
  else process.exitCode = failWith(result.fault)
}

const listCommand = () =>
  new Command("list")
    .description("every origin: what it was read from, files, trust, and what is missing")
    .addOption(formatOption())
    .action(async ({ format }) => {
      const print = (origins: readonly Origin[]) => (format === "json" ? canonicalJson({ origins }) : origins.map(originText).join("\n"))
      await answer(await listOrigins(createContext()), print)
    })

function originText({ name, trust, files, sources, projects, gaps }: Origin): string {
  const explains = trust === "upstream" ? "its files explain" : "its files are named only"
  const own = projects.length === 0 ? "" : `; never in releases of ${projects.join(", ")}`
  return [
    `${name}  ${files} ${files === 1 ? "file" : "files"}, ${trust}: ${explains}${own}`,
    ...sources.map(({ location, id }) => `  from     ${location}  ${id.slice(0, 16)}`),
    ...gaps.map((gap) => `  missing  ${gap}`),
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

interface Learning {
  readonly cache?: string | undefined
  readonly offline: boolean
  readonly quiet: boolean
  readonly progress: boolean
  readonly limit?: Partial<Limits> | undefined
}

async function learning<T>(options: Learning, work: (ctx: ReturnType<typeof createContext>) => Promise<T>): Promise<T> {
  const { progress, clear } = progressOn({ quiet: options.quiet, asked: options.progress })
  const { cache, offline, limit: limits } = options
  const done = await work(createContext({ cache, offline, limits, progress }))
  clear()
  return done
}

const addCommand = () =>
  new Command("add")
    .description("learn an artifact or a git repository with all of its history; adding it again replaces what was known")
    .argument("<target>", "path, address (a repository's ends in .git), purl or short form")
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of downloads, indexes and clones")
    .option("--limit <name=value>", "raise or lower a limit, such as originFilesMax=1M (repeatable)", parseLimit)
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .action(async (target, options) => {
      await answer(
        await learning(options, (ctx) => addOrigin(target, ctx)),
        ({ name, contents }) =>
          `added ${escapeForeign(name)}: ${contents === 1 ? "1 file" : `${contents} different files`}, known and not trusted\n`,
      )
    })

const updateCommand = () =>
  new Command("update")
    .description("read again what was added")
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of downloads, indexes and clones")
    .option("--limit <name=value>", "raise or lower a limit, such as originFilesMax=1M (repeatable)", parseLimit)
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .action(async (options) => {
      const result = await learning(options, updateOrigins)
      await answer(result, (all) => (all.length === 0 ? "nothing was added yet\n" : all.map(updatedText).join("")))
      if (result.ok && result.value.some(({ fault }) => fault !== undefined)) process.exitCode = exitCodes.fault
    })

const updatedText = ({ name, fault }: { readonly name: string; readonly fault?: Fault }): string =>
  fault === undefined
    ? `updated ${escapeForeign(name)}\n`
    : `kept    ${escapeForeign(name)} as it was: ${escapeForeign(explainFault(fault))}\n`

const lookupCommand = () =>
  new Command("lookup")
    .description("where a file was published, or the nearest published one and the lines that remain")
    .argument("<file>", "a file on this machine, such as m4/gettext.m4")
    .addOption(formatOption())
    .addHelpText("after", lookupCodes)
    .action(async (file, { format }) => {
      const result = await lookupOrigin(file, createContext())
      await answer(result, (found) => (format === "json" ? canonicalJson(found) : lookupText(found)))
      if (result.ok && result.value.publications.length === 0) process.exitCode = exitCodes.verdict
    })

const linesShownMax = 50

function lookupText({ publications, claim, nearest, why }: Lookup): string {
  const exact = publications.map((one) => `published  ${publicationText(one)}`)
  const by = claim?.publishedBy.join(", ") ?? ""
  const claims =
    claim === undefined
      ? []
      : [`claims     ${claim.stated}, ${by === "" ? "which no known origin of this name ever published" : `as published by ${by}`}`]
  const near = nearest === undefined ? [] : [`nearest    ${publicationText(nearest.publication)}`, ...remainingText(nearest)]
  const unknown = publications.length > 0 || near.length > 0 ? [] : ["published  nowhere that is known"]
  return [...exact, ...unknown, ...near, ...claims, ...(why === undefined ? [] : [`           ${why}`]), ""].map(escapeForeign).join("\n")
}

const publicationText = ({ origin, version, path, date }: Publication): string => `${origin} ${version}  ${path}  ${date}`

function remainingText({ lines, added, removed }: NonNullable<Lookup["nearest"]>): readonly string[] {
  const shown = added.flatMap(({ start, lines: texts }) =>
    texts.map((text, index) => `  ${String(start + index).padStart(6)}  ${text.replace(/\n$/, "").slice(0, 200)}`),
  )
  const rest = shown.length > linesShownMax ? [`          and ${shown.length - linesShownMax} more`] : []
  return [
    `remain     ${shown.length} of ${lines} lines; ${removed} of the published file's are gone`,
    ...shown.slice(0, linesShownMax),
    ...rest,
  ]
}

const exportCommand = () =>
  new Command("export")
    .description("write what you added as text: hashes only")
    .option("-o, --output <file>", "a file instead of stdout")
    .action(async ({ output }) => {
      const result = await exportOrigins(createContext())
      if (!result.ok) process.exitCode = failWith(result.fault)
      else if (output === undefined) for (const line of result.value) process.stdout.write(line)
      else await toFile(output, [...result.value].join(""))
    })

async function toFile(output: string, text: string): Promise<void> {
  const harmed = await harmedBy(output, { artifacts: [ownOrigins(process.env)], repositories: [dirname(output)] })
  const refused: Fault = { kind: "usage", why: `-o ${output} would write over or into ${harmed}`, remedy: "name a file elsewhere" }
  const written = harmed === undefined ? await writeOutput(output, text) : { ok: false as const, fault: refused }
  if (!written.ok) process.exitCode = failWith(written.fault)
}

const importCommand = () =>
  new Command("import")
    .description("add what somebody exported: known, never trusted")
    .argument("<file>", "what `origins export` wrote")
    .action(async (file) => {
      await answer(await importOrigins(file, createContext()), (names) => names.map((name) => `imported ${escapeForeign(name)}\n`).join(""))
    })
