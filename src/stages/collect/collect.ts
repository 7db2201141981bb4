import { isGitOid } from "../../core/digest.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import type { Context } from "../../io/context.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { RegistryFacts } from "../../model/registry-facts.ts"
import type { ReleaseFacts } from "../../model/release-facts.ts"
import type { Snapshot } from "../../model/repository.ts"
import { historyFacts, type TagBefore } from "./history-facts.ts"
import { manifestOf, namedBy, newDependencies, typeOfPurl } from "./manifests.ts"
import { newRedirections } from "./redirections.ts"
import { newWorkflows, workflowsOf } from "./workflows.ts"

export interface Collecting {
  readonly artifact: Artifact
  /** What is inside of a package's own containers, not these. */
  readonly entries: readonly Entry[]
  readonly previous: { readonly artifact: Artifact; readonly entries: readonly Entry[] } | undefined
  readonly snapshot: Snapshot | undefined
  readonly history: Result<RecordedHistory> | undefined
  /** What its registry says, or who asks. */
  readonly stated: RegistryFacts | undefined
  /** Names that many use, by the type of a package URL. */
  readonly popular: (type: string) => Promise<readonly string[] | undefined>
}

/** What is known of a release beside its bytes: by its registry, by its repository and by the release before it. Of earlier runs only what a clone of ours keeps of moved tags is remembered. */
export async function collect(
  { artifact, entries, previous, snapshot, history, stated: facts = {}, popular: popularOf }: Collecting,
  ctx: Context,
): Promise<ReleaseFacts> {
  const { limits } = ctx
  const manifest = await manifestOf(entries, artifact.root, limits, typeOfPurl(artifact.purl))
  const before =
    previous === undefined
      ? undefined
      : await manifestOf(previous.entries, previous.artifact.root, limits, typeOfPurl(previous.artifact.purl))
  const added = manifest === undefined || before === undefined ? undefined : newDependencies(manifest, before, limits)
  const redirections =
    previous === undefined
      ? undefined
      : await newRedirections({ entries, root: artifact.root }, { entries: previous.entries, root: previous.artifact.root }, limits)
  const workflows = await workflowsIn({ artifact, entries, previous, snapshot }, limits)
  const past = pastOf({ artifact, snapshot, history }, facts, ctx)
  const popular = facts.popular ?? (manifest === undefined ? undefined : await popularOf(manifest.type))
  const elsewhere = [...(facts.elsewhere ?? []), ...sameAs(artifact, previous?.artifact)]
  return {
    ...facts,
    ...(popular === undefined ? {} : { popular }),
    ...(elsewhere.length === 0 && facts.elsewhere === undefined ? {} : { elsewhere }),
    ...(artifact.version === undefined ? {} : { version: artifact.version }),
    ...(previous === undefined ? {} : { previous: previousOf(previous.artifact) }),
    ...(await namedBy(entries, artifact.root, limits, typeOfPurl(artifact.purl))),
    ...(added === undefined ? {} : { newDependencies: added }),
    ...(redirections === undefined ? {} : { redirections }),
    ...workflows,
    ...past,
    unknown: { ...workflows.unknown, ...past.unknown },
  }
}

async function workflowsIn(
  { artifact: { root }, entries, previous, snapshot }: Pick<Collecting, "artifact" | "entries" | "previous" | "snapshot">,
  limits: Limits,
): Promise<Pick<ReleaseFacts, "workflows" | "unknown">> {
  if (snapshot !== undefined) return await workflowsOf(snapshot, limits)
  if (previous === undefined) return { unknown: { workflows: "there was neither a commit nor a release before it" } }
  return await newWorkflows({ entries, root }, { entries: previous.entries, root: previous.artifact.root }, limits)
}

const previousOf = ({ version, provenance: { signature } }: Artifact): NonNullable<ReleaseFacts["previous"]> => ({
  ...(version === undefined ? {} : { version }),
  ...(signature === undefined ? {} : { signature }),
})

function pastOf(
  { artifact, snapshot, history }: Pick<Collecting, "artifact" | "snapshot" | "history">,
  { refsBefore }: RegistryFacts,
  { limits }: Context,
): ReleaseFacts {
  const unknown = (why: string): ReleaseFacts => ({ unknown: { moved: why, botCommits: why } })
  if (snapshot === undefined || history === undefined) return unknown("no repository was given")
  if (!history.ok) return unknown(explainFault(history.fault))
  const stated = statedTags(artifact, snapshot)
  const seen = snapshot.seenRefs?.map((one) => ({ ...one, by: "seen" as const }))
  const before = [...seenTags(refsBefore), ...(seen ?? []), ...stated]
  const found = historyFacts(history.value, { snapshot, before }, limits)
  return refsBefore !== undefined || seen !== undefined || stated.length > 0
    ? found
    : { ...found, unknown: { moved: "nothing says where the tags of the repository pointed before" } }
}

const seenTags = (refsBefore: NonNullable<RegistryFacts["refsBefore"]> = {}): readonly TagBefore[] =>
  Object.entries(refsBefore).map(([ref, { commit, seen }]) => ({ ref, commit, seen, by: "seen" }))

/** The tags that name this version, against the commit that the registry or an attestation gives for it. */
function statedTags({ provenance: { commit, signature } }: Artifact, { candidates }: Snapshot): readonly TagBefore[] {
  if (commit === undefined || !isGitOid(commit)) return []
  const by = signature?.kind === "valid" && /^https?:/.test(signature.signer) ? "attestation" : "publisher"
  return candidates.flatMap(({ how, ref }) =>
    how === "by-name" && ref?.startsWith("refs/tags/") === true ? [{ ref, commit, seen: undefined, by }] : [],
  )
}

/** The release before it, where that is given as the same version. */
function sameAs({ purl, name, version }: Artifact, previous: Artifact | undefined): NonNullable<RegistryFacts["elsewhere"]> {
  if (previous === undefined || version === undefined || previous.version !== version) return []
  const isSame = purl === undefined || previous.purl === undefined ? name === previous.name : purl === previous.purl
  return isSame ? [{ place: previous.target, sha256: previous.sha256 }] : []
}
