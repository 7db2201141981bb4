import { createHash } from "node:crypto"
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMessage, generateKey, readPrivateKey, sign } from "openpgp"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Served, serve } from "../../../test/fixtures/served.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { maven } from "./index.ts"

let served: Served
let other: Served
let cache = ""
let home = ""

beforeAll(async () => {
  ;[served, other] = [await serve(), await serve()]
})
afterAll(() => {
  served.close()
  other.close()
})
beforeEach(async () => {
  for (const one of [served, other]) {
    one.documents.clear()
    one.asked.length = 0
  }
  cache = await mkdtemp(join(tmpdir(), "everybyte-maven-"))
  home = join(cache, "maven")
  await install(`${served.address}/m2`)
  return () => rm(cache, { recursive: true })
})

/** A maven with nothing but what we read of it. */
async function install(url: string): Promise<void> {
  const pom = `<project><repositories><repository><id>central</id><url>${url}</url></repository></repositories></project>`
  await mkdir(join(home, "lib"), { recursive: true })
  await writeFile(
    join(home, "lib", "maven-model-builder-9.9.9.jar"),
    zipOf([{ name: "org/apache/maven/model/pom-4.0.0.xml", content: pom }]),
  )
}
async function settings(text: string, folder = join(cache, ".m2")): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "settings.xml"), `<settings>${text}</settings>`)
}

const jar = Buffer.from("not really a jar")
const digest = (algorithm: string, bytes: Uint8Array | string): string => createHash(algorithm).update(bytes).digest("hex")
const base = "/m2/org/example/it/"

function put(path: string, bytes: Uint8Array | string, on = served): void {
  on.documents.set(path, bytes)
  on.documents.set(`${path}.sha1`, digest("sha1", bytes))
}
function publish(version: string, pom = "", on = served): void {
  put(`${base}${version}/it-${version}.pom`, `<project>${pom}</project>`, on)
  put(`${base}${version}/it-${version}.jar`, jar, on)
}

