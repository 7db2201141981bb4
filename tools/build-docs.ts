/**
 * `npm run build:docs`: writes `docs/reference.md` and `man/everybyte.1` from the commands and the rules themselves. Both are committed; test/reference.test.ts fails
 * when one is stale.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type CommandNode, commandTree, flattened } from "../src/cli/command-tree.ts"
import { programOf } from "../src/cli/program.ts"
import { rules } from "../src/rules/index.ts"
import { toolVersion } from "../src/version.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const exitCodes = [
  ["0", "done, and the verdict is below --fail-on"],
  ["1", "the verdict is at or above --fail-on"],
  ["2", "wrong usage"],
  ["3", "could not be done: one sentence on stderr says what, why and what to do"],
] as const

const files = [
  ["~/.cache/everybyte", "downloads, indexes, clones, toolchains and what was made again, all by digest (XDG_CACHE_HOME, --cache)"],
  ["~/.local/share/everybyte", "known origins that were added, and reviews (XDG_DATA_HOME)"],
  ["~/.config/everybyte", "the key that signs reviews (XDG_CONFIG_HOME)"],
] as const

/** The files by their path from the root. */
export function generateDocs(): ReadonlyMap<string, string> {
  const nodes = flattened(commandTree(programOf()))
  return new Map([
    ["docs/reference.md", reference(nodes)],
    ["man/everybyte.1", manual(nodes)],
  ])
}

const titleOf = ({ path }: CommandNode): string => `everybyte ${path}`.trim()

const reference = (nodes: readonly CommandNode[]): string =>
  [
    "<!-- Made by `npm run build:docs` from the commands. Do not edit. -->",
    "# Reference",
    "",
    "What each command prints for `--help`. A report's own schema is in `schema/`.",
    "",
    "| exit code | meaning |",
    "| --- | --- |",
    ...exitCodes.map(([code, what]) => `| ${code} | ${what} |`),
    "",
    "What each rule asks of a release, by the id that a report and a policy name; those of contents are asked by `audit` and `compare`:",
    "",
    "| rule | question |",
    "| --- | --- |",
    ...rules.map(({ id, question }) => `| ${id} | ${question} |`),
    ...nodes.flatMap((node) => ["", `## ${titleOf(node)}`, "", "```text", node.help, "```"]),
    "",
  ].join("\n")

/** man(7): a line that begins with a dot is a request, a backslash an escape, a bare hyphen a soft one. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1")
const tagged = (tag: string, text: string): string => `.TP\n.B ${roff(tag)}\n${roff(text)}`

const manual = (nodes: readonly CommandNode[]): string =>
  [
    '.\\" Made by `npm run build:docs` from the commands. Do not edit.',
    `.TH EVERYBYTE 1 "" "everybyte ${toolVersion}"`,
    ".SH NAME",
    `everybyte \\- ${roff("accounts for every byte of an open-source release")}`,
    ".SH SYNOPSIS",
    ...nodes.filter(({ children }) => children.length === 0).map((node) => `.B ${roff(titleOf(node))}\n${roff(node.usage)}\n.br`),
    ".SH COMMANDS",
    ...nodes
      .filter(({ path }) => path !== "")
      .map((node) =>
        [
          `.SS ${roff(titleOf(node))}`,
          roff(node.description),
          ...node.options.map(({ flags, description, choices, byDefault }) =>
            tagged(
              flags,
              [
                description,
                ...(choices.length > 0 ? [`one of ${choices.join(", ")}`] : []),
                ...(byDefault === undefined ? [] : [`default ${byDefault}`]),
              ].join("; "),
            ),
          ),
          ...(node.examples === "" ? [] : [".PP", ".nf", roff(node.examples), ".fi"]),
        ].join("\n"),
      ),
    ".SH EXIT STATUS",
    ...exitCodes.map(([code, what]) => tagged(code, what)),
    ".SH FILES",
    ...files.map(([path, what]) => tagged(path, what)),
    "",
  ].join("\n")

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const [path, text] of generateDocs()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
