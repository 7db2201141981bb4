import { escapeForeign, type Look, type Progress } from "../index.ts"

/** Colours and width: only for a terminal, never with NO_COLOR (no-color.org) or --no-color. */
export function lookOf(options: {
  readonly color: boolean
  readonly list?: number | undefined
  readonly toFile: boolean
  readonly given?: Look["given"]
}): Look {
  const terminal = process.stdout.isTTY === true && !options.toFile
  const noColor = process.env["NO_COLOR"]
  return {
    columns: terminal ? (process.stdout.columns ?? 100) : columnsElsewhere,
    colour: terminal && options.color && (noColor === undefined || noColor === ""),
    ...(options.list === undefined ? {} : { listMax: options.list }),
    command: startedAs(),
    ...(options.given === undefined ? {} : { given: options.given }),
  }
}

/** A log or a pipe cuts nothing; still a minified line is not written whole. */
const columnsElsewhere = 1000

/** How we were started, as the launcher of a checkout tells it; installed, by our name. */
export const startedAs = (): string => process.env["EVERYBYTE_COMMAND"] || "everybyte"

/** A line on stderr that is written over, at most ten times a second; nothing unless it is a terminal or was asked for. */
export function progressOn(options: { readonly quiet: boolean; readonly asked: boolean }): { progress: Progress; clear: () => void } {
  if (options.quiet || !(options.asked || process.stderr.isTTY === true)) return { progress: () => undefined, clear: () => undefined }
  let last = 0
  let shown = false
  const progress: Progress = (what, done, total) => {
    const now = performance.now()
    if (now - last < 100) return
    last = now
    shown = true
    const amount = total === undefined ? done.toLocaleString("en") : `${Math.floor((done / Math.max(1, total)) * 100)} %`
    process.stderr.write(`\r\x1b[K${escapeForeign(what).slice(0, 80)} ${amount}`)
  }
  const clear = (): void => {
    if (shown) process.stderr.write("\r\x1b[K")
  }
  return { progress, clear }
}

/** Bytes for people, in powers of 1024. */
export function shownSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"]
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
