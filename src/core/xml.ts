import { SaxesParser } from "saxes"
import { FaultError } from "./fault.ts"

export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** Its own characters, without those of its elements, and without blanks around them. */
  readonly text: string
  readonly elements: readonly Element[]
}

/** Elements inside elements, and all of a tree; the bytes are bounded by who fetched them. */
const depthMax = 64
const elementsMax = 200_000

interface Open extends Element {
  text: string
  readonly elements: Open[]
}

const openElement = (name: string, attributes: ReadonlyMap<string, string> = new Map()): Open => ({
  name,
  attributes,
  text: "",
  elements: [],
})

/** Builds trees of what the parser sees. Everything that is not well-formed is a fault. */
class Builder {
  readonly top = openElement("")
  readonly #layer: string
  readonly #parser = new SaxesParser()
  readonly #open: Open[] = [this.top]
  #count = 0

  /** `closed` hears of each element when it ends, and how deep it stood: 1 is the document's own. */
  constructor(layer: string, closed: (element: Open, depth: number, parent: Open) => void = () => undefined) {
    this.#layer = layer
    this.#parser.on("error", (error) => this.malformed(`well-formed XML (${error.message.slice(0, 200)})`))
    this.#parser.on("doctype", () => this.malformed("XML without a document type declaration"))
    this.#parser.on("opentag", ({ name, attributes }) => this.#enter(openElement(name, new Map(Object.entries(attributes)))))
    this.#parser.on("text", (part) => this.#add(part))
    this.#parser.on("cdata", (part) => this.#add(part))
    this.#parser.on("closetag", () => {
      const element = this.#open.pop()
      const parent = this.#open.at(-1)
      if (element === undefined || parent === undefined) return
      element.text = element.text.trim()
      closed(element, this.#open.length, parent)
    })
  }

  write(text: string): void {
    this.#parser.write(text)
  }

  end(): Open {
    this.#parser.close()
    return this.top
  }

  /** What was seen so far no longer counts. */
  forget(): void {
    this.#count = 0
  }

  malformed(expected: string): never {
    throw new FaultError({ kind: "malformed", layer: this.#layer, offset: Math.max(0, this.#parser.position), expected })
  }

  #enter(element: Open): void {
    this.#count += 1
    if (this.#open.length > depthMax || this.#count > elementsMax)
      this.malformed(`no more than ${depthMax} elements inside each other and ${elementsMax} in all`)
    this.#open.at(-1)?.elements.push(element)
    this.#open.push(element)
  }

  #add(part: string): void {
    const inner = this.#open.at(-1)
    if (inner !== undefined) inner.text += part
  }
}

/**
 * A document (XML 1.0, fifth edition) that is well-formed, as a tree. A document type declaration is refused: it could declare entities, and these documents
 * need none. The five of XML itself and character references are all that is expanded.
 */
export function xmlOf(layer: string, bytes: Uint8Array): Element {
  const builder = new Builder(layer)
  builder.write(textOf(bytes))
  return builder.end().elements[0] ?? builder.malformed("an element")
}

/** The elements of a name right below the document's own, one after another: a large list is never held whole. UTF-8 alone. */
export async function* elementsOf(layer: string, chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Element> {
  const ready: Element[] = []
  const builder: Builder = new Builder(layer, (element, depth, parent) => {
    if (depth !== 2) return
    parent.elements.pop()
    parent.text = ""
    builder.forget()
    if (element.name === name) ready.push(element)
  })
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    builder.write(decoder.decode(chunk, { stream: true }))
    yield* ready.splice(0)
  }
  builder.write(decoder.decode())
  builder.end()
  yield* ready.splice(0)
}

/** UTF-8, or what the declaration names of the encodings that every system reads. */
function textOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1")
  const isLatin = /^<\?xml[^>]*encoding\s*=\s*["'](?:iso-8859-1|us-ascii|latin1)["']/i.test(head)
  return Buffer.from(bytes)
    .toString(isLatin ? "latin1" : "utf8")
    .replace(/^\ufeff/, "")
}

/** The first element at a path of names below this one. */
export function elementAt(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => at?.elements.find((one) => one.name === name), element)
}

/** The text at a path of names; undefined where there is none, or no text. */
export const textAt = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  elementAt(element, ...path)?.text || undefined

/** All elements of a name in the list that stands at a path: `mirrors` has elements `mirror`. */
export const listAt = (element: Element | undefined, list: string, name: string): readonly Element[] =>
  elementAt(element, list)?.elements.filter((one) => one.name === name) ?? []
