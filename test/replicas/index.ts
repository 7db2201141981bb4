import { replica as ephemerisTables } from "./cases/1-ephemeris-tables.ts"
import { replica as sessionNames } from "./cases/2-session-names.ts"
import { replica as queueLimits } from "./cases/3-queue-limits.ts"
import { replica as frameStamps } from "./cases/4-frame-stamps.ts"
import { replica as waitOptions } from "./cases/10-wait-options.ts"
import { replica as pantrySecret } from "./cases/14-pantry-secret.ts"
import { replica as hullScanner } from "./cases/17-hull-scanner.ts"
import { replica as privilegeProbe } from "./cases/25-privilege-probe.ts"
import { replica as quillViewer } from "./cases/26-quill-viewer.ts"
import { replica as tenRecipes } from "./cases/28-ten-recipes.ts"
import { replica as fenceGlobs } from "./cases/29-fence-globs.ts"
import { replica as brookSamples } from "./cases/30-brook-samples.ts"
import { replica as rateProgress } from "./cases/31-rate-progress.ts"
import { replica as brightLetters } from "./cases/35-bright-letters.ts"
import { replica as hallwayBus } from "./cases/36-hallway-bus.ts"
import { replica as pickAgents } from "./cases/41-pick-agents.ts"
import { replica as tintText } from "./cases/44-tint-text.ts"
import { replica as askHttp } from "./cases/48-ask-http.ts"
import { replica as marigoldTerm } from "./cases/52-marigold-term.ts"
import { replica as outlineBoxes } from "./cases/56-outline-boxes.ts"
import { replica as lightPrompts } from "./cases/58-light-prompts.ts"
import { replica as coinDecimal } from "./cases/60-coin-decimal.ts"
import { replica as leafdb } from "./cases/62-leafdb.ts"
import { replica as sturdyWords } from "./cases/64-sturdy-words.ts"
import { replica as bracketGlow } from "./cases/70-bracket-glow.ts"
import { replica as scanAction } from "./cases/71-scan-action.ts"
import { replica as coverUpload } from "./cases/75-cover-upload.ts"
import { replica as tidyBot } from "./cases/77-tidy-bot.ts"
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
  quillViewer,
  tenRecipes,
  fenceGlobs,
  brookSamples,
  rateProgress,
  brightLetters,
  hallwayBus,
  pickAgents,
  tintText,
  askHttp,
  marigoldTerm,
  outlineBoxes,
  lightPrompts,
  coinDecimal,
  leafdb,
  sturdyWords,
  bracketGlow,
  scanAction,
  coverUpload,
  tidyBot,
]

/** Every case that none is made of, and why. */
export const notAssessed: readonly NotAssessed[] = []
