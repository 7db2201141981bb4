import { expect, it } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { limitsDefault } from "../../core/limits.ts"
import type { Entry } from "../../model/artifact.ts"
import { itemOf } from "../../rules/test-kit.ts"
import { newWorkflows } from "./workflows.ts"

const entry = (path: string, text: string): Entry => {
  const content = memorySource(Buffer.from(text))
  return { ...itemOf(path, { kind: "unexplained", why: "" }).entry, size: content.size, sha256: sha256Of(text), content }
}
const titled = (event: string): string =>
  `on: ${event}\npermissions: write-all\njobs:\n  a:\n    steps:\n      - run: echo "\${{ github.event.pull_request.title }}"\n`
const release = (version: string, files: Readonly<Record<string, string>>) => ({
  root: `p-${version}/`,
  entries: Object.entries(files).map(([path, text]) => entry(`p-${version}/${path}`, text)),
})
const path = ".github/workflows/a.yml"

it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, readonly string[]]>([
  ["one that is new", {}, { [path]: titled("pull_request_target") }, ["p-2/.github/workflows/a.yml 6 write rights"]],
  ["one that was another", { [path]: titled("push") }, { [path]: titled("issues") }, ["p-2/.github/workflows/a.yml 6 write rights"]],
  ["one that was there", { [path]: titled("issues") }, { [path]: titled("issues") }, []],
  ["one that strangers cannot start", {}, { [path]: titled("pull_request") }, []],
  ["no workflow of the release itself", {}, { [`test/${path}`]: titled("issues") }, []],
])("workflows of a release without a commit: %s", async (_, before, now, expected) => {
  const found = await newWorkflows(release("2", now), release("1", before), limitsDefault)
  expect(found.unknown).toBeUndefined()
  expect(found.workflows?.flatMap((one) => one.uses.map(({ lines, rights }) => `${one.path} ${lines[0]} ${rights.join(", ")}`))).toEqual(
    expected,
  )
})

it("a workflow that cannot be read is said", async () => {
  const found = await newWorkflows(release("2", { [path]: "on: {\n" }), release("1", {}), limitsDefault)
  expect(found.unknown?.workflows).toBe("could not be read: p-2/.github/workflows/a.yml")
})
