import type { Language as Grammar, Parser, Tree } from "web-tree-sitter"
import type { Limits } from "../core/limits.ts"
import type { ReadPackaged } from "./language.ts"
import type { Skipped, Syntax, SyntaxNode } from "./syntax.ts"

/** Pages of WebAssembly, of 64 KiB: the runtime asks for 32 MiB at the start; a parse that comes over the limit is stopped long before the end of its memory, which it would not survive. */
const firstPages = 512
const lastPages = 2 ** 15

interface Runtime {
  readonly Parser: typeof Parser
  readonly Language: typeof Grammar
  readonly memory: WebAssembly.Memory
}

/** One runtime for all grammars: its memory is never given back, only used again. */
let runtime: Promise<Runtime> | undefined

async function startRuntime(read: ReadPackaged): Promise<Runtime> {
  const { Parser, Language } = await import("web-tree-sitter")
  const memory = new WebAssembly.Memory({ initial: firstPages, maximum: lastPages })
  await Parser.init({ wasmBinary: await read("web-tree-sitter/web-tree-sitter.wasm"), wasmMemory: memory })
  return { Parser, Language, memory }
}

export type GrammarName = "cpp" | "python" | "ruby" | "rust" | "php" | "go" | "java"

type Bounds = Pick<Limits, "syntaxHeapBytesMax" | "syntaxProgressMax" | "syntaxNodesMax" | "syntaxDepthMax">

type Parse = (text: string, bounds: Bounds) => Syntax

/** A grammar takes its part of the memory for good, so each is loaded once. */
const grammars = new Map<GrammarName, Promise<Parse>>()

/** Loads a grammar of tree-sitter. What is returned parses a text of any content, and recovers from errors in it. */
export function loadGrammar(name: GrammarName, read: ReadPackaged): Promise<Parse> {
  const loaded = grammars.get(name) ?? load(name, read)
  grammars.set(name, loaded)
  return loaded
}

async function load(name: GrammarName, read: ReadPackaged): Promise<Parse> {
  runtime ??= startRuntime(read)
  const { Parser, Language, memory } = await runtime
  const grammar = await Language.load(await read(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`))
  const parser = new Parser().setLanguage(grammar)
  const kept = grammar.types.map((type, id) => isKept(type, grammar.nodeTypeIsNamed(id)))
  return (text, bounds) => {
    let steps = 0
    const stops = (): boolean => ++steps > bounds.syntaxProgressMax || memory.buffer.byteLength > bounds.syntaxHeapBytesMax
    const tree = parser.parse(asLetters(text), null, { progressCallback: stops })
    if (tree === null) {
      parser.reset()
      return { root: rootOf(text), skipped: [{ start: 0, end: text.length, why: "the parser needs more time or memory than it may have" }] }
    }
    try {
      return copied(tree, text, grammar, kept, bounds)
    } finally {
      tree.delete()
    }
  }
}

/** Bytes from 128 on are letters to a grammar, as they are in the names of most languages; what they spell is read from the text itself. */
const asLetters = (text: string): string => text.replaceAll(/[\x80-\xff]/g, "\u00e9")

/** Of what has no name only operators are kept: comments and punctuation mean nothing to a front end, and keywords stand in the name of the node around them. */
const isKept = (type: string, isNamed: boolean): boolean =>
  isNamed ? !/comment$/.test(type) : /[^()[\]{},;:.'"`=\w\s]/.test(type) || /[^=]=|==|^(?:and|or)$/.test(type)

const rootOf = (text: string): SyntaxNode => ({ type: "ERROR", field: undefined, start: 0, end: text.length, children: [] })

interface Open extends SyntaxNode {
  readonly children: SyntaxNode[]
  /** Levels of it and what is around it; a sum on the left of a sum is one level with it, as front ends read such chains in a loop. */
  readonly depth: number
}

/** Copies a tree out of the heap of WebAssembly, in one pass and without recursion: each look across costs a call. */
function copied(tree: Tree, text: string, { types, fields }: Grammar, kept: readonly boolean[], bounds: Bounds): Syntax {
  const skipped: Skipped[] = []
  const cursor = tree.walk()
  const root: Open = { ...rootOf(text), type: cursor.nodeType, children: [], depth: 0 }
  if (root.type === "ERROR") skipped.push({ start: 0, end: text.length, why: "syntax error" })
  /** The nodes around the cursor; one that is not kept is stood in for by the one around it. */
  const around: Open[] = []
  let [nodes, isBack]: [number, boolean] = [0, false]
  for (;;) {
    const parent = around.at(-1)
    if (!isBack) {
      const id = cursor.nodeTypeId
      let node = parent ?? root
      if (parent !== undefined && (kept[id] ?? true)) {
        const [type, start, end] = [types[id] ?? "ERROR", cursor.startIndex, cursor.endIndex]
        if (type === "ERROR") skipped.push({ start, end, why: "syntax error" })
        else if (start === end && cursor.nodeIsMissing) skipped.push({ start, end, why: `syntax error: ${type} is missing` })
        const field = fields[cursor.currentFieldId] ?? undefined
        node = { type, field, start, end, children: [], depth: parent.depth + (field === "left" && type === parent.type ? 0 : 1) }
        parent.children.push(node)
        if (++nodes >= bounds.syntaxNodesMax) {
          skipped.push({ start, end: text.length, why: `more than ${bounds.syntaxNodesMax} nodes in the syntax tree` })
          break
        }
      }
      if (node.depth >= bounds.syntaxDepthMax)
        skipped.push({ start: node.start, end: node.end, why: `more than ${bounds.syntaxDepthMax} levels` })
      else if (cursor.gotoFirstChild()) {
        around.push(node)
        continue
      }
    }
    if (cursor.gotoNextSibling()) isBack = false
    else if (cursor.gotoParent()) {
      around.pop()
      isBack = true
    } else break
  }
  // A sign that is missing is no node that is kept.
  if (skipped.length === 0 && tree.rootNode.hasError) skipped.push({ start: 0, end: text.length, why: "syntax error: a sign is missing" })
  cursor.delete()
  return { root, skipped }
}
