import { resolve } from "node:path"
import { isGitOid, isSha256 } from "../../core/digest.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { kindAt } from "../../io/files.ts"
import { seenBefore } from "../../io/seen-store.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { RegistryFacts, ReleaseFacts } from "../../model/release-facts.ts"
import type { Snapshot } from "../../model/repository.ts"
import { historyFacts } from "./history-facts.ts"
import { manifestOf, namedBy, newDependencies } from "./manifests.ts"
import { workflowsOf } from "./workflows.ts"

export interface Collecting {
  readonly artifact: Artifact
  /** What is inside of a package's own containers, not these. */
  readonly entries: readonly Entry[]
  readonly previous: { readonly artifact: Artifact; readonly entries: readonly Entry[] } | undefined
  readonly snapshot: Snapshot | undefined
  readonly history: Result<RecordedHistory> | undefined
  /** What is known beside what its registry says. */
  readonly stated: RegistryFacts | undefined
}

/** What is known of a release beside its bytes: by its registry, by its repository, and by what was seen of both before. */
export async function collect({ artifact, entries, previous, snapshot, history, stated }: Collecting, ctx: Context): Promise<ReleaseFacts> {
  const { limits } = ctx
  const facts: RegistryFacts = { ...artifact.provenance.registry, ...stated }
  const manifest = await manifestOf(entries, artifact.root, limits)
  const before = previous === undefined ? undefined : await manifestOf(previous.entries, previous.artifact.root, limits)
  const workflows = snapshot === undefined ? {} : await workflowsOf(snapshot, limits)
  const past = await pastOf(snapshot, history, facts, ctx)
  const elsewhere = [...(facts.elsewhere ?? []), ...(await otherBytes(artifact, ctx))]
  return {
    ...facts,
    ...(elsewhere.length === 0 && facts.elsewhere === undefined ? {} : { elsewhere }),
    ...(artifact.version === undefined ? {} : { version: artifact.version }),
    ...(previous === undefined ? {} : { previous: previousOf(previous.artifact) }),
    ...(manifest === undefined ? {} : namedBy(manifest)),
    ...(manifest === undefined || before === undefined ? {} : { newDependencies: newDependencies(manifest, before, limits) }),
    ...workflows,
    ...past,
    unknown: { ...workflows.unknown, ...past.unknown },
  }
}

const previousOf = ({ version, provenance: { signature } }: Artifact): NonNullable<ReleaseFacts["previous"]> => ({
  ...(version === undefined ? {} : { version }),
  ...(signature === undefined ? {} : { signature }),
})

async function pastOf(
  snapshot: Snapshot | undefined,
  history: Result<RecordedHistory> | undefined,
  { refsBefore }: RegistryFacts,
  ctx: Context,
): Promise<ReleaseFacts> {
  const unknown = (why: string): ReleaseFacts => ({ unknown: { moved: why, botCommits: why } })
  if (snapshot === undefined || history === undefined) return unknown("no repository was given")
  if (!history.ok) return unknown(explainFault(history.fault))
  const seen = refsBefore ?? (await seenRefs(snapshot.location, history.value, ctx))
  const found = historyFacts(history.value, { snapshot, refsBefore: seen }, ctx.limits)
  return Object.keys(seen).length > 0 ? found : { ...found, unknown: { moved: "the tags of this repository are seen for the first time" } }
}

/** Where the tags of a repository pointed when an audit saw them, the latest that is not where they point now. */
async function seenRefs(location: string, { tags }: RecordedHistory, ctx: Context): Promise<NonNullable<RegistryFacts["refsBefore"]>> {
  const now = new Map(tags.map(({ name, commit }) => [`refs/tags/${name}`, commit]))
  const about = `tags of ${(await kindAt(location)) === undefined ? location : resolve(location)}`
  const before = await seenBefore(about, now, ctx)
  return Object.fromEntries(
    [...before].flatMap(([ref, values]) => {
      const other = values.findLast(({ value }) => value !== now.get(ref)) ?? values.at(-1)
      return other !== undefined && isGitOid(other.value) ? [[ref, { commit: other.value, seen: other.day }]] : []
    }),
  )
}

/** Other bytes that the registry gave under the same purl before. */
async function otherBytes({ purl, sha256 }: Artifact, ctx: Context): Promise<NonNullable<RegistryFacts["elsewhere"]>> {
  if (purl === undefined) return []
  const before = await seenBefore(`bytes of ${purl}`, new Map([["sha256", sha256]]), ctx)
  return (before.get("sha256") ?? []).flatMap(({ value, day }) =>
    isSha256(value) ? [{ place: `what the registry gave on ${day}`, sha256: value }] : [],
  )
}
