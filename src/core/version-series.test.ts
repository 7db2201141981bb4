import { expect, test } from "vitest"
import { isSameSeries } from "./version-series.ts"

test.each([
  ["1.2.3", "1.9.0", true],
  ["1.2", "v1.2.1", true],
  ["1.2.3", "2.0.0", false],
  ["0.3.1", "0.3.2", true],
  ["0.3.1", "0.4.0", false],
  ["26.1", "26.3.dev1", true],
  ["1.2.3", "main", undefined],
  ["1.2.3", undefined, undefined],
])("%s and %s", (one, other, expected) => expect(isSameSeries(one, other)).toBe(expected))
