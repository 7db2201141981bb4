import { replica as ephemerisTables } from "./cases/1-ephemeris-tables.ts"
import { replica as sessionNames } from "./cases/2-session-names.ts"
import { replica as queueLimits } from "./cases/3-queue-limits.ts"
import { replica as frameStamps } from "./cases/4-frame-stamps.ts"
import { replica as waitOptions } from "./cases/10-wait-options.ts"
import { replica as pantrySecret } from "./cases/14-pantry-secret.ts"
import { replica as hullScanner } from "./cases/17-hull-scanner.ts"
import { replica as privilegeProbe } from "./cases/25-privilege-probe.ts"
import { replica as fenceGlobs } from "./cases/29-fence-globs.ts"
import { replica as pickAgents } from "./cases/41-pick-agents.ts"
import { replica as tintText } from "./cases/44-tint-text.ts"
import { replica as lightPrompts } from "./cases/58-light-prompts.ts"
import type { NotAssessed, Replica } from "./replica.ts"

/** Every case that a replica is made of, in the order of their numbers. */
export const replicas: readonly Replica[] = [
  ephemerisTables,
  sessionNames,
  queueLimits,
  frameStamps,
  waitOptions,
  pantrySecret,
  hullScanner,
  privilegeProbe,
  fenceGlobs,
  pickAgents,
  tintText,
  lightPrompts,
]

export const notAssessed: readonly NotAssessed[] = []
