import type { Page, PageEntry } from "../src/model/exhibit.ts"
import { byId, number, plural } from "./dom.ts"
import type { Folder } from "./folders.ts"
import { type Box, layOut, type Place, placeAt } from "./layout.ts"
import { paint, paletteOf } from "./paint.ts"

/** Cells smaller than this are too small to be meant: a click there goes into the folder instead. */
const aimMin = 10

/** Pictures that are kept. */
const keptMax = 6

/** One folder, laid out and painted. */
interface Drawn {
  readonly width: number
  readonly height: number
  readonly places: readonly Place[]
  readonly picture: HTMLCanvasElement
}

/** Milliseconds of one zoom. */
const zoomTime = 260

/**
 * The treemap. Each folder is laid out and painted once into a picture of its own; zooming only moves two pictures, so a frame costs the same for
 * ten entries and for a hundred thousand.
 */
export class ByteMap {
  readonly #page: Page
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #folder: Folder
  /** What is shown; undefined as long as the map is out of sight. */
  #drawn: Drawn | undefined
  /** The last few, for the way back; all of one size and in the same colours. */
  readonly #kept = new Map<Folder, Drawn>()
  #wanted: (entry: PageEntry) => boolean = () => true
  #marked: Box | undefined
  #frame = 0

  constructor(page: Page, root: Folder, go: (to: { readonly folder?: Folder; readonly entry?: number }) => void) {
    const canvas = byId("plane")
    const context = canvas instanceof HTMLCanvasElement ? canvas.getContext("2d") : null
    if (context === null || !(canvas instanceof HTMLCanvasElement)) throw new Error("no canvas to draw the map on")
    this.#page = page
    this.#canvas = canvas
    this.#context = context
    this.#folder = root
    canvas.addEventListener("pointermove", (event) => this.#point(this.#placeAt(event)))
    canvas.addEventListener("pointerleave", () => this.#point(undefined))
    canvas.addEventListener("click", (event) => {
      const place = this.#placeAt(event)
      if (place !== undefined) go(this.#meant(place))
    })
    new ResizeObserver(() => this.#fit()).observe(canvas)
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw())
  }

  /** Out of sight it has no size, and back in sight mostly the same. */
  #fit(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (clientWidth > 0 && (this.#drawn?.width !== clientWidth || this.#drawn.height !== clientHeight)) this.#redraw()
  }

  #redraw(): void {
    this.#kept.clear()
    this.#drawn = this.#draw()
    this.#show()
  }

  /** Shows another folder; what it is part of, or what is part of it, moves there. */
  zoomTo(folder: Folder): void {
    const [before, from] = [this.#drawn, this.#folder]
    if (folder === from) return
    this.#folder = folder
    this.#marked = undefined
    this.#drawn = undefined
    if (before === undefined || this.#canvas.clientWidth === 0) return
    const after = this.#kept.get(folder) ?? this.#draw()
    this.#drawn = after
    const inwards = before.places.find((place) => place.folder === folder)
    const outwards = after.places.find((place) => place.folder === from)
    cancelAnimationFrame(this.#frame)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    if (still || (inwards ?? outwards) === undefined) this.#show()
    else if (inwards !== undefined) this.#move({ wide: before.picture, near: after.picture, box: inwards, inwards: true })
    else if (outwards !== undefined) this.#move({ wide: after.picture, near: before.picture, box: outwards, inwards: false })
  }

  /** Fades what is not wanted. */
  stress(wanted: (entry: PageEntry) => boolean): void {
    this.#wanted = wanted
    if (this.#canvas.clientWidth > 0) this.#redraw()
  }

  /** Outlines what a row of the table beside it is about. */
  mark(what: { readonly folder?: Folder; readonly entry?: number } | undefined): void {
    this.#marked =
      what === undefined
        ? undefined
        : (this.#drawn?.places ?? []).find(
            (place) =>
              (what.folder !== undefined && place.folder === what.folder) || (what.entry !== undefined && place.entry === what.entry),
          )
    this.#show()
  }

  #draw(): Drawn {
    const { clientWidth: width, clientHeight: height } = this.#canvas
    const scale = Math.min(2, window.devicePixelRatio)
    const picture = document.createElement("canvas")
    picture.width = Math.max(1, Math.round(width * scale))
    picture.height = Math.max(1, Math.round(height * scale))
    performance.mark("layout")
    const places = layOut(this.#folder, this.#page.entries, { width, height })
    performance.measure("everybyte layout", "layout")
    const context = picture.getContext("2d")
    if (context !== null) this.#paint(context, places, scale)
    const drawn = { width, height, places, picture }
    this.#kept.set(this.#folder, drawn)
    for (const [oldest] of this.#kept) if (this.#kept.size > keptMax) this.#kept.delete(oldest)
    return drawn
  }

  #paint(context: CanvasRenderingContext2D, places: readonly Place[], scale: number): void {
    performance.mark("draw")
    const palette = paletteOf(context)
    context.fillStyle = palette.ground
    context.fillRect(0, 0, context.canvas.width, context.canvas.height)
    context.scale(scale, scale)
    paint(context, places, { entries: this.#page.entries, palette, wanted: this.#wanted })
    performance.measure("everybyte draw", "draw")
  }

  #show(): void {
    if (this.#drawn === undefined) return
    const { width, height } = this.#drawn.picture
    if (this.#canvas.width !== width) this.#canvas.width = width
    if (this.#canvas.height !== height) this.#canvas.height = height
    this.#context.drawImage(this.#drawn.picture, 0, 0)
    if (this.#marked === undefined) return
    const { x0, y0, x1, y1 } = this.#marked
    const scale = width / Math.max(1, this.#canvas.clientWidth)
    const { accent, ground } = paletteOf(this.#context)
    for (const [colour, thick] of [
      [ground, 6],
      [accent, 3],
    ] as const) {
      this.#context.strokeStyle = colour
      this.#context.lineWidth = thick
      this.#context.strokeRect(x0 * scale + 1, y0 * scale + 1, (x1 - x0) * scale - 2, (y1 - y0) * scale - 2)
    }
  }

  /** One picture grows out of, or shrinks into, its box in the other. */
  #move(zoom: { readonly wide: HTMLCanvasElement; readonly near: HTMLCanvasElement; readonly box: Box; readonly inwards: boolean }): void {
    const { wide, near, box, inwards } = zoom
    const scale = wide.width / Math.max(1, this.#canvas.clientWidth)
    const [x, y, w, h] = [box.x0 * scale, box.y0 * scale, (box.x1 - box.x0) * scale, (box.y1 - box.y0) * scale]
    const started = performance.now()
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - started) / zoomTime))
      if (part === 1) {
        this.#show()
        return
      }
      const eased = 1 - (1 - part) ** 3
      const t = inwards ? eased : 1 - eased
      const view = { x: x * t, y: y * t, w: wide.width + (w - wide.width) * t, h: wide.height + (h - wide.height) * t }
      const [fx, fy] = [wide.width / view.w, wide.height / view.h]
      this.#context.globalAlpha = 1
      this.#context.drawImage(wide, view.x, view.y, view.w, view.h, 0, 0, wide.width, wide.height)
      this.#context.globalAlpha = t
      this.#context.drawImage(near, (x - view.x) * fx, (y - view.y) * fy, w * fx, h * fy)
      this.#context.globalAlpha = 1
      this.#frame = requestAnimationFrame(step)
    }
    this.#frame = requestAnimationFrame(step)
  }

  #placeAt(event: MouseEvent): Place | undefined {
    return placeAt(this.#drawn?.places ?? [], event.offsetX, event.offsetY)
  }

  /** An entry that is large enough to be aimed at, else the outermost folder below this one that holds it. */
  #meant(place: Place): { readonly folder?: Folder; readonly entry?: number } {
    if (place.folder !== undefined) return { folder: place.folder }
    const aimed = place.x1 - place.x0 >= aimMin && place.y1 - place.y0 >= aimMin
    const within = (this.#drawn?.places ?? []).find(({ folder, ...box }) => folder?.parent === this.#folder && contains(box, place))
    if (!aimed && within?.folder !== undefined) return { folder: within.folder }
    return place.entry === undefined ? {} : { entry: place.entry }
  }

  #point(place: Place | undefined): void {
    const shown = place?.folder === this.#folder ? undefined : place
    byId("hint").replaceChildren(shown === undefined ? "" : this.#sayOf(shown))
    if (this.#marked === shown) return
    this.#marked = shown
    this.#show()
  }

  #sayOf({ folder, entry }: Place): string {
    if (folder !== undefined)
      return `${folder.path}: ${plural(folder.entries, "entry", "entries")}, ${plural(folder.bytes, "byte")}, ${number(folder.toRead)} to read`
    const of = this.#page.entries[entry ?? 0]
    return of === undefined
      ? ""
      : `${of.path}: ${of.kind}, ${plural(of.size, "byte")}${of.toRead > 0 ? `, ${number(of.toRead)} to read` : ""}`
  }
}

const contains = (outer: Box, inner: Box): boolean =>
  outer.x0 <= inner.x0 && outer.x1 >= inner.x1 && outer.y0 <= inner.y0 && outer.y1 >= inner.y1
