import { existsSync, readFileSync, writeFileSync } from "node:fs"

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`, or appends both at the end. The rest of the file stays. */
export function writeMarked(file: string, name: string, text: string): void {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = existsSync(file) ? readFileSync(file, "utf8") : ""
  const [start, end] = [before.indexOf(open), before.indexOf(close)]
  const block = `${open}\n${text.trim()}\n${close}`
  const after =
    start === -1 || end < start ? `${before.trimEnd()}\n\n${block}\n` : before.slice(0, start) + block + before.slice(end + close.length)
  writeFileSync(file, after)
}

/** A Markdown table; a bar inside a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}
