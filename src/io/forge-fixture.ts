/** For tests only: a pull as each forge's API gives it, all of it made up. */
export const oids = { head: "a".repeat(40), before: "b".repeat(40), squash: "c".repeat(40) } as const

export const graphqlPull = (some: object = {}): Record<string, unknown> => ({
  number: 1,
  url: "https://forge.example/o/n/pull/1",
  mergedAt: "2024-01-02T00:00:00Z",
  author: { login: "Author", __typename: "User" },
  headRefOid: oids.head,
  mergeCommit: { oid: oids.squash },
  commits: { totalCount: 2, nodes: [{ commit: { oid: oids.before } }, { commit: { oid: oids.head } }] },
  reviews: {
    totalCount: 2,
    nodes: [
      { author: { login: "looks", __typename: "User" }, state: "COMMENTED", submittedAt: "2024-01-01T00:00:00Z", commit: null },
      {
        author: { login: "looks", __typename: "User" },
        state: "APPROVED",
        submittedAt: "2024-01-01T12:00:00Z",
        commit: { oid: oids.head },
      },
    ],
  },
  ...some,
})

export const restPull = (some: object = {}): Record<string, unknown> => ({
  number: 1,
  html_url: "https://forge.example/o/n/pull/1",
  merged_at: "2024-01-02T00:00:00Z",
  user: { login: "Author", type: "User" },
  head: { sha: oids.head, ref: "topic" },
  merge_commit_sha: oids.squash,
  commits: [{ sha: oids.before }, { sha: oids.head }],
  reviews: [
    { user: { login: "looks", type: "User" }, state: "COMMENTED", submitted_at: "2024-01-01T00:00:00Z", commit_id: "" },
    { user: { login: "looks", type: "User" }, state: "APPROVED", submitted_at: "2024-01-01T14:00:00+02:00", commit_id: oids.head },
  ],
  ...some,
})

export const mergeRequest = (some: object = {}): Record<string, unknown> => ({
  iid: 1,
  web_url: "https://forge.example/o/n/pull/1",
  merged_at: "2024-01-02T00:00:00.000Z",
  author: { username: "Author" },
  sha: oids.head,
  merge_commit_sha: null,
  squash_commit_sha: oids.squash,
  commits: [{ id: oids.before }, { id: oids.head }],
  approved_by: [{ user: { username: "looks" }, approved_at: "2024-01-01T12:00:00.000Z" }],
  versions: [
    { head_commit_sha: oids.head, created_at: "2024-01-01T00:00:00.000Z" },
    { head_commit_sha: oids.before, created_at: "2023-12-31T00:00:00.000Z" },
  ],
  ...some,
})
