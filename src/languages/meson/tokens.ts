import type { Mapped } from "../mapped.ts"

/** A token of Meson (Reference manual, "Syntax"). `end` of a line stands only where no bracket is open. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "sign" | "end"
  readonly text: string
  /** Of a string: what it holds, escapes undone. */
  readonly of?: Mapped
  readonly isTemplate?: boolean
  readonly start: number
  readonly stop: number
}

const pattern =
  /([ \t\r]+|\\\r?\n|#[^\n]*)|(\n)|(f?''')|(f?')|([A-Za-z_]\w*)|(0[xXbBoO][0-9a-fA-F]+|\d+)|(\+=|==|!=|<=|>=|[-+*/%<>=()[\]{},:.?])|([\s\S])/y

/** All tokens. What is none is passed over and given to `broken`. */
export function tokensOf(of: Mapped, broken: (start: number, stop: number) => void): readonly Token[] {
  const tokens: Token[] = []
  let [at, depth] = [0, 0]
  while (at < of.length) {
    pattern.lastIndex = at
    const match = pattern.exec(of.text)
    if (match === null) break
    const [text, , newline, long, short, name, number, sign] = match
    const start = at
    at = pattern.lastIndex
    if (newline !== undefined) {
      if (depth === 0) tokens.push({ kind: "end", text: "\n", start, stop: at })
    } else if (long !== undefined) {
      const close = of.text.indexOf("'''", at)
      const stop = close === -1 ? of.length : close
      if (close === -1) broken(start, of.length)
      tokens.push({
        kind: "string",
        text: "",
        of: of.slice(at, stop),
        isTemplate: long.startsWith("f"),
        start,
        stop: Math.min(of.length, stop + 3),
      })
      at = Math.min(of.length, stop + 3)
    } else if (short !== undefined) {
      const stop = stringEnd(of.text, at)
      if (of.text.charAt(stop) !== "'") broken(start, stop)
      tokens.push({ kind: "string", text: "", of: unescaped(of.slice(at, stop)), isTemplate: short.startsWith("f"), start, stop: stop + 1 })
      at = Math.min(of.length, stop + 1)
    } else if (name !== undefined) tokens.push({ kind: "name", text, start, stop: at })
    else if (number !== undefined) tokens.push({ kind: "number", text: String(Number(text)), start, stop: at })
    else if (sign !== undefined) {
      if (/[([{]/.test(sign)) depth += 1
      if (/[)\]}]/.test(sign)) depth = Math.max(0, depth - 1)
      tokens.push({ kind: "sign", text, start, stop: at })
    } else if (match[1] === undefined) broken(start, at)
  }
  return tokens
}

/** A string of single quotes ends on its line. */
function stringEnd(of: string, at: number): number {
  for (let end = at; end < of.length; end += 1) {
    const one = of.charAt(end)
    if (one === "'" || one === "\n") return end
    if (one === "\\" && of.charAt(end + 1) !== "\n") end += 1
  }
  return of.length
}

const short: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", a: "\x07", "\\": "\\", "'": "'" }

/** Escapes as Python has them. */
function unescaped(of: Mapped): Mapped {
  if (!of.text.includes("\\")) return of
  return of.replace(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|([\s\S]))/g,
    ({ 0: found, 1: hex, 2: octal, 3: code, 4: one }) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      if (code !== undefined) return Buffer.from(String.fromCharCode(Number.parseInt(code, 16)), "utf8").toString("latin1")
      return short[one ?? ""] ?? found
    },
  )
}
