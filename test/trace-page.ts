import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** A command of docs/trace.md under the comment that follows it. */
interface Command {
  readonly block: number
  readonly label: string
  readonly command: string
}

/** All of the page's blocks; a command whose line ends in a pipe goes on. */
function pageCommands(): readonly Command[] {
  const page = readFileSync(fileURLToPath(new URL("../docs/trace.md", import.meta.url)), "utf8")
  const found: Command[] = []
  for (const [block, [, text = ""]] of [...page.matchAll(/^```sh\n(.*?)^```$/gms)].entries()) {
    let open = ""
    for (const line of text.split("\n")) {
      const [command = "", label = ""] = line.split(/ +# /)
      open += `${command}\n`
      if (command.endsWith("|") || command === "") continue
      found.push({ block, label: label.trim(), command: open })
      open = ""
    }
  }
  return found
}

/** Sets what a later one uses, and prints nothing. */
const isSetting = ({ command }: Command): boolean => /^(?:[A-Z]+=|same\(\))|> \$T\/\w+\n$/.test(command)

export interface Asked {
  /** In the place of the page's WHO, END and FILE. */
  readonly who?: string
  readonly end?: string
  readonly file?: string
  /** The beginnings of the labels of those that are run; undefined: all. */
  readonly labels?: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
}

/** What each command of the page prints in a repository, by the beginning of its label. Throws where one fails, or is not on the page. */
export function pageAnswers(folder: string, { who, end, file, labels, environment = {} }: Asked): (label: string) => readonly string[] {
  const given: Readonly<Record<string, string | undefined>> = { WHO: who, END: end, FILE: file }
  const all = pageCommands()
  // The first of a label, as an answer is looked for: another may begin with the same words.
  const asked = labels?.map((label) => all.find((one) => one.label.startsWith(label)))
  const isAsked = (one: Command): boolean => asked === undefined || asked.includes(one)
  const blocks = new Set([0, ...all.filter(isAsked).map(({ block }) => block)])
  const run = all.filter((one) => blocks.has(one.block) && (isSetting(one) || isAsked(one)))
  const lines = run.map(({ command }, index) => {
    const name = /^[A-Z]+(?==)/.exec(command)?.[0] ?? ""
    return `echo @@page ${index}\n${given[name] === undefined ? command : `${name}=$PAGE_${name}`}`
  })
  const temporary = mkdtempSync(join(tmpdir(), "everybyte-page-"))
  try {
    const { status, stdout, stderr } = spawnSync("sh", ["-c", ["set -eu", ...lines].join("\n")], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        HOME: temporary,
        TMPDIR: temporary,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        PAGE_WHO: who,
        PAGE_END: end,
        PAGE_FILE: file,
        ...environment,
      },
      encoding: "utf8",
      maxBuffer: 2 ** 29,
    })
    if (status !== 0 || stderr !== "") throw new Error(`the commands of docs/trace.md: exit ${status}: ${stderr.slice(0, 500)}`)
    const said = new Map<string, readonly string[]>()
    for (const part of stdout.split(/^@@page /m).slice(1)) {
      const [index = "", ...output] = part.trimEnd().split("\n")
      said.set(
        run[Number(index)]?.label ?? "",
        output.map((line) => line.trim().replaceAll(/ +/g, " ")),
      )
    }
    return (label) => {
      const [, found] = [...said].find(([one]) => one.startsWith(label)) ?? []
      if (found === undefined) throw new Error(`the page has no command for: ${label}`)
      return found
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}
