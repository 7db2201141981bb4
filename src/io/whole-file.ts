import { constants, openSync } from "node:fs"

/** All bytes of a file that is open: chunks, as of any stream, or the file itself for a program that reads it. */
export class WholeFile implements AsyncIterable<Uint8Array> {
  readonly #fd: number
  readonly #chunks: () => AsyncGenerator<Uint8Array>

  constructor(fd: number, chunks: () => AsyncGenerator<Uint8Array>) {
    this.#fd = fd
    this.#chunks = chunks
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    return this.#chunks()
  }

  /**
   * A descriptor that reads from the first byte on, whatever has become of the file's name: Linux makes another one of what is open (proc(5)).
   * Undefined where the system does not. The caller closes it.
   */
  reopen(): number | undefined {
    try {
      return openSync(`/proc/self/fd/${this.#fd}`, constants.O_RDONLY)
    } catch {
      return undefined
    }
  }
}
