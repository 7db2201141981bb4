import { expect, it } from "vitest"
import { replayScript } from "./script.ts"

it("a release younger than the faked clock's distance replayed nothing: the marker was touched, and lay in the future", () => {
  const script = replayScript({ steps: ["true"], commit: undefined, environment: {}, links: [] })
  expect(script).toContain("\n: >/build/start\n")
  expect(script).not.toContain("touch")
})
