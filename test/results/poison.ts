/**
 * The lines of a poisoned macro, in the manner of /shared/design/xz-attack.md and inert: a trigger in a macro file that git never saw. They look for a file by
 * what it contains, take a word from its name, swap letters, and have a configuration command evaluate what comes out. All that can ever come out is a file MARKER.
 */
export interface Poisoned {
  readonly text: string
  /** Lines that the honest macro lacks. */
  readonly added: readonly string[]
  /** The line that stated the serial. */
  readonly replaced: string
  /** What it states of itself now. */
  readonly claimed: string
}

const body: readonly string[] = [
  "dnl everybyte twin: a replica, inert; all it can do is to write a file MARKER.\n",
  "  everybyte_twin_file=`grep -rl 'everybyte twin fixture' \"$srcdir\"/tests 2>/dev/null | sed -n 1p`\n",
  "  everybyte_twin_word=`echo \"$everybyte_twin_file\" | sed 's/.*\\.//'`\n",
  "  everybyte_twin_letters=`echo \"$everybyte_twin_word\" | tr 'marke' 'MARKE'`\n",
  '  if test "x$everybyte_twin_letters" = xMARKER; then\n',
  '    everybyte_twin_command="echo everybyte twin >MARKER"\n',
  "  else\n",
  '    everybyte_twin_command=": everybyte twin without its fixture"\n',
  '  fi; test -n "$everybyte_twin_command"\n',
  "  AC_CONFIG_COMMANDS([everybyte-twin],\n",
  '    [eval "$everybyte_twin_command"],\n',
  "    [everybyte_twin_command='$everybyte_twin_command'])\n",
]

const serial = /^((?:#|dnl)\s*(?:[\w.+~-]+\s+)?serial\s+#?)(\d+)/

/** No origin has come near it. */
const raisedBy = 9000

/**
 * The macro file with the trigger in the definition that `within` begins, and with the serial of that file raised beyond any that was published: so that
 * autoreconf would not replace it by the genuine one. Undefined: it has no such definition, or states no serial above it.
 */
export function poisoned(lines: readonly string[], within: RegExp): Poisoned | undefined {
  const defined = lines.findIndex((line) => within.test(line))
  const opened = lines.findIndex((line, at) => at >= defined && line.slice(at === defined ? line.indexOf(",") : 0).includes("["))
  const stated = lines.findLastIndex((line, at) => at < defined && serial.test(line))
  if (defined < 0 || opened < 0 || stated < 0) return undefined
  const number = Number(serial.exec(lines[stated] ?? "")?.[2]) + raisedBy
  const raised = (lines[stated] ?? "").replace(serial, (_, before: string) => `${before}${number}`)
  const text = [...lines.slice(0, stated), raised, ...lines.slice(stated + 1, opened + 1), ...body, ...lines.slice(opened + 1)].join("")
  return { text, added: [raised, ...body], replaced: lines[stated] ?? "", claimed: `serial ${number}` }
}
