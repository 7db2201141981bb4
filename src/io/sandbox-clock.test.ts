import { afterEach, expect, it, vi } from "vitest"
import { sandboxClock } from "./sandbox-clock.ts"

afterEach(() => vi.useRealTimers())

it.each([100_000, 100_400, 100_600, 100_999])("starts at the second that it names or in the next, and never before, at %i ms", (now) => {
  vi.useFakeTimers({ now })
  const passed = now / 1000 + Number(sandboxClock(1000)["FAKETIME"]) - 1000
  expect(passed).toBeGreaterThanOrEqual(0)
  expect(passed).toBeLessThan(1)
})
