import { availableParallelism } from "node:os"
import { parentPort, Worker, workerData } from "node:worker_threads"

/** What this machine can do at once; of more than four threads, what they find is gathered no faster. */
export const usefulThreads = (): number => Math.min(availableParallelism(), 4)

/** The thread was lost at this question, and at no other. */
export class ThreadLostError extends Error {
  /** It took more memory than a thread may; otherwise it failed by itself. */
  readonly isMemory: boolean

  constructor(cause: Error) {
    super(cause.message, { cause })
    this.isMemory = "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY"
  }
}

export interface ThreadOptions {
  /** What the file that answers calls itself in `answerInThread`. */
  readonly name: string
  /** `import.meta.url` of that file. */
  readonly module: string
  /** What it is started with. */
  readonly data: unknown
  /** Of what lives long in it. */
  readonly heapBytesMax: number
}

interface Waiting<Asked, Answer> {
  readonly asked: Asked
  resolve(answer: Answer): void
  reject(error: Error): void
}

type FromThread<Answer> =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly why: string }

/** A thread that answers one question after another. Where one is too much for it, that is said to who asked it, and the other questions go to a new thread. */
export class Thread<Asked, Answer> {
  readonly #options: ThreadOptions
  #worker: Worker
  readonly #waiting: Waiting<Asked, Answer>[] = []
  #failure: Error | undefined

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#worker = this.#started()
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Rejects with ThreadLostError where the thread was lost at it. */
  ask(asked: Asked): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject })
      this.#worker.postMessage(asked)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #started(): Worker {
    const { name, module, data, heapBytesMax } = this.#options
    const worker = new Worker(new URL(module), {
      name,
      resourceLimits: { maxOldGenerationSizeMb: heapBytesMax / 2 ** 20 },
      workerData: { role: name, data },
      execArgv: [],
    })
    let isReady = false
    worker.on("message", (message: FromThread<Answer>) => {
      if (message.kind === "ready") {
        isReady = true
        return
      }
      const first = this.#waiting.shift()
      if (message.kind === "answer") first?.resolve(message.answer)
      else first?.reject(new Error(message.why))
    })
    worker.on("error", (error) => {
      const [first, ...others] = this.#waiting.splice(0)
      // A thread that does not even start says nothing against what it was asked.
      if (!isReady) {
        this.#failure = error
        for (const { reject } of [first, ...others].filter((one) => one !== undefined)) reject(error)
        return
      }
      first?.reject(new ThreadLostError(error))
      this.#worker = this.#started()
      for (const one of others) {
        this.#waiting.push(one)
        this.#worker.postMessage(one.asked)
      }
    })
    return worker
  }
}

/** In a thread of that name: answers what is asked, one after the other. Elsewhere it does nothing. To be called last in its file. */
export function answerInThread<Data, Asked, Answer>(name: string, start: (data: Data) => (asked: Asked) => Promise<Answer>): void {
  const given: { readonly role: string; readonly data: Data } | null | undefined = workerData
  const port = parentPort
  if (port === null || given?.role !== name) return
  const tell = (message: FromThread<Answer>): void => port.postMessage(message)
  const answer = start(given.data)
  let before: Promise<void> = Promise.resolve()
  port.on("message", (asked: Asked) => {
    before = before.then(async () => {
      try {
        tell({ kind: "answer", answer: await answer(asked) })
      } catch (error) {
        tell({ kind: "failed", why: error instanceof Error ? error.message : String(error) })
      }
    })
  })
  tell({ kind: "ready" })
}
