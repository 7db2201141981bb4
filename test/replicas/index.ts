import { replica as ephemerisTables } from "./cases/1-ephemeris-tables.ts"
import { replica as sessionNames } from "./cases/2-session-names.ts"
import { replica as queueLimits } from "./cases/3-queue-limits.ts"
import { replica as frameStamps } from "./cases/4-frame-stamps.ts"
import { replica as slotRanks } from "./cases/10-slot-ranks.ts"
import { replica as pantrySecret } from "./cases/14-pantry-secret.ts"
import { replica as folderCopies } from "./cases/17-folder-copies.ts"
import { replica as networkProbe } from "./cases/25-network-probe.ts"
import { replica as kiteMaps } from "./cases/26-kite-maps.ts"
import { replica as tenRecipes } from "./cases/28-ten-recipes.ts"
import { replica as fenceGlobs } from "./cases/29-fence-globs.ts"
import { replica as joinLines } from "./cases/30-join-lines.ts"
import { replica as tellProgress } from "./cases/31-tell-progress.ts"
import { replica as slugWords } from "./cases/35-slug-words.ts"
import { replica as lampClock } from "./cases/36-lamp-clock.ts"
import { replica as pickWords } from "./cases/41-pick-words.ts"
import { replica as padColumns } from "./cases/44-pad-columns.ts"
import { replica as askHttp } from "./cases/48-ask-http.ts"
import { replica as tideTables } from "./cases/52-tide-tables.ts"
import { replica as folioFonts } from "./cases/56-folio-fonts.ts"
import { replica as lightPrompts } from "./cases/58-light-prompts.ts"
import { replica as northAngle } from "./cases/60-north-angle.ts"
import { replica as ringlog } from "./cases/62-ringlog.ts"
import { replica as fernRoutes } from "./cases/64-fern-routes.ts"
import { replica as bracketGlow } from "./cases/70-bracket-glow.ts"
import { replica as lintFolder } from "./cases/71-lint-folder.ts"
import { replica as tallyScript } from "./cases/75-tally-script.ts"
import { replica as tidyBot } from "./cases/77-tidy-bot.ts"
import type { NotAssessed, Replica } from "./replica.ts"

/** Every case that a replica is made of, in the order of their numbers. */
export const replicas: readonly Replica[] = [
  ephemerisTables,
  sessionNames,
  queueLimits,
  frameStamps,
  slotRanks,
  pantrySecret,
  folderCopies,
  networkProbe,
  kiteMaps,
  tenRecipes,
  fenceGlobs,
  joinLines,
  tellProgress,
  slugWords,
  lampClock,
  pickWords,
  padColumns,
  askHttp,
  tideTables,
  folioFonts,
  lightPrompts,
  northAngle,
  ringlog,
  fernRoutes,
  bracketGlow,
  lintFolder,
  tallyScript,
  tidyBot,
]

/** Every case that none is made of, and why. */
export const notAssessed: readonly NotAssessed[] = []
