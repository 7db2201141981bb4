import type { CommandUnknownOpts } from "@commander-js/extra-typings"

/** A command as help lists it; for what is generated from the commands: completion, the manual page, the reference. */
export interface CommandNode {
  /** The words behind our name; "" for the program itself. */
  readonly path: string
  readonly description: string
  readonly usage: string
  /** All that `--help` prints, and of it what stands behind the options. */
  readonly help: string
  readonly examples: string
  readonly options: readonly OptionNode[]
  readonly children: readonly CommandNode[]
}

export interface OptionNode {
  /** `-o, --output <file>` */
  readonly flags: string
  readonly long: string
  readonly description: string
  /** The words that it takes, where there is a list of them. */
  readonly choices: readonly string[]
  readonly takesValue: boolean
  readonly byDefault: string | undefined
}

export function commandTree(command: CommandUnknownOpts, path = ""): CommandNode {
  const help = command.createHelp()
  const { plain, whole } = printedHelp(command)
  return {
    path,
    description: command.description(),
    usage: command.usage(),
    help: whole.trimEnd(),
    examples: whole.slice(plain.length).trim(),
    options: help.visibleOptions(command).map((option) => ({
      flags: option.flags,
      long: option.long ?? option.flags,
      description: option.description,
      choices: option.argChoices ?? [],
      takesValue: option.required || option.optional,
      byDefault: option.defaultValue === undefined || typeof option.defaultValue === "boolean" ? undefined : String(option.defaultValue),
    })),
    children: command.commands.map((child) => commandTree(child, `${path} ${child.name()}`.trim())),
  }
}

/** The command and all below it, as help lists them. */
export const flattened = (node: CommandNode): readonly CommandNode[] => [node, ...node.children.flatMap(flattened)]

/** `--help` for a terminal of 100 columns, wherever it is asked for, and what of it commander lists itself. */
function printedHelp(command: CommandUnknownOpts): { readonly plain: string; readonly whole: string } {
  const printed: string[] = []
  command.configureOutput({ writeOut: (text) => void printed.push(text), getOutHelpWidth: () => 100 })
  const plain = command.helpInformation()
  command.outputHelp()
  command.configureOutput({ writeOut: (text) => void process.stdout.write(text) })
  return { plain, whole: printed.join("") }
}
