import { sha256Of } from "../../core/digest.ts"
import { baseName } from "../../core/path.ts"
import { linesOf } from "../../core/text.ts"
import type { Edition, Origin, OriginIndex, Publication } from "../../model/origin.ts"

export interface Published {
  readonly path: string
  readonly content: string
  readonly version?: string
  readonly date?: string
  /** What it states of itself. */
  readonly claims?: string
}

export interface MadeOrigin {
  readonly name: string
  readonly trust?: Origin["trust"]
  readonly projects?: readonly string[]
  readonly files: readonly Published[]
}

/** An index of known origins that is held in memory and written out in the test. Editions are ranked by the lines they share. */
export function indexOf(...made: readonly MadeOrigin[]): OriginIndex {
  const numbers = new Map<string, number>()
  const all = made.flatMap(({ name, files }) => files.map((file) => ({ file, publication: publicationOf(name, file) })))
  for (const { file } of all) for (const line of linesOf(Buffer.from(file.content))) numbers.set(line, numbers.get(line) ?? numbers.size)
  const numbered = (lines: readonly string[]): Int32Array => Int32Array.from(lines, (line) => numbers.get(line) ?? -1)
  return {
    origins: made.map(({ name, trust = "upstream", projects = [name], files }) => ({
      name,
      trust,
      projects,
      files: files.length,
      sources: [],
      gaps: [],
    })),
    publicationsOf: (sha256) => all.flatMap(({ publication }) => (publication.sha256 === sha256 ? [publication] : [])),
    hasName: (name) => all.some(({ publication }) => baseName(publication.path) === name),
    nearest: ({ lines }, max) => {
      const query = numbered(lines)
      const asked = new Set(query)
      const ranked = all.map(({ file, publication }) => {
        const edition: Edition = { publication, query, lines: numbered(linesOf(Buffer.from(file.content))) }
        return { edition, shared: edition.lines.filter((line) => asked.has(line)).length }
      })
      return ranked
        .filter(({ shared }) => shared > 0)
        .sort((a, b) => b.shared - a.shared)
        .slice(0, max)
        .map(({ edition }) => edition)
    },
    claimsOf: (name) =>
      new Map(
        made.flatMap(({ name: origin, files }) => {
          const claims = files.flatMap(({ path, claims: claimed }) => (baseName(path) === name && claimed !== undefined ? [claimed] : []))
          return claims.length === 0 ? [] : [[origin, new Set(claims)] as const]
        }),
      ),
    close: () => undefined,
  }
}

const publicationOf = (origin: string, { path, content, version = "1.0", date = "2020-01-01" }: Published): Publication => ({
  origin,
  path,
  version,
  date,
  sha256: sha256Of(content),
})
