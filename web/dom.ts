type Child = Node | string

/** An element with attributes and children. Strings become text nodes: nothing here reads markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

/** An element that the page's own markup has; its absence is a defect of ours. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

export function inputById(id: string): HTMLInputElement {
  const found = byId(id)
  if (!(found instanceof HTMLInputElement)) throw new Error(`#${id} is no input`)
  return found
}

/** Says to a screen reader what changed. */
export const announce = (text: string): void => byId("status").replaceChildren(text)

/** Digits in groups of three, as in the other forms of the report. */
export const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",")

export const plural = (count: number, one: string, many = `${one}s`): string => `${number(count)} ${count === 1 ? one : many}`

/** Puts nodes into a place, so many at a time; the rest waits for a button. */
export function inSteps(
  place: HTMLElement,
  nodes: { readonly count: number; at(index: number): Node },
  options: { readonly step: number; readonly what: string; wrap(more: HTMLElement): HTMLElement },
): void {
  let next = 0
  const grow = (): void => {
    const end = Math.min(nodes.count, next + options.step)
    for (; next < end; next += 1) place.append(nodes.at(next))
    if (next === nodes.count) return
    const button = make(
      "button",
      { type: "button", class: "more" },
      `Show ${number(Math.min(options.step, nodes.count - next))} more of ${number(nodes.count - next)} ${options.what}`,
    )
    const wrapped = options.wrap(button)
    button.addEventListener("click", () => {
      const before = place.childElementCount - 1
      wrapped.remove()
      grow()
      place.children[before]?.querySelector("a")?.focus()
    })
    place.append(wrapped)
  }
  grow()
}
