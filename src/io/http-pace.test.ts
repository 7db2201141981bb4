import { createServer } from "node:http"
import { afterEach, expect, it, vi } from "vitest"
import { createContext } from "./create-context.ts"
import { Pace } from "./http-pace.ts"
import { request } from "./http-request.ts"
import { listening } from "./proxy-fixture.ts"

afterEach(() => {
  vi.useRealTimers()
})

it("a body of one byte a minute never ended", () => {
  const pace = new Pace(0)
  expect([1, 2, 3].map((second) => pace.isTooSlow(1, second * 1000))).toEqual([false, false, false])
  expect(pace.isTooSlow(1, 60_000)).toBe(true)
})

it("each minute counts for itself", () => {
  const pace = new Pace(0)
  expect(pace.isTooSlow(1_000_000, 60_000)).toBe(false)
  expect(pace.isTooSlow(1, 121_000)).toBe(true)
})

it("a server that only sends answers of 1xx held us for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  const server = createServer((_, response) => {
    response.writeProcessing()
    vi.advanceTimersByTime(61_000)
  })
  const url = `http://127.0.0.1:${await listening(server)}/`
  const ctx = createContext({ cache: "/nowhere", environment: {} })
  await expect(request({ url, headers: {}, what: "it" }, ctx)).rejects.toThrow("no whole answer in 60 s")
  server.close()
})
