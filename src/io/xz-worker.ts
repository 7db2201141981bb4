import { parentPort, Worker, workerData } from "node:worker_threads"
import { FaultError } from "../core/fault.ts"

/** Chunks that may wait on either side: a few MiB. */
const inFlightMax = 4

type ToWorker = { readonly kind: "chunk"; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly kind: "end" } | { readonly kind: "taken" }
type FromWorker =
  | { readonly kind: "chunk"; readonly bytes: Uint8Array }
  | { readonly kind: "wanted" }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly why: string }

/** Tells our worker from any other thread that imports this file: that one's port is not ours to listen on. */
const role = "everybyte-xz-decoder"

/** Decodes xz in a worker thread, so that the decoder and our hashing share the machine's cores. */
export async function* workerDecompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const worker = new Worker(new URL(import.meta.url), {
    name: "xz",
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    workerData: role,
    env: {},
    execArgv: [],
  })
  const inbox = mailbox(worker)
  const source = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const message = await inbox.next()
      if (message.kind === "end") return
      if (message.kind === "failed") throw faultOf(message.why)
      if (message.kind === "chunk") {
        yield message.bytes
        send(worker, { kind: "taken" })
        continue
      }
      const next = await source.next()
      send(worker, next.done === true ? { kind: "end" } : { kind: "chunk", bytes: new Uint8Array(next.value) })
    }
  } finally {
    await worker.terminate()
    await source.return?.()
  }
}

/** What xz-embedded cannot do (enum xz_ret in xz.h) says nothing against the stream. */
const beyondDecoder: ReadonlyMap<string, string> = new Map([
  ["3", "no memory for the dictionary of this stream"],
  ["4", "the stream wants a dictionary of more than 64 MiB"],
  ["6", "the stream uses a filter or a check that this decoder does not know"],
])

function faultOf(why: string): FaultError {
  const beyond = beyondDecoder.get(/error code (\d+)$/.exec(why)?.[1] ?? "")
  if (beyond !== undefined)
    return new FaultError({ kind: "unavailable", source: "xz-decompress (WASM)", why: beyond, remedy: "install xz" })
  return new FaultError({ kind: "malformed", layer: "xz", offset: 0, expected: `a sound xz stream (${why})` })
}

const send = (worker: Worker, message: ToWorker): void =>
  worker.postMessage(message, message.kind === "chunk" ? [message.bytes.buffer] : [])

function mailbox(worker: Worker): { next(): Promise<FromWorker> } {
  const waiting: FromWorker[] = []
  let wake: (() => void) | undefined
  const put = (message: FromWorker): void => {
    waiting.push(message)
    wake?.()
  }
  worker.on("message", put)
  worker.on("error", (error) => put({ kind: "failed", why: error.message }))
  worker.on("exit", () => put({ kind: "failed", why: "the decoder ended early" }))
  return {
    async next() {
      while (waiting.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const [message] = waiting.splice(0, 1)
      return message ?? { kind: "failed", why: "no message" }
    },
  }
}

if (workerData === role && parentPort !== null) await decodeHere(parentPort)

async function decodeHere(port: NonNullable<typeof parentPort>): Promise<void> {
  const { default: xzDecompress } = await import("xz-decompress")
  const incoming: ((bytes: Uint8Array | undefined) => void)[] = []
  let wakeSender: (() => void) | undefined
  let inFlight = 0
  port.on("message", (message: ToWorker) => {
    if (message.kind === "taken") {
      inFlight -= 1
      wakeSender?.()
    } else incoming.shift()?.(message.kind === "chunk" ? message.bytes : undefined)
  })
  const compressed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = await new Promise<Uint8Array | undefined>((resolve) => {
        incoming.push(resolve)
        port.postMessage({ kind: "wanted" })
      })
      if (bytes === undefined) controller.close()
      else controller.enqueue(bytes)
    },
  })
  try {
    for await (const bytes of joined(new xzDecompress.XzReadableStream(compressed))) {
      while (inFlight >= inFlightMax)
        await new Promise<void>((resolve) => {
          wakeSender = resolve
        })
      inFlight += 1
      port.postMessage({ kind: "chunk", bytes }, [bytes.buffer])
    }
    port.postMessage({ kind: "end" })
  } catch (error) {
    port.postMessage({ kind: "failed", why: error instanceof Error ? error.message : String(error) })
  }
  port.unref()
}

/** The decoder gives small pieces of its own memory: copied together before they travel. */
async function* joined(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(1 << 20)
  let size = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const part = chunk.subarray(at, at + buffer.byteLength - size)
      buffer.set(part, size)
      size += part.byteLength
      at += part.byteLength
      if (size < buffer.byteLength) continue
      yield buffer
      buffer = new Uint8Array(1 << 20)
      size = 0
    }
  }
  if (size > 0) yield buffer.slice(0, size)
}
