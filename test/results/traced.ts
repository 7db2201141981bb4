import { spawnSync } from "node:child_process"
import { z } from "zod"
import { commandLine } from "./run-explain.ts"

/** A trace as far as it is compared: what is added beside it is no difference. */
const Level = z.number()
const Namers = z.array(z.object({ path: z.string() }))
const Levels = z.record(z.string(), z.number())
/** Of what is divided by independent people too, the sums by level: who is single-handed is another question, which is not compared. */
const Totals = z.object({ lines: z.object({ levels: Levels }), opaqueBytes: z.object({ levels: Levels }) })
const Hands = z.object({ commit: z.string(), notAssessed: z.array(z.string()), all: Totals, build: Totals })

export const Traced = z.object({
  repository: z.object({ commits: z.number(), merges: z.number(), tags: z.number() }),
  people: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      kind: z.string(),
      unions: z.array(z.object({ name: z.string(), address: z.string() })),
      authored: z.number(),
      committed: z.number(),
    }),
  ),
  windows: z.array(
    z.object({
      end: z.string(),
      commits: z.number(),
      absence50: z.number(),
      absence80: z.number(),
      holders: z.array(z.object({ person: z.number(), commits: z.number() })),
      releaseHolder: z.number().optional(),
    }),
  ),
  events: z.array(
    z.object({
      kind: z.string(),
      day: z.string(),
      person: z.number().optional(),
      commit: z.string().optional(),
      tag: z.string().optional(),
    }),
  ),
  evidence: z.object({
    levels: Levels,
    twins: z.number(),
    authors: z.array(
      z.object({
        person: z.number(),
        commits: z.number(),
        seconded: z.number(),
        seconds: z.array(z.object({ person: z.number(), commits: z.number() })),
      }),
    ),
    notAssessed: z.array(z.string()),
  }),
  ownCommits: z.array(z.object({ end: z.string(), commits: z.number(), own: z.number() })),
  opaque: z
    .array(
      z.object({
        path: z.string(),
        oid: z.string(),
        size: z.number(),
        entropy: z.number(),
        versions: z.array(
          z.object({
            commit: z.string(),
            path: z.string().optional(),
            day: z.string(),
            author: z.number(),
            committer: z.number(),
            level: Level,
            beside: z.number(),
            besideOpaque: z.number(),
            daysToTag: z.number().optional(),
            namedBeside: Namers,
          }),
        ),
        namedBy: Namers,
        siblings: z
          .object({
            count: z.number(),
            sizeRank: z.number(),
            sizeMedian: z.number(),
            entropyRank: z.number(),
            entropyMedian: z.number(),
          })
          .optional(),
      }),
    )
    .optional(),
  hands: Hands.optional(),
})
export type Traced = z.infer<typeof Traced>

/** As a user gets it; a sentence when there is none. */
export function traceOf(path: string, options: readonly string[] = []): Traced | string {
  const args = ["trace", path, "--format", "json", ...options]
  const run = spawnSync(commandLine[0], args, { encoding: "utf8", maxBuffer: 2 ** 30, timeout: 3_600_000 })
  if (run.status !== 0) return `exit ${run.status ?? run.signal}: ${run.stderr.trim().slice(0, 300)}`
  return Traced.parse(JSON.parse(run.stdout))
}
