import { existsSync } from "node:fs"
import { describe } from "vitest"
import { executablePath, named } from "./chromium.ts"

/** Without a browser these tests do not run, and their name says so. A browser that was named and is missing is a failure. */
export const inChromium = (name: string, tests: () => void): void => {
  const missing = named === undefined && !existsSync(executablePath)
  const why = `NOT RUN: no Chromium at ${executablePath}; EVERYBYTE_BROWSER=PATH names another`
  if (missing) process.stderr.write(`${name}: ${why}\n`) // vitest does not print the names of a file that is skipped whole
  describe.skipIf(missing)(missing ? `${name} (${why})` : name, tests)
}
