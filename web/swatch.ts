import type { Kind } from "../src/model/ledger.ts"
import { make } from "./dom.ts"
import { paintSwatch } from "./paint.ts"

const side = 12

/** A small sample of a kind. Words stand beside it wherever it stands. */
export function swatch(kind: Kind): HTMLCanvasElement {
  const made = make("canvas", { class: "swatch", width: String(side), height: String(side), "aria-hidden": "true", "data-kind": kind })
  paintSwatch(made, kind)
  return made
}

/** Other colours: dark became light. */
export function repaintSwatches(kinds: readonly Kind[]): void {
  for (const kind of kinds)
    for (const made of document.querySelectorAll<HTMLCanvasElement>(`canvas.swatch[data-kind="${kind}"]`)) paintSwatch(made, kind)
}
