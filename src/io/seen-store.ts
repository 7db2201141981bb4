import { join } from "node:path"
import { sha256Of } from "../core/digest.ts"
import { order } from "../core/order.ts"
import { isList, isRecord, isText, shapedJson } from "../core/shape.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"

/*
 * CACHE/seen/KEY, JSON: by name the values that were seen of something, oldest first, each with the day on which it was first seen.
 * KEY is the SHA-256 of what it is about.
 */
const isNote = isRecord({
  about: isText,
  names: isList(isRecord({ name: isText, values: isList(isRecord({ value: isText, day: isText })) })),
})

export interface Seen {
  readonly value: string
  readonly day: string
}

/**
 * What had another value, or the same, when it was seen before this run; then keeps what it is now. A value that has changed stays told as long as the note is kept.
 * A cache that cannot be read or written remembers nothing.
 */
export async function seenBefore(
  about: string,
  now: ReadonlyMap<string, string>,
  ctx: Context,
): Promise<ReadonlyMap<string, readonly Seen[]>> {
  const { seenBytesMax, seenValuesMax } = ctx.limits
  const path = join(ctx.cache, "seen", sha256Of(about))
  const bytes = await readSmallFile(path, seenBytesMax).catch(() => undefined)
  const note = bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isNote)
  const before = new Map<string, readonly Seen[]>((note?.about === about ? note.names : []).map(({ name, values }) => [name, values]))
  const after = new Map(before)
  for (const [name, value] of now) {
    const known = before.get(name) ?? []
    if (!known.some((one) => one.value === value)) after.set(name, [...known, { value, day: ctx.day }].slice(-seenValuesMax))
  }
  const isNew = [...after].some(([name, values]) => values !== before.get(name))
  const text = isNew
    ? JSON.stringify({ about, names: [...after].sort(([a], [b]) => order(a, b)).map(([name, values]) => ({ name, values })) })
    : ""
  if (!isNew) await touch(path)
  else if (Buffer.byteLength(text) <= seenBytesMax) await writeAtomically(path, text).catch(() => undefined)
  return before
}
