import { join } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import { isList, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import type { SeenRef } from "../model/repository.ts"
import type { Context } from "./context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"
import { gitEnvironment, runGit } from "./git-process.ts"
import { type Ref, readRefs } from "./git-refs.ts"

/** In a clone of ours: the day of its last fetch, and of tags that moved since then where they pointed before; `moved` is left out where nothing tells. */
const noteName = "seen-refs.json"
const isSeen = isRecord({ day: isText }, { moved: isList(isRecord({ ref: isText, commit: isText, seen: isText })) })
type Seen = Shaped<typeof isSeen>
const noteBytesMax = 64 * 2 ** 20
/** More of them than the note has room for, with names as long as they may be, and none is told. */
const movedMax = 50_000

async function noteIn(folder: string): Promise<Seen | undefined> {
  const bytes = await readSmallFile(join(folder, noteName), noteBytesMax).catch(() => undefined)
  return bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isSeen)
}

/** The tags of a clone as they are now; undefined: they cannot be read. A clone of ours has ids of SHA-1. */
export function tagsOfClone(folder: string, ctx: Context): readonly Ref[] | undefined {
  const place = { location: folder, gitDirectory: folder, commonDirectory: folder, format: "sha1" } as const
  try {
    return readRefs(place, ctx).refs.filter(({ name }) => name.startsWith("refs/tags/"))
  } catch (error) {
    if (error instanceof FaultError) return undefined
    throw error
  }
}

/**
 * Keeps, after a fetch, where tags pointed that moved or went in it; of a fetch that failed in part too. What was kept stays: the first place is the one that others took
 * the tag for.
 */
export async function noteFetched(
  folder: string,
  { before, isWhole }: { readonly before: readonly Ref[] | undefined; readonly isWhole: boolean },
  ctx: Context,
): Promise<void> {
  const known = await noteIn(folder)
  const day = isWhole ? new Date().toISOString().slice(0, 10) : known?.day
  if (day === undefined) return
  const found = known === undefined || before === undefined ? undefined : await movedSince(before, { folder, known }, ctx)
  const moved = found ?? known?.moved
  const note: Seen = moved === undefined || moved.length > movedMax ? { day } : { day, moved }
  // A cache that may only be read is still a cache: a fetch that failed in it has nothing to note.
  if (JSON.stringify(note) !== JSON.stringify(known)) await writeAtomically(join(folder, noteName), JSON.stringify(note))
}

async function movedSince(
  before: readonly Ref[],
  { folder, known: { day, moved = [] } }: { readonly folder: string; readonly known: Seen },
  ctx: Context,
): Promise<Seen["moved"]> {
  const tags = tagsOfClone(folder, ctx)
  if (tags === undefined) return undefined
  const now = new Map(tags.map(({ name, oid }) => [name, oid]))
  const kept = new Set(moved.map(({ ref }) => ref))
  const changed = before.filter(({ name, oid }) => !kept.has(name) && now.get(name) !== oid)
  const commits = await peeled(folder, changed, ctx)
  const news = changed.flatMap(({ name }, at) => {
    const commit = commits[at]
    return commit === undefined ? [] : [{ ref: name, commit, seen: day }]
  })
  return [...moved, ...news]
}

/** The commits that tags lead to, in their order; undefined: to none. */
async function peeled(folder: string, refs: readonly Ref[], ctx: Context): Promise<readonly (GitOid | undefined)[]> {
  if (refs.length === 0) return []
  const stdin = Buffer.from(refs.map(({ oid }) => `${oid}^{commit}\n`).join(""))
  const answer = await runGit(gitEnvironment(folder, undefined, ctx), { args: ["cat-file", "--batch-check"], stdin })
  const lines = answer.ok && answer.value.code === 0 ? latin1(answer.value.stdout).split("\n") : []
  return refs.map((_, at) => {
    const [oid = "", type] = lines[at]?.split(" ") ?? []
    return type === "commit" && isGitOid(oid) ? oid : undefined
  })
}

/** Undefined: nothing says where its tags pointed before. */
export async function seenRefs(folder: string): Promise<readonly SeenRef[] | undefined> {
  const note = await noteIn(folder)
  return note?.moved?.flatMap(({ ref, commit, seen }) => (isGitOid(commit) ? [{ ref, commit, seen }] : []))
}
