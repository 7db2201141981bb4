import { expect, it } from "vitest"
import { userFolder } from "./user-folder.ts"

it("our folders stand where the XDG specification says, a relative value ignored", () => {
  expect(userFolder("XDG_CACHE_HOME", { XDG_CACHE_HOME: "/x" })).toBe("/x/everybyte")
  expect(userFolder("XDG_CACHE_HOME", { XDG_CACHE_HOME: "x", HOME: "/h" })).toBe("/h/.cache/everybyte")
  expect(userFolder("XDG_CONFIG_HOME", { HOME: "/h" })).toBe("/h/.config/everybyte")
  expect(userFolder("XDG_DATA_HOME", { HOME: "/h" })).toBe("/h/.local/share/everybyte")
})
