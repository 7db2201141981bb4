import { join } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { isList, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import type { SeenRef } from "../model/repository.ts"
import type { Context } from "./context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"
import { gitEnvironment, runGit } from "./git-process.ts"
import { type Ref, readRefs } from "./git-refs.ts"

/** In a clone of ours: the day of its last fetch, and of tags that moved since the first where they pointed before. */
const noteName = "seen-refs.json"
const isSeen = isRecord({ day: isText, moved: isList(isRecord({ ref: isText, commit: isText, seen: isText })) })
type Seen = Shaped<typeof isSeen>
const noteBytesMax = 16 * 2 ** 20

async function noteIn(folder: string): Promise<Seen | undefined> {
  const bytes = await readSmallFile(join(folder, noteName), noteBytesMax).catch(() => undefined)
  return bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isSeen)
}

/** The tags of a clone as they are now. */
export function tagsOfClone(folder: string, ctx: Context): readonly Ref[] {
  const { refs } = readRefs({ location: folder, gitDirectory: folder, commonDirectory: folder, format: "sha1" }, ctx)
  return refs.filter(({ name }) => name.startsWith("refs/tags/"))
}

/** Keeps, after a fetch, where tags pointed that moved in it. What was kept stays: the first place is the one that others took the tag for. */
export async function noteFetched(folder: string, before: readonly Ref[], ctx: Context): Promise<void> {
  const { day, moved = [] } = (await noteIn(folder)) ?? {}
  const now = new Map((before.length === 0 ? [] : tagsOfClone(folder, ctx)).map(({ name, oid }) => [name, oid]))
  const known = new Set(moved.map(({ ref }) => ref))
  const changed = before
    .filter(({ name, oid }) => !known.has(name) && now.has(name) && now.get(name) !== oid)
    .slice(0, ctx.limits.movedTagsMax)
  const commits = await peeled(folder, changed, ctx)
  const news = changed.flatMap(({ name }, at) => {
    const commit = commits[at]
    return commit === undefined || day === undefined ? [] : [{ ref: name, commit, seen: day }]
  })
  const note: Seen = { day: new Date().toISOString().slice(0, 10), moved: [...moved, ...news] }
  await writeAtomically(join(folder, noteName), JSON.stringify(note))
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
  if (note === undefined) return undefined
  return note.moved.flatMap(({ ref, commit, seen }) => (isGitOid(commit) ? [{ ref, commit, seen }] : []))
}
