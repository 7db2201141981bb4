import { expect, test } from "vitest"
import { notAssessed, replicas } from "./index.ts"
import { prove } from "./proofs.ts"

prove(replicas)

test("every case is a replica, or says why it is none", () => {
  const numbers = [...replicas, ...notAssessed].map((one) => one.case)
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  expect(replicas.length).toBeGreaterThanOrEqual(24)
})
