import type { Limits } from "../core/limits.ts"
import type { Act, Assigned, Blind, Exported, Handing, Place, Probe, Value } from "../model/code.ts"

/** A text to analyse, whole or a part of a file: one character a byte (ISO 8859-1). */
export interface Source {
  readonly text: string
  /** Where the characters [start, end) of it stand in their file. */
  place(start: number, end: number): Place
}

/** What was found in a source, in its order. */
export interface Analysed {
  readonly acts: readonly Act[]
  readonly blind: readonly Blind[]
  readonly probes?: readonly Probe[]
  /** Where the language is one that configures: shell, m4, CMake. */
  readonly assigned?: Assigned
  /** What the text prints, where that is known: `$(shell ...)` of make, `m4_esyscmd`, OUTPUT_VARIABLE of CMake. */
  readonly output?: Value
  /** Where the language has modules. */
  readonly exports?: ReadonlyMap<string, Exported>
  readonly handings?: readonly Handing[]
  readonly ofOthers?: readonly Act[]
}

/** What is asked of the paths of a release: one, or all of them. */
export type FilePaths = Pick<ReadonlySet<string>, "has"> & Iterable<string>

/** What a front end may ask for. Pure: it reads no file. */
export interface Analysis {
  readonly limits: Limits
  /** Paths of the release's files below its root. */
  readonly files: FilePaths
  /** The text stands inside another: nobody else calls its functions. */
  readonly isInner?: true
  /** What is known when the text starts: of a text inside another, what that one knows. */
  readonly variables: ReadonlyMap<string, Value>
  /** Analyses a text that stands inside another: a recipe of a makefile, a script of a manifest. `variables`: what is known when it starts. Bounded in depth. */
  inner(language: string, source: Source, variables?: ReadonlyMap<string, Value>): Analysed
}

export type Analyser = (source: Source, analysis: Analysis) => Analysed

/** Gives the bytes of a file of a package that we depend on: a language reads no file itself. */
export type ReadPackaged = (specifier: string) => Promise<Uint8Array>

/** A programming or build language. One folder in `languages/`, one line in `index.ts`. */
export interface Language {
  readonly name: string
  /** Whether a file is in it, by its path below the release's root and the first line of its text. */
  claims(path: string, firstLine: string): boolean
  /** Loads the parser behind it: the first file of a language costs its start, none costs nothing. */
  load(read: ReadPackaged): Promise<Analyser>
}
