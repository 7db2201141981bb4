import { performance } from "node:perf_hooks"
import type { Worker } from "node:worker_threads"
import { FaultError } from "../core/fault.ts"
import type { YaraFile, YaraMatch } from "../model/yara.ts"
import type { Context } from "./context.ts"
import { type FromYara, yaraVersion, yaraWorker } from "./yara-worker.ts"

/** What came of one content; `isOfTheMoment`: on another day or machine it may come out otherwise. */
export type Scanned = { readonly matches: readonly YaraMatch[] } | { readonly why: string; readonly isOfTheMoment: boolean }

/** Compiled rules, ready to look at bytes. */
export interface Yara {
  readonly engine: string
  readonly files: readonly YaraFile[]
  scan(bytes: Uint8Array): Promise<Scanned>
  close(): Promise<void>
}

/** Compiles the user's rules. Throws a usage fault with file, line and the engine's words for what does not compile. */
export async function openYara(files: readonly YaraFile[], ctx: Context): Promise<Yara> {
  const version = yaraVersion()
  const engine = new Engine(files, ctx)
  const started = await engine.start()
  if (started.kind === "compiled") {
    ctx.toolsUsed.set("yara-x", version)
    return { engine: `YARA-X ${version}`, files, scan: (bytes) => engine.scan(bytes), close: () => engine.close() }
  }
  await engine.close()
  if (started.kind === "wrong") throw wrong(started.path, started.why)
  throw wrong(files.map(({ path }) => path).join(", "), started.kind === "failed" ? started.why : "the engine answered out of turn")
}

/** The engine says it in several lines: what, ` --> line:1:21`, and under the line in question a word on it. */
function wrong(path: string, why: string): FaultError {
  const [what = why] = why.split("\n")
  const [, at = ""] = /--> line(:\d+:\d+)/.exec(why) ?? []
  const [, word] = /\^ ?([^\n^]+)$/m.exec(why) ?? []
  const said = word === undefined ? what : `${what} (${word})`
  return new FaultError({
    kind: "usage",
    why: `${path}${at}: ${said}`,
    remedy: "rules are those of YARA-X; leave out what it does not know",
  })
}

/** One thread at a time. What hung, trapped or grew too large is ended, and the next content gets a new one. */
class Engine {
  readonly #files: readonly YaraFile[]
  readonly #ctx: Context
  #worker: Worker | undefined
  #milliseconds = 0

  constructor(files: readonly YaraFile[], ctx: Context) {
    this.#files = files
    this.#ctx = ctx
  }

  start(): Promise<FromYara> {
    const { limits, environment } = this.#ctx
    const files = this.#files.map(({ path, text }) => ({ path, text }))
    const worker = yaraWorker(files, limits.yaraStringsMax, environment["NODE_COMPILE_CACHE"])
    worker.on("error", () => undefined) // told to whoever awaits an answer; between answers the next one finds it gone
    this.#worker = worker
    return this.#answer(worker)
  }

  async scan(bytes: Uint8Array): Promise<Scanned> {
    const { yaraSecondsRunMax, yaraHeapBytesMax } = this.#ctx.limits
    if (this.#milliseconds > yaraSecondsRunMax * 1000)
      return { why: `the time for all entries is used up (yaraSecondsRunMax=${yaraSecondsRunMax})`, isOfTheMoment: true }
    const began = performance.now()
    if (this.#worker === undefined) {
      const started = await this.start()
      if (started.kind !== "compiled") return await this.#lost(started)
    }
    const worker = this.#worker
    if (worker === undefined) return { why: "the engine could not be started", isOfTheMoment: true }
    // Copied: what is handed over is a part of a larger buffer as often as not.
    const handed = Uint8Array.from(bytes)
    worker.postMessage(handed, [handed.buffer])
    const answer = await this.#answer(worker)
    this.#milliseconds += performance.now() - began
    if (answer.kind !== "scanned") return await this.#lost(answer)
    if (answer.heapBytes > yaraHeapBytesMax) await this.close()
    return { matches: answer.matches }
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async #lost(answer: FromYara): Promise<Scanned> {
    await this.close()
    if (answer.kind === "failed" && answer.why === late) {
      const { yaraSecondsMax } = this.#ctx.limits
      return { why: `the rules took longer than yaraSecondsMax=${yaraSecondsMax} on it`, isOfTheMoment: true }
    }
    return { why: `the engine failed on it: ${"why" in answer ? answer.why : answer.kind}`, isOfTheMoment: true }
  }

  /** The next thing that the thread says, or that it says no more. */
  async #answer(worker: Worker): Promise<FromYara> {
    return await new Promise((resolve) => {
      const told = (message: FromYara): void => {
        clearTimeout(timer)
        worker.off("message", told).off("error", broke).off("exit", left)
        resolve(message)
      }
      const broke = (error: Error): void => told({ kind: "failed", why: error.message })
      const left = (): void => told({ kind: "failed", why: "it ended early" })
      const timer = setTimeout(() => told({ kind: "failed", why: late }), this.#ctx.limits.yaraSecondsMax * 1000)
      worker.on("message", told).on("error", broke).on("exit", left)
    })
  }
}

const late = "it took too long"
