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

/** The rows of the one table between the marks, without its head; none where there are no marks. */
export function readMarked(file: string, name: string): readonly (readonly string[])[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : ""
  const block = text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? ""
  const rows = block.split("\n").filter((line) => line.startsWith("|"))
  return rows.slice(2).map((line) => line.slice(2, -2).split(" | "))
}

/** A Markdown table; a bar inside a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}
