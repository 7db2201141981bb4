import { z } from "zod"
import { type GitOid, isGitOid } from "../core/digest.ts"
import type { Account, Opinion, Pull } from "../model/pull.ts"

/** Undefined: it was not merged. */
export type ReadPull = (value: unknown) => z.ZodSafeParseResult<Pull | undefined>

const Oid = z.string().refine((text): text is GitOid => isGitOid(text), "no id of a commit: 40 or 64 hexadecimal digits")
const Time = z.iso.datetime({ offset: true, error: "no time such as 2024-02-29T12:00:00Z" }).transform((text) => Date.parse(text))
const Address = z.string().refine((text) => URL.canParse(text), "no address")
const Login = z.string().min(1)
const hostOf = (address: string): string => new URL(address).host

/** GitHub's bots end so in REST, and GitLab's tokens of projects and groups begin so; other programs look like people. */
const isBotLogin = (login: string): boolean => /\[bot\]$|^(?:project|group)_\d+_bot/.test(login)

/** An array whose first item that is not as it should be is told, and no other: zod has an issue of each, and a hostile export millions of them. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.array(z.unknown()).transform((values, { addIssue }): z.output<T>[] => {
    const items: z.output<T>[] = []
    for (const [index, value] of values.entries()) {
      const read = item.safeParse(value)
      if (!read.success) {
        const [issue] = read.error.issues
        addIssue({ code: "custom", path: [index, ...(issue?.path ?? [])], message: issue?.message ?? "" })
        return z.NEVER
      }
      items.push(read.data)
    }
    return items
  })

/** What follows a pull's fields: its author and its parts are told by forge. */
function pullOf(merged: Omit<Pull, "isCut">, isCut = false): Pull {
  return { ...merged, isCut: isCut || !merged.commits.includes(merged.head) }
}

/** GitHub's `PullRequest`, with `commits` and `reviews` (docs.github.com, GraphQL API, Objects). */
const Actor = z.object({ login: Login, __typename: z.string() }).nullable()
const connectionOf = <T extends z.ZodType>(node: T) => z.object({ totalCount: z.int(), nodes: listOf(node) })
const GraphqlPull = z
  .object({
    url: Address,
    mergedAt: Time.nullable(),
    author: Actor,
    headRefOid: Oid,
    mergeCommit: z.object({ oid: Oid }).nullable(),
    commits: connectionOf(z.object({ commit: z.object({ oid: Oid }) })),
    reviews: connectionOf(
      z.object({ author: Actor, state: z.string(), submittedAt: Time.nullable(), commit: z.object({ oid: Oid }).nullable() }),
    ),
  })
  .transform((pull): Pull | undefined => {
    if (pull.mergedAt === null) return undefined
    const forge = hostOf(pull.url)
    const accountOf = (actor: z.infer<typeof Actor>): Account | undefined =>
      actor === null ? undefined : { login: actor.login, forge, isBot: actor.__typename === "Bot" || isBotLogin(actor.login) }
    const { commits, reviews } = pull
    return pullOf(
      {
        address: pull.url,
        author: accountOf(pull.author),
        merged: pull.mergedAt,
        head: pull.headRefOid,
        commits: commits.nodes.map(({ commit }) => commit.oid),
        results: pull.mergeCommit === null ? [] : [pull.mergeCommit.oid],
        opinions: reviews.nodes.flatMap(({ author, state, submittedAt, commit }) =>
          opinionOf(state, { by: accountOf(author), at: submittedAt ?? undefined, commit: commit?.oid }),
        ),
      },
      commits.totalCount > commits.nodes.length || reviews.totalCount > reviews.nodes.length,
    )
  })

/** States of a review on GitHub, and on Gitea, which asks in other words; of any other nothing is said here. */
function opinionOf(state: string, given: Omit<Opinion, "isApproval">): readonly Opinion[] {
  if (state === "APPROVED") return [{ ...given, isApproval: true }]
  return ["CHANGES_REQUESTED", "REQUEST_CHANGES", "DISMISSED"].includes(state) ? [{ ...given, isApproval: false }] : []
}

