import { expect, test } from "vitest"
import type { ToolUse } from "../../model/replay.ts"
import { mayDiffer, originalsIn } from "./originals.ts"

const toolchain = { originals: ["autoconf", "libtool"].map((name) => ({ name, file: `${name}.tar`, sha256: "" })) }
const autoconf: ToolUse = { tool: "autoconf", stated: "2.71", used: "2.71-3" }

test.each<[string, readonly ToolUse[], boolean]>([
  ["nothing is stated", [], true],
  ["the stated editions were run", [autoconf, { tool: "byacc", stated: undefined, used: "1:2.0" }], true],
  ["another edition was run", [autoconf, { tool: "libtool", stated: "2.5.4.1-baa1-dirty", used: "2.5.4-4" }], false],
  ["a stated tool is not there", [autoconf, { tool: "gettext", stated: "0.21", used: undefined }], false],
])("other originals may give something else where %s", (_, tools, may) =>
  expect(mayDiffer({ tools, originals: ["autoconf", "libtool"] }, ["libtool"], toolchain)).toBe(may),
)

test("other originals give nothing else where the toolchain lacks what makes the difference", () => {
  const lacking = { originals: [] }
  expect(originalsIn(["autoconf"], lacking)).toEqual([])
  expect(mayDiffer({ tools: [], originals: [] }, ["autoconf"], lacking)).toBe(false)
  expect(mayDiffer({ tools: [], originals: [] }, ["autoconf"], toolchain)).toBe(true)
})
