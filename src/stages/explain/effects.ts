import { latin1 } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Attributes, Snapshot, TreeEntry } from "../../model/repository.ts"

/** The bytes on both sides of a possible gitattributes effect. */
interface Pair {
  readonly content: Uint8Array
  readonly blob: Uint8Array
  readonly inTree: TreeEntry
}

/**
 * The gitattributes(5) effects that turn the blob into exactly the entry's bytes, by name; undefined when none does.
 * Each is recomputed from the blob, so nothing of the archive is taken on trust.
 */
export async function effectsOf(
  pair: Pair,
  attributes: Attributes | undefined,
  expand: Snapshot["expandFormat"],
): Promise<readonly string[] | undefined> {
  if (attributes === undefined) return undefined
  let text = latin1(pair.blob)
  const effects: string[] = []
  if (attributes.ident) {
    const expanded = text.replaceAll(/\$Id(?::[^$\n]*)?\$/g, `$$Id: ${pair.inTree.oid} $$`)
    if (expanded !== text) effects.push("ident")
    text = expanded
  }
  if (attributes.eol === "crlf" && text.includes("\n")) {
    text = text.replaceAll(/\r?\n/g, "\r\n")
    effects.push("eol=crlf")
  }
  const wanted = latin1(pair.content)
  if (text === wanted) return effects
  return attributes.exportSubst && (await matchesExportSubst(text, wanted, expand)) ? [...effects, "export-subst"] : undefined
}

/** Whether `wanted` is `text` with each `$Format:...$` replaced by one of the spellings git may have given it (gitattributes(5), export-subst). */
async function matchesExportSubst(text: string, wanted: string, expand: Snapshot["expandFormat"]): Promise<boolean> {
  let at = 0
  let from = 0
  for (const match of text.matchAll(/\$Format:([^$\n]*)\$/g)) {
    const literal = text.slice(from, match.index)
    if (!wanted.startsWith(literal, at)) return false
    at += literal.length
    from = match.index + match[0].length
    const spellings = await expand(match[1] ?? "")
    const next = text.slice(from, from + 1)
    const chosen = spellings
      ?.map((spelling) => Buffer.from(spelling).toString("latin1"))
      .find((spelling) => wanted.startsWith(spelling + next, at))
    if (chosen === undefined) return false
    at += chosen.length
  }
  return from > 0 && wanted.slice(at) === text.slice(from)
}

/** Git LFS pointer file (git-lfs specification, "The Pointer"): the blob names the sha256 and size of the content. */
export function isLfsPointer(blob: Uint8Array, entry: Entry): boolean {
  if (blob.byteLength > 1024) return false
  const text = latin1(blob)
  const pointer = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:[a-z0-9.-]+ .*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n/.exec(
    text,
  )
  return pointer?.[1] === entry.sha256 && pointer[2] === String(entry.size)
}

/** Whether the blob's bytes are the entry's: an equal SHA-1 alone could be a collision. */
export const sameBytes = (entry: Entry, blob: Uint8Array): boolean => sha256Of(blob) === entry.sha256
