import { z } from "zod"
import { capabilities } from "./capability.ts"
import { moments } from "./inspection.ts"

export const held = z.object({
  capability: z.enum(capabilities),
  runs: z.enum(moments).optional(),
  places: z.int().nonnegative(),
  at: z.object({ path: z.string(), lines: z.tuple([z.int(), z.int()]) }),
  through: z.string().optional(),
})

export const needed = z
  .object({ looked: z.array(z.string()), not: z.array(z.object({ name: z.string(), why: z.string() })) })
  .describe("Packages that it needs which were opened for that, and those that were not.")
