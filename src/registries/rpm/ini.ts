/** Options by the name of their section. Several values of one stand on lines of their own, set in (dnf.conf(5)). */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>

export function parseIni(text: string): Ini {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  let last: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const opened = /^\[([^\]]+)\]\s*$/.exec(line)?.[1]
    if (opened !== undefined) {
      section = sections.get(opened) ?? new Map<string, string>()
      sections.set(opened, section)
      last = undefined
    } else if (/^\s*(?:[#;]|$)/.test(line)) continue
    else if (/^\s/.test(line)) {
      if (last !== undefined) section?.set(last, `${section.get(last) ?? ""}\n${line.trim()}`)
    } else {
      const cut = line.indexOf("=")
      last = cut < 0 ? undefined : line.slice(0, cut).trim()
      if (last !== undefined) section?.set(last, line.slice(cut + 1).trim())
    }
  }
  return sections
}
