import { expect, test } from "vitest"
import { Naming } from "./naming.ts"

test("a million dashes within a word are looked at once, not once from each of them", () => {
  const text = Buffer.from(`a${"-".repeat(1_000_000)}a ..${"-.".repeat(500_000)}data.bin--`)
  for (const encoding of ["utf-8", "8-bit"] as const) expect(new Naming(["x/data.bin"]).namedIn(text, encoding)).toEqual(["data.bin"])
})
