import { z } from "zod"
import { eventKinds } from "./trace.ts"

const text = z.string()
const count = z.int().min(0)
const place = z.int().min(0).describe("Index into `people`.")
const gitOid = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const listOf = <T extends z.ZodType>(item: T) => z.array(item)

const levels = z
  .object({ 0: count, 1: count, 2: count, 3: count, 4: count })
  .meta({ id: "CommitsByLevel", description: "Commits by the evidence that a second person looked (docs/trace.md)." })

const range = z.object({
  commit: gitOid,
  since: z
    .object({ commit: gitOid, tag: text.optional(), how: z.enum(["previous", "tag"]) })
    .optional()
    .describe("Of the release that it is compared with, or of the tag before; absent: all of the commit's history."),
  commits: count.describe("Without merges."),
  merges: count,
  levels,
})

const tag = z.object({
  name: text,
  day,
  person: place,
  form: z.enum(["annotated", "light"]),
  signature: z.enum(["none", "stated", "verified"]).describe("`stated`: no key that was given verifies it."),
  keys: listOf(text),
  isNewSigner: z.boolean(),
  before: z.object({ tags: count, own: count }),
})

const person = z.object({
  name: text,
  address: text,
  kind: z.enum(["person", "bot", "forge"]),
  unions: listOf(z.object({ address: text, name: text, by: z.enum(["mailmap", "address", "alias"]) })),
  authored: count.describe("In all of the history, as all that does not stand in `range`."),
  committed: count,
  span: z.object({ first: day, last: day }).optional(),
  range: z.object({ authored: count, committed: count, levels }),
})

const event = z.object({
  kind: z.enum(eventKinds),
  day,
  person: place.optional(),
  commit: gitOid.optional(),
  tag: text.optional(),
  detail: text,
})

const rate = z.object({
  kind: z.enum(eventKinds),
  events: count,
  people: count,
  elsewhere: z.object({ repositories: count, events: count }),
})

const version = z.object({
  commit: gitOid,
  path: text.optional(),
  day,
  author: place,
  committer: place,
  level: z.literal([0, 1, 2, 3, 4]),
  beside: count,
  daysToTag: z.int().optional(),
})

const opaque = z.object({
  path: text,
  oid: gitOid,
  size: count,
  entropy: z.number().min(0).max(8),
  format: text.optional(),
  versions: count,
  last: version.optional(),
})

/** `people` of a report, as others can check it. */
export const people = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("assessed"),
      range,
      tag: tag.optional(),
      people: listOf(person),
      events: listOf(event),
      baseRates: listOf(rate).describe("How ordinary an event of each kind is: in all of this history, and across honest repositories."),
      among: z.object({ people: count, repositoriesElsewhere: count }),
      opaque: listOf(opaque).describe("Opaque files of the release that the range brought or changed."),
      notAssessed: listOf(text),
    }),
    z.object({ kind: z.literal("not-assessed"), why: text }),
  ])
  .meta({ id: "People", description: "Who stands behind what is new in a release: facts of public history, which no verdict rests on." })
