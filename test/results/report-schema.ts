import { z } from "zod"

/** What the results read of `everybyte.report/1`, as an outsider would: from the JSON, not from our types. */
export const Report = z.object({
  schema: z.literal("everybyte.report/1"),
  verdict: z.string(),
  reasons: z.array(z.string()),
  artifact: z.object({ target: z.string(), name: z.string(), size: z.number(), sha256: z.string(), root: z.string(), entries: z.number() }),
  repository: z.object({ ref: z.string().optional(), commit: z.string(), how: z.string(), agrees: z.boolean() }).optional(),
  replays: z
    .array(
      z.looseObject({
        generator: z.string(),
        /** It was not made again. */
        why: z.string().optional(),
        toolchain: z.looseObject({ name: z.string(), digest: z.string() }).optional(),
        originals: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  findings: z.array(
    z.looseObject({
      rule: z.string(),
      severity: z.string(),
      message: z.string(),
      at: z.looseObject({ path: z.string(), lines: z.tuple([z.int(), z.int()]).optional() }),
    }),
  ),
  ledger: z.object({
    origins: z.array(z.object({ origin: z.string(), version: z.string(), entries: z.number() })).optional(),
    totals: z.object({
      entries: z.number(),
      byKind: z.record(z.string(), z.object({ entries: z.number(), bytes: z.number() })),
      toRead: z.number(),
    }),
    entries: z.array(
      z.looseObject({
        path: z.string(),
        size: z.number(),
        sha256: z.string(),
        gitOid: z.string(),
        opaque: z.boolean(),
        mode: z.string(),
        toRead: z.number(),
        explanation: z.looseObject({
          kind: z.string(),
          why: z.string().optional(),
          difference: z.string().optional(),
          submodule: z.looseObject({ path: z.string() }).optional(),
          path: z.string().optional(),
          base: z
            .looseObject({ from: z.string(), path: z.string(), sha256: z.string().optional(), gitOid: z.string().optional() })
            .optional(),
        }),
        unexplained: z.array(z.object({ first: z.number(), last: z.number(), removed: z.number() })).optional(),
      }),
    ),
    framing: z.array(
      z.object({
        layer: z.string(),
        size: z.number(),
        claims: z.array(z.object({ role: z.string(), runs: z.number(), bytes: z.number() })),
        unexplained: z.array(z.object({ start: z.number(), end: z.number(), why: z.string(), head: z.string() })),
      }),
    ),
    absent: z.array(z.object({ path: z.string(), why: z.string().optional() })),
  }),
  anomalies: z.array(
    z.object({ kind: z.string(), severity: z.string(), message: z.string(), layer: z.string(), path: z.string().optional() }),
  ),
})
export type Report = z.infer<typeof Report>
