import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings"
import { type CommandNode, commandTree, flattened } from "./command-tree.ts"

/** The name that is installed; a checkout's `./everybyte` completes by it too, as shells look at the last part of a path. */
const program = "everybyte"

const shells = { bash, zsh, fish } as const
const names = ["bash", "zsh", "fish"] as const satisfies readonly (keyof typeof shells)[]

/** `everybyte completion`: a script for a shell, made from the commands as they are. */
export const completionCommand = (root: () => CommandUnknownOpts) =>
  new Command("completion")
    .description("print a script that completes commands, options and their words in a shell")
    .addArgument(new Argument("<shell>").choices(names))
    .addHelpText(
      "after",
      `
Examples:
  source <(${program} completion bash)                     in ~/.bashrc
  source <(${program} completion zsh)                      in ~/.zshrc
  ${program} completion fish | source                      in ~/.config/fish/config.fish`,
    )
    .action((shell) => void process.stdout.write(shells[shell](commandTree(root()))))

const lastWord = ({ path }: CommandNode): string => path.slice(path.lastIndexOf(" ") + 1)
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Where nothing is listed, bash completes file names: an artifact may be one. */
function bash(root: CommandNode): string {
  const groups = root.children.filter(({ children }) => children.length > 0)
  const all = flattened(root)
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ long, choices }) =>
      choices.length === 0 ? [] : [`    ${quoted(`${path} ${long}`)}) words=${quoted(choices.join(" "))} ;;`],
    ),
  )
  return `# bash completion of ${program}, made by \`${program} completion bash\`
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words=''
  ((COMP_CWORD > 1)) && path=\${COMP_WORDS[1]}
  case $path in
    ${groups.map(lastWord).join("|")}) ((COMP_CWORD > 2)) && path+=" \${COMP_WORDS[2]}" ;;
  esac
  case "$path $prev" in
${values.join("\n")}
  esac
  if [[ -z $words ]]; then
    case $path in
${all.map(({ path, options, children }) => `      ${quoted(path)}) words=${quoted(children.map(lastWord).join(" "))}; [[ $cur == -* ]] && words=${quoted(options.map(({ long }) => long).join(" "))} ;;`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _${program} ${program}
`
}

function zsh(root: CommandNode): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(root)}`
}

/** A second word of a group is not offered again behind it. */
const notYet = ({ path, children }: CommandNode): string =>
  path === "" ? "" : `; and not __fish_seen_subcommand_from ${children.map(lastWord).join(" ")}`

function fish(root: CommandNode): string {
  const lines = flattened(root).flatMap((node) => {
    const seen = node.path.split(" ").filter((word) => word !== "")
    const condition = seen.length === 0 ? "__fish_use_subcommand" : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ")
    const at = `complete -c ${program} -n ${quoted(condition)}`
    return [
      ...node.children.map(
        (child) =>
          `complete -c ${program} -n ${quoted(`${condition}${notYet(node)}`)} -f -a ${lastWord(child)} -d ${quoted(child.description)}`,
      ),
      ...node.options.map(({ long, description, choices, takesValue }) =>
        [
          at,
          `-l ${long.replace(/^-+/, "")}`,
          takesValue ? "-r" : "",
          choices.length > 0 ? `-f -a ${quoted(choices.join(" "))}` : "",
          `-d ${quoted(description)}`,
        ]
          .filter((part) => part !== "")
          .join(" "),
      ),
    ]
  })
  return `# fish completion of ${program}, made by \`${program} completion fish\`\n${lines.join("\n")}\n`
}
