import type { GitOid } from "../core/digest.ts"
import type { Tag } from "../model/history.ts"
import type { Repository } from "./git.ts"
import { isTag, type Named } from "./git-named.ts"
import type { Ref } from "./git-refs.ts"
import { mapTaggers, readTaggings, type Tagging } from "./git-tags.ts"
import { type HistoryCollector, text, timeOf } from "./history-collector.ts"

export type Taggings = ReadonlyMap<GitOid, Tag["annotated"]>

type Taggers = ReadonlyMap<GitOid, { readonly tagging: Tagging; readonly mapped: readonly [name: string, address: string] } | undefined>

/** Who made each tag object; undefined of one that says nothing of it. */
export async function taggersOf(
  repository: Repository,
  { tagObjects, settings }: { readonly tagObjects: readonly GitOid[]; readonly settings: readonly string[] },
): Promise<Taggers> {
  const taggings = await readTaggings(repository, tagObjects)
  const whole = ({ name, address }: Tagging): string => `${name} <${address}>`
  const mapped = await mapTaggers(repository, { settings, taggers: [...taggings.values()].map(whole) })
  return new Map(
    tagObjects.map((oid) => {
      const tagging = taggings.get(oid)
      if (tagging === undefined) return [oid, undefined]
      const [name = tagging.name, address = tagging.address] = mapped.get(whole(tagging)) ?? []
      return [oid, { tagging, mapped: [name, address] }]
    }),
  )
}

/** The same with the taggers as signatures. */
export function taggingsOf(taggers: Taggers, collector: HistoryCollector): Taggings {
  return new Map(
    [...taggers].map(([oid, found]) => {
      if (found === undefined) return [oid, undefined]
      const { tagging, mapped } = found
      const tagger = collector.signature([tagging.name, tagging.address, ...mapped])
      return [oid, { oid, tagger, tagged: timeOf(tagging.tagged), isSigned: tagging.isSigned }]
    }),
  )
}

/** The tags, in the order of their refs. One that leads to no commit is left out; one without a tagger is told as a light one. */
export function tagsOf(refs: readonly Ref[], commits: Named["commits"], taggings: Taggings): readonly Tag[] {
  return refs.filter(isTag).flatMap(({ name: full, oid }) => {
    const commit = commits.get(oid)
    const [name, annotated] = [text(full.slice("refs/tags/".length)), taggings.get(oid)]
    if (commit === undefined) return []
    return [annotated === undefined ? { name, commit } : { name, commit, annotated }]
  })
}
