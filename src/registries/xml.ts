import { SaxesParser } from "saxes"
import { FaultError } from "../core/fault.ts"

/** An element of a small document. Attributes are read by nobody yet. */
export interface Element {
  readonly name: string
  /** Its own characters, without those of its elements, and without blanks around them. */
  readonly text: string
  readonly elements: readonly Element[]
}

/** Elements inside elements, and all of a document; its bytes are bounded by who fetched it. */
const depthMax = 64
const elementsMax = 200_000

interface Open {
  readonly name: string
  text: string
  readonly elements: Open[]
}

/**
 * A document (XML 1.0, fifth edition) that is well-formed, as a tree. A document type declaration is refused: it could declare entities, and these documents
 * need none. The five of XML itself and character references are all that is expanded.
 */
export function xmlOf(layer: string, bytes: Uint8Array): Element {
  const text = textOf(bytes)
  const parser = new SaxesParser()
  const malformed = (expected: string): never => {
    throw new FaultError({ kind: "malformed", layer, offset: Math.max(0, parser.position), expected })
  }
  const top: Open = { name: "", text: "", elements: [] }
  const open = [top]
  let count = 0
  parser.on("error", (error) => malformed(`well-formed XML (${error.message.slice(0, 200)})`))
  parser.on("doctype", () => malformed("XML without a document type declaration"))
  parser.on("opentag", ({ name }) => {
    count += 1
    if (open.length > depthMax || count > elementsMax)
      malformed(`no more than ${depthMax} elements inside each other and ${elementsMax} in all`)
    const element: Open = { name, text: "", elements: [] }
    open.at(-1)?.elements.push(element)
    open.push(element)
  })
  const add = (part: string): void => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += part
  }
  parser.on("text", add)
  parser.on("cdata", add)
  parser.on("closetag", () => {
    const closed = open.pop()
    if (closed !== undefined) closed.text = closed.text.trim()
  })
  parser.write(text).close()
  return top.elements[0] ?? malformed("an element")
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
