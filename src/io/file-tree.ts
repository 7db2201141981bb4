import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs"
import { join } from "node:path"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { nameDanger } from "../core/name.ts"
import type { EntryHeader, EntrySink } from "../parsers/parser.ts"

/** Links that one path may lead over, as the kernel counts them (path_resolution(7)). */
const linksMax = 40

/**
 * Unpacks archives over each other into one folder, and never writes outside of it: paths are followed as after chroot(2), so that a link,
 * absolute or upwards, leads somewhere inside. Nothing else may write to the folder meanwhile. No owners, no setuid bits, no devices;
 * everything is made readable to all, as a sandbox may enter as somebody else.
 */
export class FileTree {
  bytes = 0
  #entries = 0
  #modified: number | undefined
  /** What to cut from the front of each path. */
  #below = ""
  #layer = ""
  /** Where folders really are, so that the many files of one are not each followed there. Emptied when a link takes another's place. */
  readonly #followed = new Map<string, readonly string[]>()
  readonly #root: string
  readonly #limits: Limits

  constructor(root: string, limits: Limits) {
    this.#root = root
    this.#limits = limits
  }

  /** The sink for one archive. `below`: the folder inside the tree that it goes to; `strip`: leading components that its paths lose. */
  archive(layer: string, { below = "", strip = 0 }: { readonly below?: string; readonly strip?: number } = {}): EntrySink {
    return {
      claim: () => undefined,
      anomaly: () => undefined,
      modified: (seconds) => {
        this.#modified = seconds
      },
      entry: async (header, body) => {
        this.#layer = layer
        this.#below = below
        await this.#take(header, strip, body)
        this.#modified = undefined
      },
    }
  }

  /** Where something of the tree is on this machine, links followed; undefined when it is not there. */
  place(path: string): string | undefined {
    const at = this.#real(this.#resolve(path.split("/")))
    return existsSync(at) ? at : undefined
  }

  /** Whether anything has this name, be it a link that leads nowhere. */
  hasName(path: string): boolean {
    const parts = path.split("/")
    return statAt(this.#real([...this.#resolve(parts.slice(0, -1)), ...parts.slice(-1)])) !== undefined
  }

  /** A text file of ours. It has no time of its own, so that the same tree is made twice. */
  write(path: string, text: string): void {
    const fd = this.#open(this.#target(path.split("/")), 0o644)
    try {
      this.#writeAll(fd, Buffer.from(text))
      futimesSync(fd, 0, 0)
    } finally {
      closeSync(fd)
    }
  }

  link(path: string, target: string): void {
    this.#link(this.#target(path.split("/")), target)
  }

  folder(path: string, mode = 0o755): void {
    chmodSync(this.#real(this.#makeFolders(path.split("/"))), mode)
  }

  async #take(header: EntryHeader, strip: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.#entries += 1
    if (this.#entries > this.#limits.toolchainEntriesMax) throw this.#overLimit("toolchainEntriesMax")
    const path = this.#parts(header.path, strip)
    if (path === undefined || header.type === "special") {
      for await (const _ of body);
      return
    }
    if (header.type === "file") await this.#streamed(path, header, body)
    else {
      for await (const _ of body);
      if (header.type === "directory") this.#directory(path, header.mode)
      else if (header.type === "link") this.#link(this.#target(path), header.target ?? "")
      else this.#hardlink(path, this.#parts(header.target ?? "", strip) ?? [])
    }
  }

  /** The components; undefined for the root and what is cut off whole. */
  #parts(path: string, strip: number): readonly string[] | undefined {
    const danger = nameDanger(path)
    if (danger !== undefined) throw this.#hostile(`a path to unpack to, not ${JSON.stringify(path.slice(0, 200))} (${danger})`)
    const parts = path
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .slice(strip)
    return parts.length === 0 ? undefined : [...this.#below.split("/").filter((part) => part !== ""), ...parts]
  }

  async #streamed(path: readonly string[], { mode }: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
    const fd = this.#open(this.#target(path), mode)
    try {
      for await (const chunk of body) this.#writeAll(fd, chunk)
      if (this.#modified !== undefined) futimesSync(fd, this.#modified, this.#modified)
    } finally {
      closeSync(fd)
    }
  }

  /** A new file; what stood there is unlinked first, so that neither a link is followed nor another name of it written to. */
  #open(at: string, mode: number): number {
    this.#clear(at)
    const executable = (mode & 0o111) === 0 ? 0 : 0o111
    const fd = openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
    fchmodSync(fd, (mode & 0o777) | 0o444 | executable)
    return fd
  }

  #writeAll(fd: number, chunk: Uint8Array): void {
    this.bytes += chunk.byteLength
    if (this.bytes > this.#limits.toolchainBytesMax) throw this.#overLimit("toolchainBytesMax")
    for (let done = 0; done < chunk.byteLength; ) done += writeSync(fd, chunk, done)
  }

  #directory(path: readonly string[], mode: number): void {
    const made = this.#real(this.#makeFolders(path))
    chmodSync(made, (mode & 0o777) | 0o755)
  }

