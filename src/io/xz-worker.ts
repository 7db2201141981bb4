import { parentPort, Worker, workerData } from "node:worker_threads"
import { FaultError } from "../core/fault.ts"

/**
 * Decoded bytes cross in slots of shared memory and are copied out at once. Buffers handed from thread to thread would be freed in
 * another arena of malloc than they came from, which then never gets smaller (measured on linux's 1.4 GB: 60 MB more resident).
 */
const slots = 4
const slotBytes = 1 << 18

type ToWorker = { readonly kind: "chunk"; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly kind: "end" } | { readonly kind: "taken" }
type FromWorker =
  | { readonly kind: "chunk"; readonly slot: number; readonly size: number }
  | { readonly kind: "wanted" }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly why: string }

/** Tells our worker from any other thread that imports this file: that one's port is not ours to listen on. */
const role = "everybyte-xz-decoder"

interface WorkerData {
  readonly role: typeof role
  readonly shared: SharedArrayBuffer
}

const slotOf = (shared: SharedArrayBuffer, slot: number): Uint8Array => new Uint8Array(shared, slot * slotBytes, slotBytes)

/**
 * Decodes xz in a worker thread, so that the decoder and our hashing share the machine's cores.
 * With the `compileCache` of the checkout the thread need not load Node's TypeScript compiler (17 MB).
 */
export async function* workerDecompress(chunks: AsyncIterable<Uint8Array>, compileCache: string | undefined): AsyncGenerator<Uint8Array> {
  const shared = new SharedArrayBuffer(slots * slotBytes)
  const worker = new Worker(new URL(import.meta.url), {
    name: "xz",
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
    workerData: { role, shared } satisfies WorkerData,
    env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache },
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
        const bytes = Uint8Array.from(slotOf(shared, message.slot).subarray(0, message.size))
        send(worker, { kind: "taken" })
        yield bytes
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

const isOurs = (data: unknown): data is WorkerData => typeof data === "object" && data !== null && "role" in data && data.role === role

if (isOurs(workerData) && parentPort !== null) await decodeHere(parentPort, workerData.shared)

async function decodeHere(port: NonNullable<typeof parentPort>, shared: SharedArrayBuffer): Promise<void> {
  const { default: xzDecompress } = await import("xz-decompress")
  const incoming: ((bytes: Uint8Array<ArrayBuffer> | undefined) => void)[] = []
  let wakeSender: (() => void) | undefined
  let inFlight = 0
  port.on("message", (message: ToWorker) => {
    if (message.kind === "taken") {
      inFlight -= 1
      wakeSender?.()
    } else incoming.shift()?.(message.kind === "chunk" ? message.bytes : undefined)
  })
  let supplied: Uint8Array<ArrayBuffer> | undefined
  const compressed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await new Promise<Uint8Array<ArrayBuffer> | undefined>((resolve) => {
          incoming.push(resolve)
          port.postMessage({ kind: "wanted" })
        })
        if (next === undefined) return controller.close()
        free(supplied)
        supplied = next
        controller.enqueue(next)
      },
    },
    { highWaterMark: 0 }, // asked for more only when the last chunk is used up
  )
  let slot = 0
  let size = 0
  const sendSlot = (): void => {
    inFlight += 1
    port.postMessage({ kind: "chunk", slot, size })
    slot = (slot + 1) % slots
    size = 0
  }
  try {
    for await (const piece of new xzDecompress.XzReadableStream(compressed)) {
      for (let at = 0; at < piece.byteLength; ) {
        while (inFlight >= slots)
          await new Promise<void>((resolve) => {
            wakeSender = resolve
          })
        const part = piece.subarray(at, at + slotBytes - size)
        slotOf(shared, slot).set(part, size)
        size += part.byteLength
        at += part.byteLength
        if (size === slotBytes) sendSlot()
      }
      free(piece)
    }
    if (size > 0) sendSlot()
    port.postMessage({ kind: "end" })
  } catch (error) {
    port.postMessage({ kind: "failed", why: error instanceof Error ? error.message : String(error) })
  }
  port.unref()
}

/** Lets go of a buffer's memory now; left to the collector, tens of MiB of them wait. */
function free(bytes: Uint8Array | undefined): void {
  if (bytes?.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0)
}