/** Pulls of GitHub's REST API, and of Gitea's and Forgejo's, which have the same names, with the answers of `/commits` and `/reviews` put in. */
const User = z.object({ login: Login, type: z.string().optional() }).nullable()
const RestPull = z
  .object({
    html_url: Address,
    merged_at: Time.nullable(),
    user: User,
    head: z.object({ sha: Oid }),
    merge_commit_sha: Oid.nullable(),
    commits: listOf(z.object({ sha: Oid })),
    reviews: listOf(
      z.object({
        user: User,
        state: z.string(),
        submitted_at: Time.nullish(),
        // Gitea has none of reviews that are older than this field.
        commit_id: z.union([Oid, z.literal("")]).nullish(),
        dismissed: z.boolean().optional(),
      }),
    ),
  })
  .transform((pull): Pull | undefined => {
    if (pull.merged_at === null) return undefined
    const forge = hostOf(pull.html_url)
    const accountOf = (user: z.infer<typeof User>): Account | undefined =>
      user === null ? undefined : { login: user.login, forge, isBot: user.type === "Bot" || isBotLogin(user.login) }
    return pullOf({
      address: pull.html_url,
      author: accountOf(pull.user),
      merged: pull.merged_at,
      head: pull.head.sha,
      commits: pull.commits.map(({ sha }) => sha),
      results: pull.merge_commit_sha === null ? [] : [pull.merge_commit_sha],
      opinions: pull.reviews.flatMap(({ user, state, submitted_at, commit_id, dismissed }) =>
        opinionOf(dismissed === true ? "DISMISSED" : state, {
          by: accountOf(user),
          at: submitted_at ?? undefined,
          commit: commit_id || undefined,
        }),
      ),
    })
  })

/** Merge requests of GitLab's REST API, with `approved_by` of `/approvals` and the answers of `/commits` and `/versions` put in. An approval names no commit: it is of the version that stood at its time. */
const Username = z.object({ username: Login }).nullable()
const MergeRequest = z
  .object({
    web_url: Address,
    merged_at: Time.nullable(),
    author: Username,
    sha: Oid,
    merge_commit_sha: Oid.nullable(),
    squash_commit_sha: Oid.nullable(),
    commits: listOf(z.object({ id: Oid })),
    approved_by: listOf(z.object({ user: Username, approved_at: Time.nullish() })),
    versions: listOf(z.object({ head_commit_sha: Oid, created_at: Time })),
  })
  .transform((merge): Pull | undefined => {
    if (merge.merged_at === null) return undefined
    const forge = hostOf(merge.web_url)
    const accountOf = (user: z.infer<typeof Username>): Account | undefined =>
      user === null ? undefined : { login: user.username, forge, isBot: isBotLogin(user.username) }
    const versions = [...merge.versions].sort((a, b) => b.created_at - a.created_at)
    return pullOf({
      address: merge.web_url,
      author: accountOf(merge.author),
      merged: merge.merged_at,
      head: merge.sha,
      commits: merge.commits.map(({ id }) => id),
      results: [merge.merge_commit_sha, merge.squash_commit_sha].filter((oid) => oid !== null),
      opinions: merge.approved_by.map(({ user, approved_at }): Opinion => {
        const at = approved_at ?? undefined
        const version = at === undefined ? undefined : versions.find(({ created_at }) => created_at < at)
        return { by: accountOf(user), isApproval: true, at, commit: version?.head_commit_sha }
      }),
    })
  })

/** What each forge's pulls are known by: a field that they alone have. */
export const forgeShapes: readonly { readonly forge: string; readonly field: string; readonly read: ReadPull }[] = [
  { forge: "GitHub's GraphQL API", field: "headRefOid", read: (value) => GraphqlPull.safeParse(value) },
  { forge: "GitHub's, Gitea's and Forgejo's REST API", field: "head", read: (value) => RestPull.safeParse(value) },
  { forge: "GitLab's REST API", field: "iid", read: (value) => MergeRequest.safeParse(value) },
]