  #link(at: string, target: string): void {
    if (target === "" || target.includes("\0")) throw this.#hostile("a link that leads somewhere")
    if (this.#clear(at)) this.#followed.clear()
    symlinkSync(target, at)
  }

  #hardlink(path: readonly string[], target: readonly string[]): void {
    const from = target.length === 0 ? undefined : this.#target(target)
    if (from === undefined || statAt(from)?.isFile() !== true) throw this.#hostile("a hard link to a file that was unpacked before")
    const at = this.#target(path)
    if (at === from) return
    this.#clear(at)
    linkSync(from, at)
  }

  /** Whether something stood there. A folder is not replaced: as with dpkg, what is in it stays. */
  #clear(at: string): boolean {
    const found = statAt(at)
    if (found === undefined) return false
    if (found.isDirectory())
      throw this.#hostile(`no file or link in the place of the folder ${JSON.stringify(at.slice(this.#root.length))}`)
    unlinkSync(at)
    return true
  }

  /** Where a path's last component is to be made: all before it followed, and made where missing. */
  #target(path: readonly string[]): string {
    const name = path.at(-1)
    if (name === undefined || name === "" || name === "..") throw this.#hostile("a name")
    return this.#real([...this.#makeFolders(path.slice(0, -1)), name])
  }

  #makeFolders(path: readonly string[]): readonly string[] {
    const key = path.join("/")
    const known = this.#followed.get(key)
    if (known !== undefined) return known
    const real = this.#resolve(path)
    for (let depth = 1; depth <= real.length; depth += 1) {
      const at = this.#real(real.slice(0, depth))
      const found = statAt(at)
      if (found === undefined) mkdirSync(at, { mode: 0o755 })
      else if (!found.isDirectory()) throw this.#hostile(`a folder at ${JSON.stringify(at.slice(this.#root.length))}`)
    }
    this.#followed.set(key, real)
    return real
  }

  /** The components without links, as a process sees them whose root is the tree. What is missing is taken as it is. */
  #resolve(path: readonly string[]): readonly string[] {
    const left = [...path].reverse()
    const real: string[] = []
    let links = 0
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      if (part === "" || part === ".") continue
      if (part === "..") {
        real.pop()
        continue
      }
      const at = this.#real([...real, part])
      if (statAt(at)?.isSymbolicLink() !== true) {
        real.push(part)
        continue
      }
      links += 1
      if (links > linksMax) throw this.#hostile(`at most ${linksMax} links on the way to ${JSON.stringify(path.join("/").slice(0, 200))}`)
      const target = readlinkSync(at)
      if (target.startsWith("/")) real.length = 0
      left.push(...target.split("/").reverse())
    }
    return real
  }

  #real(parts: readonly string[]): string {
    return join(this.#root, ...parts)
  }

  #hostile(expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.#layer, offset: 0, expected })
  }

  #overLimit(limit: keyof Limits): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.#layer, limit, max: this.#limits[limit] })
  }
}

const statAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })
