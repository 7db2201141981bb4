import { expect, test } from "vitest"
import { z } from "zod"
import { PolicyFile } from "../src/io/policy-schema.ts"

test("the published JSON Schema is what policies are read by; `npm test -- -u` makes it anew", async () => {
  const schema = { title: "Policy of everybyte audit (everybyte.policy/1)", ...z.toJSONSchema(PolicyFile, { io: "input" }) }
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot("../schema/policy.schema.json")
})
