import type { ByteSource } from "../core/bytes.ts"
import type { Cursor } from "../core/cursor.ts"
import type { Limits } from "../core/limits.ts"
import type { Listing } from "../core/listing.ts"
import type { Notes } from "../core/reader.ts"

export type EntryType = "file" | "link" | "hardlink" | "directory" | "special"

/** A stored run of an entry's content: `size` bytes at `at` in the layer are the entry's bytes from `start` on. What no extent covers reads as zeros. */
export interface Extent {
  readonly at: number
  readonly start: number
  readonly size: number
}

export interface EntryHeader {
  /** As stored, decoded by `decodeName`, with any trailing slash of a directory removed. Never safe to use as a path. */
  readonly path: string
  readonly type: EntryType
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number
  /** Bytes of the content as a reader would restore it. */
  readonly size: number
  readonly target?: string
  /** Undefined: the layer has it compressed, and only the body is the content. */
  readonly extents: readonly Extent[] | undefined
  /** A container that is a part of the package: its reader opens it too. */
  readonly isWrapping?: true
  /** What that container is to hold, as the layer lists it. */
  readonly listing?: Listing
  /** Why the content could not be read: the body then is what is stored in its place. */
  readonly unread?: string
}

/** What a walker tells of a layer. Claims come in order and tile the layer; an entry's body is read before the walker goes on. */
export type Sink = Notes
export interface EntrySink extends Sink {
  /** `body` yields exactly `header.size` bytes and must be consumed to its end. */
  entry(header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void>
  /** The commit a git archive names in its global pax comment: 40 or 64 lower-case hex digits. A statement of the archive, not a proof. */
  embeddedCommit?(id: string): void
  /** When a member was last modified, as it says itself: seconds since 1970. */
  modified?(seconds: number): void
}

/** Compressed forms whose decoders are `io`'s: programs of the system, or what stands in for them. */
export type Compression = "bzip2" | "lzip" | "lzma" | "xz" | "zstd" | "zstd-unchecked"

/**
 * Undoes the compression of whole streams one after another, of which at most so many bytes are wanted. Bytes that belong to none of them need not be noticed,
 * but for lzma and lzip, where no walker can see the end without decoding: there they are a fault. Given by `io`, so that parsers start no process.
 */
export type Decompress = (compression: Compression, chunks: AsyncIterable<Uint8Array>, bytesMax: number) => AsyncIterable<Uint8Array>

/** The same by a program of the system; undefined where there is none. For a walker that has a decoder itself, and contents that are worth the start of a process. */
export type ByProgram = (compression: Compression, chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> | undefined

export interface WalkOptions {
  /** The layer's name, for messages. */
  readonly layer: string
  readonly limits: Limits
}

/** A format that holds named entries. One forward reading yields entries and claims. */
export interface Container {
  readonly kind: "container"
  readonly format: string
  /** `head`: the first 512 bytes of the layer, or all of it. */
  detect(head: Uint8Array): boolean
  walk(input: Cursor, options: WalkOptions, sink: EntrySink): Promise<void>
}

/** A format that holds named entries, with an index at its end: it is read at random once the layer is whole, and may begin with anything. */
export interface Indexed {
  readonly kind: "indexed"
  readonly format: string
  detect(head: Uint8Array): boolean
  /** For a layer that begins as no format does. `tail`: its last `tailBytes`, or all of it. */
  detectTail(tail: Uint8Array): boolean
  /** Claims come in the order of the layer, as those of a container do. */
  walk(source: ByteSource, options: WalkOptions & { readonly byProgram?: ByProgram }, sink: EntrySink): Promise<void>
}

/** An end record of zip, and the longest comment behind it. */
export const tailBytes = 22 + 0xffff

/** A format that holds one stream. Yields the decoded bytes, and claims over the encoded ones. */
export interface Codec {
  readonly kind: "codec"
  readonly format: string
  /** File name endings, and what is left of them after decoding: `.tgz` -> `.tar`. */
  readonly suffixes: ReadonlyMap<string, string>
  detect(head: Uint8Array): boolean
  decode(source: ByteSource, options: WalkOptions & { readonly decompress: Decompress }, sink: Sink): AsyncIterable<Uint8Array>
}

export type Parser = Container | Indexed | Codec
