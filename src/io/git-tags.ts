import { latin1 } from "../core/bytes.ts"
import type { GitOid } from "../core/digest.ts"
import type { Repository } from "./git.ts"
import type { GitObject } from "./git-objects.ts"
import { runGit } from "./git-process.ts"
import { signedObject } from "./git-signed.ts"

/** Who made a tag object, names and addresses told as bytes, a character each. */
export interface Tagging {
  readonly name: string
  readonly address: string
  /** Digits: seconds since 1970. */
  readonly tagged: string
  readonly isSigned: boolean
}

/** Objects that are asked for at once. */
const aheadMax = 256

/** What tag objects say of their making. Those that say nothing of it are not in the answer: before 2005 git wrote no tagger. */
export async function readTaggings(repository: Pick<Repository, "object">, oids: readonly GitOid[]): Promise<ReadonlyMap<GitOid, Tagging>> {
  const taggings = new Map<GitOid, Tagging>()
  const read = async (oid: GitOid): Promise<void> => {
    const object = await repository.object(oid)
    const tagging = object?.type === "tag" ? taggingOf(oid, object) : undefined
    if (tagging !== undefined) taggings.set(oid, tagging)
  }
  for (let start = 0; start < oids.length; start += aheadMax) await Promise.all(oids.slice(start, start + aheadMax).map(read))
  return taggings
}

/** `tagger SP name SP <address> SP seconds SP zone LF`, the fourth line of a tag object (git-mktag(1)). */
function taggingOf(oid: GitOid, object: GitObject): Tagging | undefined {
  const bytes = Buffer.from(object.bytes.buffer, object.bytes.byteOffset, object.bytes.byteLength)
  const end = bytes.indexOf("\n\n")
  const header = latin1(bytes.subarray(0, end < 0 ? undefined : end))
  const line = header.split("\n", 4)[3] ?? ""
  const open = line.indexOf("<")
  const close = line.indexOf(">", open)
  const tagged = /^ (\d+)/.exec(line.slice(close + 1))?.[1]
  if (!line.startsWith("tagger ") || open < 0 || close < 0 || tagged === undefined) return undefined
  const name = line.slice("tagger ".length, open).trim()
  return { name, address: line.slice(open + 1, close).trim(), tagged, isSigned: signedObject(oid, object) !== undefined }
}

/** git-check-mailmap(1) of what taggers are called. */
export async function mapTaggers(
  repository: Pick<Repository, "place">,
  { settings, taggers }: { readonly settings: readonly string[]; readonly taggers: readonly string[] },
): Promise<ReadonlyMap<string, readonly [name: string, address: string]>> {
  const asked = settings.length === 0 ? [] : [...new Set(taggers)].filter((tagger) => !tagger.includes("\0"))
  const mapped = new Map<string, readonly [string, string]>()
  if (asked.length === 0) return mapped
  const stdin = Buffer.from(`${asked.join("\n")}\n`, "latin1")
  const answer = await runGit(repository.place, { args: [...settings, "check-mailmap", "--stdin"], stdin })
  const lines = answer.ok && answer.value.code === 0 ? latin1(answer.value.stdout).split("\n") : []
  for (const [index, tagger] of asked.entries()) {
    const [, name, address] = /^(.*?) ?<(.*)>$/.exec(lines[index] ?? "") ?? []
    if (name !== undefined && address !== undefined) mapped.set(tagger, [name, address])
  }
  return mapped
}
