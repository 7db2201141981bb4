import type { PageEntry } from "../src/model/exhibit.ts"
import type { Kind } from "../src/model/ledger.ts"
import type { Place } from "./layout.ts"

/** How one kind of explanation looks: a colour and, besides it, a pattern. */
interface Look {
  readonly fill: string
  readonly pale: string
  readonly ink: string
  readonly pattern: CanvasPattern | undefined
}

export interface Palette {
  readonly ground: string
  readonly folder: string
  readonly text: string
  readonly accent: string
  readonly font: string
  look(kind: Kind): Look
}

/** Lines of each kind's pattern in a square of 8 by 8, from (x, y) to (x, y). Source has none: it is the quiet one. */
const strokes: Readonly<Record<Kind, readonly (readonly [number, number, number, number])[]>> = {
  source: [],
  origin: [
    [0, 4, 1, 4],
    [4, 0, 5, 0],
  ],
  derived: [[0, 4, 8, 4]],
  recipe: [[4, 0, 4, 8]],
  review: [
    [0, 4, 8, 4],
    [4, 0, 4, 8],
  ],
  baseline: [[-2, -2, 10, 10]],
  unexplained: [
    [-2, 2, 2, -2],
    [-2, 10, 10, -2],
    [6, 10, 10, 6],
  ],
  undetermined: [
    [2, 2, 3, 2],
    [6, 2, 7, 2],
    [2, 6, 3, 6],
    [6, 6, 7, 6],
    [4, 4, 5, 4],
    [0, 0, 1, 0],
  ],
}

/** Colours come from the style sheet, so that dark and light are said in one place. */
export function paletteOf(context: CanvasRenderingContext2D): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const looks = new Map<Kind, Look>()
  return {
    ground: colour("ground"),
    folder: colour("folder"),
    text: colour("text"),
    accent: colour("accent"),
    font: style.getPropertyValue("--mono"),
    look(kind) {
      const known = looks.get(kind)
      if (known !== undefined) return known
      const fill = colour(kind)
      const made = {
        fill,
        pale: colour(`${kind}-pale`) || fill,
        ink: colour(`${kind}-ink`),
        pattern: patternOf(context, kind, colour(`${kind}-line`)),
      }
      looks.set(kind, made)
      return made
    },
  }
}

function patternOf(context: CanvasRenderingContext2D, kind: Kind, line: string): CanvasPattern | undefined {
  const tile = document.createElement("canvas")
  tile.width = 8
  tile.height = 8
  const drawing = tile.getContext("2d")
  if (drawing === null || strokes[kind].length === 0) return undefined
  drawing.strokeStyle = line
  drawing.lineWidth = 1.5
  for (const [x0, y0, x1, y1] of strokes[kind]) {
    drawing.beginPath()
    drawing.moveTo(x0, y0)
    drawing.lineTo(x1, y1)
    drawing.stroke()
  }
  return context.createPattern(tile, "repeat") ?? undefined
}

export interface Painted {
  readonly entries: readonly PageEntry[]
  readonly palette: Palette
  /** The others are faded. */
  readonly wanted: (entry: PageEntry) => boolean
}

/** Paints all places; those of one kind together, as changing a fill costs more than filling. */
export function paint(context: CanvasRenderingContext2D, places: readonly Place[], { entries, palette, wanted }: Painted): void {
  const files = places.filter(({ entry }) => entry !== undefined)
  const byKind = Map.groupBy(files, ({ entry }) => entries[entry ?? 0]?.kind ?? "undetermined")
  context.fillStyle = palette.folder
  for (const place of places) if (place.titled) fill(context, place)
  for (const [kind, of] of byKind) paintKind(context, of, { entries, look: palette.look(kind) })
  context.textBaseline = "middle"
  for (const place of places) {
    const text = `${place.folder?.name ?? ""}/`
    if (place.titled) write(context, place, { text, font: `600 11px ${palette.font}`, ink: palette.text, middle: place.y0 + 9 })
    else if (place.entry !== undefined) writeEntry(context, place, entries[place.entry], palette)
  }
  context.globalAlpha = 0.78
  context.fillStyle = palette.ground
  for (const place of files) {
    const entry = entries[place.entry ?? 0]
    if (entry !== undefined && !wanted(entry)) fill(context, place)
  }
  context.globalAlpha = 1
}

const fill = (context: CanvasRenderingContext2D, { x0, y0, x1, y1 }: Place): void => context.fillRect(x0, y0, x1 - x0, y1 - y0)

function paintKind(
  context: CanvasRenderingContext2D,
  places: readonly Place[],
  { entries, look }: { entries: readonly PageEntry[]; look: Look },
): void {
  context.fillStyle = look.pale
  for (const place of places) fill(context, place)
  for (const style of [look.fill, look.pattern]) {
    if (style === undefined) continue
    context.fillStyle = style
    for (const place of places) fillShare(context, place, shareOf(entries[place.entry ?? 0]))
  }
}

/** From below, as much as is uncovered: a macro of a thousand lines with one added is not as loud as a new one. */
function fillShare(context: CanvasRenderingContext2D, { x0, y0, x1, y1 }: Place, share: number): void {
  const height = share === 0 ? 0 : Math.max(Math.min(3, y1 - y0), Math.round((y1 - y0) * share))
  context.fillRect(x0, y1 - height, x1 - x0, height)
}

/** How much of an entry its kind holds for: what a base covers of an unexplained text is not filled. */
export function shareOf(entry: PageEntry | undefined): number {
  if (entry?.unexplained === undefined || entry.lines === undefined || entry.lines === 0) return 1
  return Math.min(
    1,
    entry.unexplained.reduce((sum, run) => sum + Math.max(run.last - run.first + 1, run.removed > 0 ? 1 : 0), 0) / entry.lines,
  )
}

function writeEntry(context: CanvasRenderingContext2D, place: Place, entry: PageEntry | undefined, palette: Palette): void {
  if (entry === undefined || place.x1 - place.x0 < 44 || place.y1 - place.y0 < 18) return
  const look = palette.look(entry.kind)
  const text = entry.path.slice(entry.path.lastIndexOf("/") + 1)
  const [middle, wide] = [place.y0 + 10, Math.min(text.length * 6.7 + 6, place.x1 - place.x0 - 4)]
  context.fillStyle = shareOf(entry) === 1 ? look.fill : look.pale
  if (look.pattern !== undefined) context.fillRect(place.x0 + 2, place.y0 + 2, wide, 15)
  write(context, place, { text, font: `11px ${palette.font}`, ink: look.ink, middle })
}

/** Cut to the room there is; a monospaced character of 11 px is 6.7 px wide, so nothing is measured. */
function write(
  context: CanvasRenderingContext2D,
  place: Place,
  { text, font, ink, middle }: { text: string; font: string; ink: string; middle: number },
): void {
  const room = Math.floor((place.x1 - place.x0 - 8) / 6.7)
  if (room < 3) return
  context.font = font
  context.fillStyle = ink
  context.fillText(text.length > room ? `${text.slice(0, room - 1)}…` : text, place.x0 + 4, middle)
}

/** A sample of a kind's colour and pattern, made by the same hand as the map. */
export function paintSwatch(canvas: HTMLCanvasElement, kind: Kind): void {
  const context = canvas.getContext("2d")
  if (context === null) return
  const { fill, pattern } = paletteOf(context).look(kind)
  for (const style of [fill, pattern]) {
    if (style === undefined) continue
    context.fillStyle = style
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
}
