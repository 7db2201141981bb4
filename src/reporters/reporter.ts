import type { Exhibits } from "../model/exhibit.ts"
import type { Report } from "../model/report.ts"

export interface Look {
  /** Columns of the terminal, or a fixed number elsewhere. */
  readonly columns: number
  readonly colour: boolean
  /** Entries of each list that are shown; left out: as many as the form thinks fit. */
  readonly listMax?: number
  /** How the user started us: what a suggested command begins with. */
  readonly command: string
  /** Words that were given besides the artifact: what a suggested command repeats. Absent: what the report holds of them. */
  readonly given?: Given
}

export interface Given {
  /** Of the release and its repository. */
  readonly release: readonly string[]
  readonly policy: readonly string[]
  readonly reviews: readonly string[]
}

/** Entries of a list where nobody asked for another number. */
export const listMaxOf = ({ listMax = 25 }: Look): number => listMax

/** One form of a report. Pure: the same report gives the same text. */
export interface Reporter {
  readonly format: string
  /** It shows texts, which the report does not hold: the caller gathers them. */
  readonly wantsExhibits?: true
  render(report: Report, look: Look, exhibits?: Exhibits): string
}
