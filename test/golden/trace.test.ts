import { expect, test } from "vitest"
import { style } from "../../src/reporters/html/client-generated.ts"
import { traceForms } from "../../src/reporters/trace/index.ts"
import { whole } from "../fixtures/trace.ts"

const look = { columns: 100, colour: false, command: "everybyte" }

/** The page without its style, which would hide what changed. */
const unstyled = (text: string): string => text.replaceAll(style, "STYLE").replaceAll(/sha256-[A-Za-z0-9+/]{43}=/g, "sha256-HASH")

test("the forms of a made-up trace", async () => {
  for (const format of ["text", "json", "html"] as const)
    await expect(unstyled(traceForms[format](whole, look))).toMatchFileSnapshot(`made.trace.${format}`)
})
