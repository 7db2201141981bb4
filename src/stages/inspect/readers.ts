import type { Limits } from "../../core/limits.ts"
import { readPackaged } from "../../io/packaged.ts"
import { answerInThread, Thread, ThreadLostError, usefulThreads } from "../../io/threads.ts"
import { odditiesOf } from "./oddities.ts"
import { type Text, unread } from "./scripts.ts"
import { type Reading, TextReader } from "./text-reader.ts"

const name = "text-reader"

/** Characters that are read before a thread is started: it costs as much as reading so many. */
const aloneMax = 2_000_000

interface Release {
  /** Paths below its root. */
  readonly files: ReadonlySet<string>
  readonly limits: Limits
}

interface Asked {
  readonly text: Text
  readonly language: string
}

export interface ReadersOptions {
  readonly threads?: number
  readonly alone?: number
}

/** Reads the texts of one release: the first here, and where there are many, the others in threads, which share nothing: a text that is too much for one takes no other with it. */
export class Readers {
  readonly #release: Release
  readonly #here: TextReader
  readonly #threadsMax: number
  readonly #alone: number
  readonly #threads: Thread<Asked, Reading>[] = []
  #begun = 0

  constructor(release: Release, { threads = usefulThreads(), alone = aloneMax }: ReadersOptions = {}) {
    this.#release = release
    this.#here = new TextReader(release.files, release.limits, readPackaged)
    this.#threadsMax = threads < 2 ? 0 : threads
    this.#alone = alone
  }

  /** Texts that are worth asking for at a time: one is read in each thread while the next one is on its way. */
  get lanes(): number {
    return Math.max(1, this.#threadsMax * 2)
  }

  async read(text: Text, language: string): Promise<Reading> {
    this.#begun += text.text.length
    if (this.#threadsMax === 0 || this.#begun <= this.#alone) return await this.#here.read(text, language)
    const heapBytesMax = this.#release.limits.readerHeapBytesMax
    while (this.#threads.length < this.#threadsMax)
      this.#threads.push(new Thread({ name, module: import.meta.url, data: this.#release, heapBytesMax }))
    const free = this.#threads.reduce((one, other) => (other.waiting < one.waiting ? other : one))
    try {
      return await free.ask({ text, language })
    } catch (error) {
      if (!(error instanceof ThreadLostError)) throw error
      const why = error.isMemory ? `it takes more than ${heapBytesMax / 2 ** 20} MiB to read` : `its reader failed: ${error.message}`
      return { script: unread(text, language, why), oddities: odditiesOf(text.path, text.text), asked: undefined }
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }
}

answerInThread(name, ({ files, limits }: Release) => {
  const reader = new TextReader(files, limits, readPackaged)
  return ({ text, language }: Asked) => reader.read(text, language)
})
