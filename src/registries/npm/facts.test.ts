import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, expect, it } from "vitest"
import { createContext } from "../../io/create-context.ts"
import { listening } from "../../io/proxy-fixture.ts"
import { registryFacts, releaseBefore } from "../index.ts"

const documents = new Map<string, string>()
let asked = 0
const server = createServer((request, response) => {
  asked += 1
  const found = documents.get(request.url ?? "")
  response.writeHead(found === undefined ? 404 : 200).end(found)
})
const address = `http://127.0.0.1:${await listening(server)}/`
afterAll(() => server.close())
let cache = ""
beforeEach(async () => {
  documents.clear()
  asked = 0
  cache = await mkdtemp(join(tmpdir(), "everybyte-facts-"))
  return () => rm(cache, { recursive: true })
})

const contextHere = () => {
  const environment = { HOME: cache, npm_config_registry: address, npm_config_globalconfig: join(cache, "npmrc") }
  return createContext({ cache, environment, limits: { retriesMax: 0 } })
}
const factsOf = (target: string, earlier?: string) => registryFacts(target, earlier, contextHere())
const publish = (name: string, versions: object, time: object): void =>
  void documents.set(`/${name.replace("/", "%2f")}`, JSON.stringify({ name, versions, time }))

const time = { "1.0.0": "2024-01-01T00:00:00Z", "1.1.0": "2024-02-01T00:00:00Z", "2.0.0": "2024-03-01T00:00:00Z" }

it("says of a version and of those before it when they came, by whom, who could, and whether they are attested", async () => {
  const stated = { _npmUser: { name: "author-1" }, maintainers: [{ name: "author-1" }], dist: { attestations: { url: "x" } } }
  publish("one", { "1.0.0": stated, "1.1.0": { dist: {} }, "2.0.0": stated }, time)
  expect(await factsOf("npm:one@1.1.0")).toEqual({
    versions: [
      { version: "1.0.0", published: time["1.0.0"], publisher: "author-1", attested: true },
      { version: "1.1.0", published: time["1.1.0"], attested: false },
    ],
    owners: [{ since: time["1.0.0"], accounts: ["author-1"] }],
    dependencies: {},
  })
})

it("says nothing of attestations and of times that a mirror strips", async () => {
  publish("one", { "1.0.0": { dist: {} }, "1.1.0": {} }, { "1.1.0": time["1.1.0"] })
  expect(await factsOf("npm:one@1.1.0")).toEqual({ versions: [{ version: "1.1.0", published: time["1.1.0"] }], dependencies: {} })
  documents.set("/one", JSON.stringify({ versions: { "1.1.0": {} } }))
  expect(await factsOf("npm:two@1.1.0")).toEqual({ why: expect.any(String) })
})

it("asks of new dependencies alone when their first versions came, and of no more than a handful", async () => {
  const names = ["@a/b", "c", "d", "e", "f", "g"]
  const needs = Object.fromEntries(names.map((name) => [name, "1"]))
  publish("one", { "1.0.0": { dependencies: { old: "1" } }, "1.1.0": { dependencies: { old: "1", ...needs } } }, time)
  for (const name of names) publish(name, { "1.0.0": {}, "2.0.0": {} }, time)
  const facts = await factsOf("npm:one@1.1.0", "npm:one@1.0.0")
  expect(facts?.dependencies).toEqual(Object.fromEntries(names.slice(0, 4).map((name) => [name, { first: time["1.0.0"], versions: 1 }])))
  expect(asked).toBe(5)
})

it.each([
  ["no JSON", "{"],
  ["another shape", '{"versions":[]}'],
  ["a version of another shape", '{"versions":{"1.1.0":7},"time":{}}'],
  ["keys of objects", '{"versions":{"__proto__":{"dependencies":{"constructor":"1"}}},"time":{"__proto__":"2024"}}'],
])("takes a document of %s to say nothing", async (_, text) => {
  documents.set("/one", text)
  const facts = await factsOf("npm:one@1.1.0", "npm:one@1.0.0")
  expect(facts?.versions).toBeUndefined()
})

it("tells which release came before, or why nobody does", async () => {
  publish("one", { "1.0.0": {}, "1.1.0": {}, "2.0.0": {} }, time)
  publish("two", { "1.0.0": {} }, {})
  const before = async (target: string) => {
    const found = await releaseBefore(target, contextHere())
    return found.ok ? found.value : "why" in found.fault ? found.fault.why : found.fault.kind
  }
  expect(await before("npm:one@2.0.0")).toBe("npm:one@1.1.0")
  expect(await before("npm:one@1.1.0")).toBe("npm:one@1.0.0")
  expect(await before("npm:one@1.0.0")).toBe("its registry lists no release before it")
  expect(await before("npm:two@1.0.0")).toBe("its registry does not say when its versions came")
  expect(await before("pkg:pypi/a-b@1.0?file_name=a_b-1.0.zip")).toMatch(/names one file/)
  expect(await before("./one.tgz")).toMatch(/is no package of npm, PyPI or crates/)
})
