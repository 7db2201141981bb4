import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { generateClient, generatedPath } from "../../tools/build-web.ts"

test("the bundled script and style are those of web/: npm run build:web was not forgotten", async () => {
  expect(readFileSync(generatedPath, "utf8")).toBe(await generateClient())
})
