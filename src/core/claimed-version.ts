/** Only the head of a text is asked for what it says of itself; libtool's script states its version below a long licence. */
const linesMax = 600
const lineCharactersMax = 200

const forms: readonly (readonly [kind: string, form: RegExp])[] = [
  // `# foo.m4 serial 78 (gettext-0.22)`, `#serial 5`, `# serial 3337 ltversion.m4`, `dnl serial 2` (Automake manual, "Serials")
  ["serial", /^(?:#|dnl)\s*(?:[\w.+~-]+\s+)?serial\s+#?(\d[\w.]*)/],
  // config.guess and config.sub
  ["timestamp", /^timestamp='(\d{4}-\d{2}-\d{2})'/],
  // install-sh, missing, depcomp, texinfo.tex ... (the time is part of it where there is one)
  ["scriptversion", /^scriptversion=(\d{4}-\d{2}-\d{2}(?:\.\d{2})?)/],
  ["scriptversion", /^\\def\\texinfoversion\{(\d{4}-\d{2}-\d{2}(?:\.\d{2})?)\}/],
  // ltmain.sh
  ["version", /^VERSION=["']?(\d[\w.]*)/],
]

/** What a build file says that it is: `serial 78`, `timestamp 2024-01-01`, `scriptversion 2018-03-07.03`, `version 2.4.7`. The first such line counts, as for aclocal. */
export function claimedVersion(lines: readonly string[]): string | undefined {
  for (const line of lines.slice(0, linesMax)) {
    if (line.length > lineCharactersMax) continue
    for (const [kind, form] of forms) {
      const stated = form.exec(line)?.[1]
      if (stated !== undefined) return `${kind} ${stated}`
    }
  }
  return undefined
}
