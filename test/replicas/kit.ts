import { createHash } from "node:crypto"
import type { Content, Files, Package, RuleId, Spot } from "./replica.ts"

/** Small parts that the cases share. All is made of their arguments alone. */

/** Files with some replaced, put in or (undefined) left out. */
export function withFiles(files: Files, changes: Readonly<Record<string, Content | undefined>>): Files {
  const merged = { ...files, ...changes }
  return Object.fromEntries(Object.entries(merged).flatMap(([path, content]) => (content === undefined ? [] : [[path, content] as const])))
}

export const without = (files: Files, ...paths: readonly string[]): Files =>
  withFiles(files, Object.fromEntries(paths.map((path) => [path, undefined])))

/** A text with one part of it replaced, which must stand in it once. */
export function edited(content: Content | undefined, part: string, by: string): string {
  if (typeof content !== "string" || content.split(part).length !== 2) throw new Error(`"${part}" does not stand there once`)
  return content.replace(part, () => by)
}

export const packageOf = (
  format: Package["format"],
  name: string,
  version: string,
): ((files: Files, more?: Partial<Package>) => Package) => {
  return (files, more = {}) => ({ format, name, version, files, ...more })
}

export const expects = (rule: RuleId, at: Spot): { readonly rule: RuleId; readonly at: Spot } => ({ rule, at })

/** Lines of a file: those from a text to another, each of which stands in one line. */
export const lines = (path: string, from: string, to?: string, inside?: string): Spot => ({
  path,
  from,
  ...(to === undefined ? {} : { to }),
  ...(inside === undefined ? {} : { in: inside }),
})

/** Bytes that look like chance: as many as are asked for, always the same for a seed. */
export function noise(seed: string, size: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, index) => createHash("sha256").update(`${seed} ${index}`).digest())
  return Buffer.concat(blocks).subarray(0, size)
}

export const hex = (text: Content): string => Buffer.from(text).toString("hex")
export const base64 = (text: Content): string => Buffer.from(text).toString("base64")
export const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= "Z" ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
  })

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The same line for every project: nothing in it matters. */
export const licence = "Permission to use, copy, modify and distribute this software for any purpose is granted.\n"
export const readme = (name: string, about: string): string => `# ${name}\n\n${about}\n`
