import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { parentPort, Worker, workerData } from "node:worker_threads"
import { isRecord, isText } from "../core/shape.ts"
import type { YaraFile, YaraMatch, YaraString } from "../model/yara.ts"

/** Tells our worker from any other thread that imports this file. */
const role = "everybyte-yara"

interface WorkerData {
  readonly role: typeof role
  readonly files: readonly Omit<YaraFile, "sha256">[]
  /** Occurrences of one string that a condition may count. */
  readonly stringsMax: number
}

export type FromYara =
  | { readonly kind: "compiled" }
  /** A file of rules that is none, in the engine's own words. */
  | { readonly kind: "wrong"; readonly path: string; readonly why: string }
  | { readonly kind: "scanned"; readonly matches: readonly YaraMatch[]; readonly heapBytes: number }
  | { readonly kind: "failed"; readonly why: string }

/**
 * A thread with YARA-X (WebAssembly) and the compiled rules. Its own timeout does nothing in WebAssembly (measured: a condition over a large range
 * runs for ever), but a thread can be ended at any instruction. What rules print reaches nobody.
 */
export function yaraWorker(files: WorkerData["files"], stringsMax: number, compileCache: string | undefined): Worker {
  const worker = new Worker(new URL(import.meta.url), {
    name: "yara",
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    workerData: { role, files, stringsMax } satisfies WorkerData,
    env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache },
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  worker.stdout.resume()
  worker.stderr.resume()
  return worker
}

/** What the trusted base says of the engine. */
export function yaraVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@virustotal/yara-x/package.json"), "utf8"))
  return isManifest(manifest) ? manifest.version : "unknown"
}
const isManifest = isRecord({ version: isText })

const isOurs = (data: unknown): data is WorkerData => typeof data === "object" && data !== null && "role" in data && data.role === role

async function scanHere(port: NonNullable<typeof parentPort>, { files, stringsMax }: WorkerData): Promise<void> {
  const { initSync, Compiler } = await import("@virustotal/yara-x")
  const script = createRequire(import.meta.url).resolve("@virustotal/yara-x")
  const { memory } = initSync({ module: readFileSync(join(dirname(script), "yara_x_js_bg.wasm")) })
  Date.now = () => {
    throw new Error("a rule asks for the time, which is no property of the bytes")
  }
  const tell = (message: FromYara): void => port.postMessage(message)
  const compiler = new Compiler()
  for (const { path, text } of files) {
    try {
      compiler.newNamespace(path)
      compiler.addSource(text)
    } catch (error) {
      tell({ kind: "wrong", path, why: wordsOf(error) })
      return
    }
  }
  const rules = compiler.build()
  tell({ kind: "compiled" })
  port.on("message", (bytes: Uint8Array) => {
    try {
      // A scanner that is used over and over ended in a trap once; a new one costs nothing.
      const scanner = rules.scanner()
      scanner.setMaxMatchesPerPattern(stringsMax)
      const { matches } = resultOf(scanner.scan(bytes))
      scanner.free()
      tell({ kind: "scanned", matches: matches.filter(({ isPrivate }) => !isPrivate).map(matchOf), heapBytes: memory.buffer.byteLength })
    } catch (error) {
      tell({ kind: "failed", why: wordsOf(error) })
    }
  })
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What the engine answers, by its README; its types say `any`. */
interface Answer {
  readonly matches: readonly Matched[]
}
interface Matched {
  readonly identifier: string
  readonly namespace: string
  readonly isPrivate: boolean
  readonly tags: readonly string[]
  readonly metadata: readonly { readonly identifier: string; readonly value: unknown }[]
  readonly patterns: readonly {
    readonly identifier: string
    readonly isPrivate: boolean
    readonly matches: readonly { readonly offset: number; readonly length: number }[]
  }[]
}

const resultOf = (answer: Answer): Answer => answer

/** Places of strings that are handed on, and characters of a description. */
const placesMax = 8
const descriptionMax = 500

function matchOf({ identifier, namespace, tags, metadata, patterns }: Matched): YaraMatch {
  const description = metadata.find((one) => one.identifier === "description")?.value
  const strings = patterns
    .filter(({ isPrivate }) => !isPrivate)
    .flatMap(({ identifier: name, matches }) =>
      matches.slice(0, placesMax).map(({ offset, length }): YaraString => ({ name, start: offset, end: offset + length })),
    )
    .sort((a, b) => a.start - b.start || (a.name < b.name ? -1 : 1))
  return {
    rule: identifier,
    file: namespace,
    tags,
    ...(typeof description === "string" ? { description: description.slice(0, descriptionMax).toWellFormed() } : {}),
    strings: strings.slice(0, placesMax),
  }
}

// Last: what stands above is there by now.
if (isOurs(workerData) && parentPort !== null) await scanHere(parentPort, workerData)
