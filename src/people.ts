import { type GitOid, isGitOid } from "./core/digest.ts"
import { explainFault, faultsOf, ok, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { kindAt } from "./io/files.ts"
import { openRepository, type Repository } from "./io/git.ts"
import { TreeReader } from "./io/git-trees.ts"
import type { RecordedHistory } from "./model/history.ts"
import type { ChangedOpaqueFile, ReportPeople, Since } from "./model/people.ts"
import type { Report } from "./model/report.ts"
import type { Tree } from "./model/repository.ts"
import type { Level } from "./model/trace.ts"
import { assess, type Past, pastOf } from "./past.ts"
import { type Explained, type ExplainRequest, explainRelease } from "./pipeline.ts"
import { type Located, locate, parseTarget } from "./registries/index.ts"
import { versionOf } from "./stages/open/open.ts"
import { packageNameOf, refsForVersion } from "./stages/read/refs-for-version.ts"
import { changedOpaqueFiles } from "./stages/trace/changed-opaque.ts"
import { cutSentence } from "./stages/trace/cut-commits.ts"
import { eventsOf } from "./stages/trace/events.ts"
import { homepagesOf } from "./stages/trace/homepages.ts"
import { ordinaryRates } from "./stages/trace/ordinary-rates-generated.ts"
import { releasePeople } from "./stages/trace/release-people.ts"
import { type ReleaseRange, releaseRangeOf } from "./stages/trace/release-range.ts"
import { releaseTag, tagOfRelease } from "./stages/trace/release-tag.ts"
import { monthlyEnds, surveyOf } from "./stages/trace/windows.ts"

export interface PeopleRequest extends ExplainRequest {
  /** Left out: they are told. */
  readonly wantsPeople?: boolean | undefined
}

/** The report, with who stands behind what is new in it. Whatever becomes of that, the rest of the report is what it is without. */
export async function explainWithPeople(
  { wantsPeople = true, ...request }: PeopleRequest,
  ctx: Context,
  located?: Result<Located>,
): Promise<Explained> {
  const { repository } = request
  // Of a repository on this machine the history is read meanwhile; another is fetched once, by who explains.
  const isHere = repository !== undefined && (wantsPeople || request.inspects === true) && (await kindAt(repository)) === "folder"
  let reading = isHere ? readPast(repository, ctx) : undefined
  const readingOf = (location: string): Reading => {
    reading ??= readPast(location, { ...ctx, offline: true })
    return reading
  }
  const history = repository === undefined ? undefined : () => historyOf(readingOf(repository))
  try {
    const explained = await explainRelease(request, ctx, { located, history })
    if (!explained.ok || !wantsPeople) return explained
    const { people, isWhole } = await peopleOf(explained.value, { location: repository, readingOf }, ctx)
    return { ...explained, value: { ...explained.value, people }, broken: explained.broken === true || !isWhole }
  } finally {
    await reading?.close()
  }
}

async function historyOf({ past }: Reading): Promise<Result<RecordedHistory>> {
  const read = await past
  return read.ok ? ok(read.value.history) : read
}

interface OpenPast extends Past {
  readonly repository: Repository
}

interface Reading {
  readonly past: Promise<Result<OpenPast>>
  /** Ends what still goes on. */
  close(): Promise<void>
}

function readPast(location: string, ctx: Context): Reading {
  const opening = openRepository(location, ctx)
  const past = opening.then((opened) =>
    opened.ok ? faultsOf(async () => ({ ...(await pastOf(opened.value, [], ctx)), repository: opened.value })) : opened,
  )
  const settled = past.catch(() => undefined) // told to whoever awaits it
  const close = async (): Promise<void> => {
    const opened = await opening.catch(() => undefined)
    if (opened?.ok === true) await opened.value.close()
    await settled
  }
  return { past, close }
}

interface Told {
  readonly people: ReportPeople
  /** Nothing was in the way that may not be there next time. */
  readonly isWhole: boolean
}

interface Where {
  readonly location: string | undefined
  readonly readingOf: (location: string) => Reading
}

async function peopleOf(report: Report, { location, readingOf }: Where, ctx: Context): Promise<Told> {
  const commit = report.repository?.commit
  if (location === undefined) return { people: notAssessed("no repository was given"), isWhole: true }
  if (commit === undefined || !isGitOid(commit))
    return { people: notAssessed("no commit of the repository is known for the release"), isWhole: true }
  const past = await readingOf(location).past
  const found = past.ok ? await faultsOf(() => assessed(report, past.value, commit, ctx)) : past
  if (!found.ok) return { people: notAssessed(explainFault(found.fault)), isWhole: false }
  return { people: found.value, isWhole: past.ok && past.value.history.limits.length === 0 }
}

const notAssessed = (why: string): ReportPeople => ({ kind: "not-assessed", why })

async function assessed(report: Report, past: OpenPast, commit: GitOid, ctx: Context): Promise<ReportPeople> {
  const { history, inRows, identities, repository, cut } = past
  const { limits } = ctx
  const own = tagOfRelease(history, commit, [...(await refsNaming(report.artifact, repository)), report.repository?.ref ?? ""])
  const previous = await previousOf(report, past, ctx)
  const release = releaseRangeOf(history, { commit, tag: own, previous: previous.since, tagsMax: limits.tagsBeforeMax })
  if (release === undefined) return notAssessed("no branch or tag that was read reaches the release's commit")
  const { has } = release.range
  // Most ranges change no homepage: then nobody asks how ordinary that is here, for which all manifests of the history are read.
  const within = await homepagesOf(repository, { commits: history.commits.filter(({ oid }) => has(oid)) }, ctx)
  const homepages = within.changed.length === 0 ? within : await homepagesOf(repository, history, ctx)
  const { leads } = surveyOf(inRows, identities, monthlyEnds(inRows.rows))
  const events = eventsOf(inRows, identities, { leads, homepages })
  const { verified, ...found } = await assess(repository, past, { isShown: has, isAsked: has }, ctx)
  const opaque = await faultsOf(() => changedOpaque(report, past, { release, levelOf: (oid) => found.levelOf.get(oid) }, ctx))
  return releasePeople(
    {
      history,
      identities,
      release,
      events,
      assessed: found,
      tag: own === undefined ? undefined : releaseTag(own, { history, identities, events, verified }),
      opaque: opaque.ok ? opaque.value.files : [],
      limits: [
        ...previous.limits,
        ...history.limits,
        ...homepages.limits,
        ...cutSentence(cut.size),
        ...(opaque.ok ? opaque.value.limits : [`opaque files: ${explainFault(opaque.fault)}`]),
      ],
      elsewhere: ordinaryRates,
    },
    { eventsMax: limits.releaseEventsMax, peopleMax: limits.releasePeopleMax },
  )
}

interface Named {
  readonly name: string
  readonly purl?: string | undefined
  readonly version?: string | undefined
  readonly root?: string
}

/** Refs that name a release, the best first: by its version and, in a repository of many packages, its name with its scope. */
async function refsNaming({ name, purl, version: stated, root = "" }: Named, { refs }: Repository): Promise<readonly string[]> {
  const target = purl === undefined ? undefined : await parseTarget(purl)
  const known = target?.ok === true && target.value.kind === "package" ? target.value : undefined
  const version = versionOf({ name, version: stated ?? known?.version }, root)
  if (version === undefined) return []
  const bare = packageNameOf({ name, version, ...(purl === undefined ? {} : { purl }) })
  return [...(known === undefined ? [] : [known.name]), bare].flatMap((one) => refsForVersion(one, version, refs)).map((ref) => ref.name)
}

/** The commit of the release that this one is compared with: the one that is attested, else that of the tag which names its version. */
async function previousOf(
  { previous }: Report,
  { history, repository }: OpenPast,
  ctx: Context,
): Promise<{ readonly since: Since | undefined; readonly limits: readonly string[] }> {
  if (previous === undefined) return { since: undefined, limits: [] }
  const target = await parseTarget(previous.target)
  const located = target.ok ? await locate(target.value, ctx) : target
  const attested = located.ok ? located.value.provenance.commit : undefined
  const [known] = attested === undefined ? [] : history.commits.filter(({ oid }) => oid === attested)
  if (known !== undefined) return { since: { commit: known.oid, how: "previous" }, limits: [] }
  const refs = located.ok ? await refsNaming(located.value, repository) : []
  const [tag] = refs.flatMap((ref) => history.tags.find(({ name }) => ref === `refs/tags/${name}`) ?? [])
  if (tag !== undefined) return { since: { commit: tag.commit, tag: tag.name, how: "previous" }, limits: [] }
  return { since: undefined, limits: [`the commit of ${previous.target}, which it is compared with: no tag names its version`] }
}

/** Opaque files of the release that are the commit's own and not as they were before the range. */
async function changedOpaque(
  { ledger, repository: found }: Report,
  { history, identities, repository }: OpenPast,
  { release, levelOf }: { readonly release: ReleaseRange; readonly levelOf: (commit: GitOid) => Level | undefined },
  ctx: Context,
): Promise<{ readonly files: readonly ChangedOpaqueFile[]; readonly limits: readonly string[] }> {
  const inside = found?.subdirectory ?? ""
  const own = ledger.entries.flatMap(({ opaque, explanation }) =>
    opaque && explanation.kind === "source" && explanation.submodule === undefined ? [inside + explanation.path] : [],
  )
  if (own.length === 0) return { files: [], limits: [] }
  const [now, before] = await treesOf(repository, release)
  const changed: Tree = new Map(
    own.flatMap((path) => {
      const entry = now.get(path)
      return entry === undefined || entry.oid === before.get(path)?.oid ? [] : [[path, entry] as const]
    }),
  )
  const { personOf } = identities
  return changedOpaqueFiles(repository, { tree: changed, release, history, personOf, levelOf, filesMax: ctx.limits.opaqueFilesMax })
}

/** Of the release, and of what it is compared with. */
async function treesOf(repository: Repository, { tip, from }: ReleaseRange): Promise<readonly [Tree, Tree]> {
  const trees = new TreeReader(repository)
  const treeAt = async (oid: GitOid | undefined): Promise<Tree> => {
    const commit = oid === undefined ? undefined : await trees.commit(oid)
    return commit === undefined ? new Map() : (await trees.flatten(commit.tree)).tree
  }
  return [await treeAt(tip), await treeAt(from?.commit)]
}
