import { config } from "openpgp"
import { expect, test } from "vitest"
import { openpgpVersion } from "./signature.ts"

test("the trusted base names the version of OpenPGP.js that is installed", () => {
  expect(config.versionString).toBe(`OpenPGP.js ${openpgpVersion}`)
})