const alone = (): Record<string, string> => ({ HOME: cache, MAVEN_HOME: home, PATH: "/nonexistent" })
async function locate(text: string, environment = alone(), keyrings: readonly string[] = []): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return maven.locate(target.value, createContext({ cache, environment, keyrings, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
async function located(text: string, environment = alone(), keyrings: readonly string[] = []): Promise<Located> {
  const result = await locate(text, environment, keyrings)
  if (!result.ok) throw new Error(faultOf(result))
  return result.value
}

describe("maven", () => {
  it("brings a file with what its POM says of the repository and the tag", async () => {
    publish("1.0", `<scm><connection>scm:git:https://forge.example/it.git</connection><tag>it-\${project.version}</tag></scm>`)
    const { name, version, purl, provenance } = await located("maven:org.example:it@1.0")
    expect({ name, version, purl }).toEqual({ name: "it-1.0.jar", version: "1.0", purl: "pkg:maven/org.example/it@1.0" })
    expect(provenance).toMatchObject({ repository: "https://forge.example/it.git", tag: "it-1.0" })
    expect(provenance).not.toHaveProperty("commit")
    expect(provenance.chain[0]).toMatch(/^sha1 promised by the repository/)
    expect(provenance.notLookedAt.join("\n")).toMatch(/plain http.*\n.*it-1\.0\.jar\.asc: no key was given/)
  })

  it("takes the strongest digest that stands beside the file, and refuses other bytes", async () => {
    publish("1.0")
    served.documents.set(`${base}1.0/it-1.0.jar.sha512`, `${digest("sha512", jar).toUpperCase()}  it-1.0.jar\n`)
    served.documents.set(`${base}1.0/it-1.0.jar.sha1`, "0".repeat(40))
    expect((await located("maven:org.example:it@1.0")).provenance.chain[0]).toMatch(/^sha512/)
    publish("1.1")
    served.documents.set(`${base}1.1/it-1.1.jar.sha1`, "0".repeat(40))
    expect(faultOf(await locate("maven:org.example:it@1.1"))).toMatch(/^mismatch: .*sha1/)
    publish("1.2")
    served.documents.set(`${base}1.2/it-1.2.jar.sha1`, "<html>")
    expect(faultOf(await locate("maven:org.example:it@1.2"))).toMatch(/^malformed: .*40 hex digits/)
    publish("1.3")
    served.documents.delete(`${base}1.3/it-1.3.jar.sha1`)
    expect((await located("maven:org.example:it@1.3")).provenance.chain[0]).toContain("states no digest")
    publish("1.4", "<description>promised</description>")
    served.documents.set(`${base}1.4/it-1.4.pom`, "<project><scm/></project>")
    expect(faultOf(await locate("maven:org.example:it@1.4"))).toMatch(/^mismatch: /)
  })

  it("honours classifier and type of a package URL, and no other qualifier", async () => {
    publish("1.0")
    put(`${base}1.0/it-1.0-sources.jar`, "sources")
    const { name, purl } = await located("pkg:maven/org.example/it@1.0?type=jar&classifier=sources")
    expect({ name, purl }).toEqual({ name: "it-1.0-sources.jar", purl: "pkg:maven/org.example/it@1.0?classifier=sources&type=jar" })
    expect(faultOf(await locate("pkg:maven/org.example/it@1.0?repository_url=https://x.example"))).toMatch(
      /the qualifier "repository_url" .* is not honoured/,
    )
    expect(faultOf(await locate("pkg:maven/org.example/it@1.0?classifier=../../x"))).toMatch(/^usage: /)
  })

  it("refuses what could lead elsewhere, and snapshots", async () => {
    for (const text of [
      "maven:it@1.0",
      "maven:it",
      "maven:a:b:c@1.0",
      "maven:a:b@../1",
      "maven:a/b:c@1",
      "maven:a..b:c@1",
      "maven:a:b@1.0-SNAPSHOT",
    ])
      expect(faultOf(await locate(text))).toMatch(/^usage: /)
    expect(served.asked).toEqual([])
  })

  it("checks the signature beside the file with a key of the user; an unknown key is a statement, other bytes are bad", async () => {
    publish("1.0")
    publish("1.1")
    publish("1.2")
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Ann" }], format: "armored" })
    const eve = await generateKey({ userIDs: [{ name: "Eve" }], format: "armored" })
    const signed = async (bytes: Uint8Array): Promise<string> =>
      sign({
        message: await createMessage({ binary: bytes }),
        signingKeys: await readPrivateKey({ armoredKey: privateKey }),
        detached: true,
        format: "armored",
      })
    served.documents.set(`${base}1.0/it-1.0.jar.asc`, await signed(jar))
    served.documents.set(`${base}1.1/it-1.1.jar.asc`, await signed(Buffer.from("other")))
    const [ann, stranger] = [join(cache, "ann.key"), join(cache, "eve.key")]
    await writeFile(ann, publicKey)
    await writeFile(stranger, eve.publicKey)
    const kindOf = async (version: string, key: string) =>
      (await located(`maven:org.example:it@${version}`, alone(), [key])).provenance.signature?.kind
    expect(await kindOf("1.0", ann)).toBe("valid")
    expect(await kindOf("1.0", stranger)).toBe("unknown-key")
    expect(await kindOf("1.1", ann)).toBe("bad")
    expect(await kindOf("1.2", ann)).toBe(undefined)
  })

  it("asks a POM's parents for the repository that it does not name, with the child's own properties first", async () => {
    const parent = "<parent><groupId>org.example</groupId><artifactId>above</artifactId><version>7</version></parent>"
    publish("1.0", `${parent}<properties><host>forge.example</host></properties>`)
    const scm = `<scm><url>https://\${host}/\${rest}</url><tag>HEAD</tag></scm><properties><host>wrong</host><rest>\${more}</rest><more>x</more></properties>`
    put(
      "/m2/org/example/above/7/above-7.pom",
      `<project><groupId>org.example</groupId><artifactId>above</artifactId><version>7</version>${scm}</project>`,
    )
    const { provenance } = await located("maven:org.example:it@1.0")
    expect(provenance).toMatchObject({ repository: "https://forge.example/x" })
    expect(provenance).not.toHaveProperty("tag")
    expect(provenance.chain.join()).toContain("named by a parent")
  })

  it("ends with parents that are their own, that are missing, and with properties that name each other", async () => {
    const parent = "<parent><groupId>org.example</groupId><artifactId>it</artifactId><version>1.0</version></parent>"
    publish("1.0", parent)
    expect((await located("maven:org.example:it@1.0")).provenance.notLookedAt.join()).toContain("more than 10")
    publish("1.1", parent.replace("1.0", "9"))
    expect((await located("maven:org.example:it@1.1")).provenance.notLookedAt.join()).toContain("org.example:it:9 could not be read")
    publish("1.2", `<scm><url>\${a}</url></scm><properties><a>\${b}\${b}\${b}\${b}</a><b>\${a}\${a}\${a}\${a}</b></properties>`)
    expect((await located("maven:org.example:it@1.2")).provenance).not.toHaveProperty("repository")
  })

  it("takes what the repository calls the release, and says that a version moved", async () => {
    publish("2.0", "<distributionManagement><relocation><groupId>com.example</groupId></relocation></distributionManagement>")
    served.documents.set(`${base}maven-metadata.xml`, "<metadata><versioning><release>2.0</release></versioning></metadata>")
    const { version, provenance } = await located("maven:org.example:it")
    expect(version).toBe("2.0")
    expect(provenance.chain.join()).toContain('it is now "com.example:it:2.0"')
    await rm(join(cache, "indexes"), { recursive: true })
    served.documents.set(`${base}maven-metadata.xml`, "<metadata><versioning><release>../../x</release></versioning></metadata>")
    expect(faultOf(await locate("maven:org.example:it"))).toMatch(/no such artifact or version/)
  })

  it("asks repositories in order: those of active profiles, then maven's own; the mirror in the place of what it mirrors", async () => {
    publish("1.0")
    const profile = `<profiles><profile><id>p</id><repositories><repository><id>own</id><url>${other.address}/m2</url></repository></repositories></profile></profiles>`
    await settings(`${profile}<activeProfiles><activeProfile>p</activeProfile></activeProfiles>`)
    expect(faultOf(await locate("maven:org.example:it@1.0"))).toBe("no fault")
    expect(other.asked.length).toBeGreaterThan(0)
    await rm(join(cache, "indexes"), { recursive: true })
    await settings(`<mirrors><mirror><id>m</id><mirrorOf>central</mirrorOf><url>${other.address}/m2/</url></mirror></mirrors>`)
    expect(faultOf(await locate("maven:org.example:it@1.0"))).toMatch(/^unavailable: .*has no such artifact or version/)
    publish("1.0", "", other)
    await rm(join(cache, "indexes"), { recursive: true })
    expect((await located("maven:org.example:it@1.0")).provenance.chain.join()).toContain('the mirror "m" stand in for "central"')
    await settings(`<mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror></mirrors>`)
    expect(faultOf(await locate("maven:org.example:it@1.0"))).toMatch(/maven's settings block it/)
  })

  it("sends a server's login to that server alone", async () => {
    publish("1.0")
    publish("1.1", "", other)
    const profile = `<profiles><profile><id>p</id><repositories><repository><id>own</id><url>${other.address}/m2</url></repository></repositories></profile></profiles>`
    const server = "<servers><server><id>central</id><username>u</username><password>secret</password></server></servers>"
    await settings(`${profile}<activeProfiles><activeProfile>p</activeProfile></activeProfiles>${server}`)
    await located("maven:org.example:it@1.0")
    expect(new Set(other.asked.map(({ login }) => login))).toEqual(new Set([undefined]))
    expect(new Set(served.asked.map(({ login }) => login))).toEqual(new Set([`Basic ${Buffer.from("u:secret").toString("base64")}`]))
  })

  it("asks maven where it is, and says what to do where there is none", async () => {
    publish("1.0")
    await mkdir(join(cache, "bin"))
    await writeFile(
      join(cache, "bin", "mvn"),
      `#!/bin/sh\ntest "$PWD" = / || exit 1\nprintf '\\033[1mMaven\\033[m\\nMaven home: ${home}\\n'\n`,
    )
    await chmod(join(cache, "bin", "mvn"), 0o755)
    expect(faultOf(await locate("maven:org.example:it@1.0", { HOME: cache, PATH: `${cache}/bin:${process.env["PATH"]}` }))).toBe("no fault")
    expect(faultOf(await locate("maven:org.example:it@1.0", { HOME: cache, PATH: "/nonexistent" }))).toMatch(
      /^unavailable: maven: it is not installed/,
    )
  })
})
