import { randomBytes } from "node:crypto"
import { constants, fstat, open, unlink, write } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { emptyBytes, type FileWriter, type Spill } from "../core/bytes.ts"
import type { Context } from "./context.ts"
import { fault } from "./disk-fault.ts"
import { makeFolder } from "./files.ts"
import { OpenFile } from "./open-file.ts"

const openFd = promisify(open)
const writeFd = promisify(write)
const statFd = promisify(fstat)
const unlinkFd = promisify(unlink)

const chunkBytes = 1 << 20
/** What another process writes is read in pieces of so many bytes; a file without a name tells nobody that it grew, so it is looked at so often. */
const followed = { bytesMin: 1 << 16, bytesMax: 1 << 18, everyMs: 4 }

// Unlinked as soon as it is open, so that a crash leaves nothing.
/** A temporary file that is appended to and read back. Writes are gathered into 1 MiB; reads see what is still gathered. */
export async function spill(ctx: Context): Promise<Spill & { close(): Promise<void> }> {
  const folder = join(ctx.cache, "tmp")
  const path = join(folder, randomBytes(12).toString("hex"))
  await makeFolder(folder)
  const fd = await openFd(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600).catch((error: unknown) =>
    fault(path, error),
  )
  await unlinkFd(path)
  return new SpillFile(path, fd)
}

class SpillFile extends OpenFile implements Spill {
  size = 0
  #written = 0
  /** Two buffers take turns, one filling while the other is written: what passes through leaves no garbage. Let go of at the first read. */
  #filling: Uint8Array = emptyBytes
  #resting: Uint8Array = emptyBytes
  #filled = 0
  #flushing: Promise<void> = Promise.resolve()

  async append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#filling.byteLength === 0) this.#filling = Buffer.allocUnsafeSlow(chunkBytes)
      const part = chunk.subarray(at, at + chunkBytes - this.#filled)
      this.#filling.set(part, this.#filled) // copied: the caller may use its buffer again
      this.#filled += part.byteLength
      this.size += part.byteLength
      at += part.byteLength
      if (this.#filled === chunkBytes) await this.#flush()
    }
  }

  override async read(start: number, end: number): Promise<Uint8Array> {
    if (end > this.#written) {
      await this.#flush()
      await this.#flushing
      this.#filling = this.#resting = emptyBytes
    }
    return end === start ? emptyBytes : super.read(start, end)
  }

  override readNow(start: number, end: number): Uint8Array | undefined {
    return end > this.#written ? undefined : super.readNow(start, end)
  }

  async *follow(start: (fd: number) => FileWriter, bytesMax: number): AsyncGenerator<Uint8Array> {
    let hasEnded = false
    const writer = start(this.fd)
    const ended = writer.ended.then(() => {
      hasEnded = true
    })
    for (;;) {
      const isWhole = hasEnded // asked first: what is there then is all
      const there = Math.min((await statFd(this.fd)).size, bytesMax + 1)
      if (there > bytesMax) writer.stop()
      if (there - this.size >= followed.bytesMin || (isWhole && there > this.size)) {
        const end = Math.min(there, this.size + followed.bytesMax)
        const chunk = await super.read(this.size, end)
        this.#written = this.size = end
        yield chunk
      } else if (isWhole) return
      else await Promise.race([ended, sleep(followed.everyMs)])
    }
  }

  override async *stream(start = 0, end = this.size): AsyncGenerator<Uint8Array> {
    yield* super.stream(start, end)
  }

  /** Starts to write what is gathered, once the buffer before it is on disk. */
  async #flush(): Promise<void> {
    for (let before: unknown; before !== this.#flushing; await before) before = this.#flushing
    if (this.#filled === 0) return
    const bytes = this.#filling.subarray(0, this.#filled)
    ;[this.#filling, this.#resting] = [this.#resting, this.#filling]
    this.#filled = 0
    this.#flushing = this.#write(bytes)
    this.#flushing.catch(() => undefined) // told to whoever flushes or reads next
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesWritten } = await writeFd(this.fd, bytes, done, bytes.byteLength - done, this.#written).catch((error: unknown) =>
        fault(this.path, error),
      )
      done += bytesWritten
      this.#written += bytesWritten
    }
  }
}
