import { number } from "../../core/count.ts"
import { element, lineBreak, type Markup } from "../html/markup.ts"

export type Cell = Markup | string
/** A number stands right, with its digits grouped. */
export type Row = readonly (Cell | number)[]

export interface Section {
  readonly id: string
  readonly title: string
  readonly content: readonly Markup[]
}

export const sectionOf = ({ id, title, content }: Section): Markup =>
  element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), ...content, lineBreak)

export const note = (text: string): Markup => element("p", { class: "note" }, text)
export const code = (text: string): Markup => element("code", {}, text)
/** A day or an id, which no line end cuts. */
export const uncut = (text: string, name: "span" | "code" = "span"): Markup => element(name, { class: "whole" }, text)
export const lines = (all: readonly Cell[]): Markup => element("div", {}, ...all.map((one) => element("div", {}, one)))
export const list = (all: readonly string[]): Markup => element("ul", {}, ...all.map((one) => element("li", {}, one)))

/** A table that scrolls by itself, by keys too, where the page is narrow. The first cell of a row names it. */
export function table(head: readonly [string, ...Cell[]], rows: readonly Row[]): Markup {
  const figures = head.map((_, column) => rows.some((row) => typeof row[column] === "number"))
  const attributes = (column: number): Readonly<Record<string, string>> => (figures[column] ? { class: "figure" } : {})
  const cell = (value: Cell | number, column: number): Markup =>
    element(
      column === 0 ? "th" : "td",
      { ...attributes(column), ...(column === 0 ? { scope: "row" } : {}) },
      typeof value === "number" ? number(value) : value,
    )
  return element(
    "div",
    { class: "wide", role: "group", tabindex: "0", "aria-label": head[0] },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head.map((one, column) => element("th", { ...attributes(column), scope: "col" }, one)))),
      element("tbody", {}, ...rows.flatMap((row) => [element("tr", {}, ...row.map(cell)), lineBreak])),
    ),
  )
}
