import { rmSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { orThrow } from "../src/core/fault.ts"
import { traceRepository } from "../src/index.ts"
import type { Context } from "../src/io/context.ts"
import { fixtureContext, GitFixture } from "../src/io/git-fixture.ts"
import { stepKinds, take } from "../src/io/git-steps-fixture.ts"
import type { Trace } from "../src/model/trace.ts"

const traced = async ({ folder }: GitFixture, ctx: Context): Promise<Trace> =>
  orThrow(await traceRepository({ repository: folder, wantsHands: true }, ctx))

const step = fc.tuple(fc.constantFrom(...stepKinds), fc.nat(1000), fc.integer({ min: 0, max: 2 ** 32 - 1 }))

test("a trace of what was traced before is the trace of what is there now", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), async (rounds) => {
      const fixture = new GitFixture()
      fixture.commit({ a: "1\n", "data.bin": "\0\n" })
      const ctx = fixtureContext()
      await traced(fixture, ctx)
      for (const round of rounds) {
        for (const one of round) take(fixture, one)
        const fresh = fixtureContext()
        expect(await traced(fixture, ctx)).toEqual(await traced(fixture, fresh))
        rmSync(fresh.cache, { recursive: true })
      }
      rmSync(fixture.folder, { recursive: true })
      rmSync(ctx.cache, { recursive: true })
    }),
    { numRuns: 8 },
  )
})
