import { describe, expect, it } from "vitest"
import { xmlOf } from "../../core/xml.ts"
import { fileKind, fileName, isWord } from "./coordinates.ts"
import { mirrorOf, settingsOf } from "./settings.ts"

const settings = (text: string) => xmlOf("settings.xml", Buffer.from(`<settings>${text}</settings>`))
const mirror = (id: string, of: string) => ({ id, of, url: `https://${id}.example/`, isBlocked: false })

describe("maven's settings", () => {
  it.each([
    ["*", "central", "https://a.example/", true],
    ["*,!central", "central", "https://a.example/", false],
    ["*,!central", "other", "https://a.example/", true],
    ["external:*", "x", "http://localhost/", false],
    ["external:*", "x", "https://a.example/", true],
    ["external:http:*", "x", "https://a.example/", false],
    ["external:http:*", "x", "http://a.example/", true],
    ["a, central", "central", "https://a.example/", true],
    ["central2", "central", "https://a.example/", false],
    ["", "central", "https://a.example/", false],
  ])("a mirror of %j stands in for %s at %s: %s", (of, id, url, expected) =>
    expect(mirrorOf({ id, url }, [mirror("m", of)]) !== undefined).toBe(expected),
  )

  it("a mirror that names the repository comes before one that matches it", () => {
    expect(mirrorOf({ id: "central", url: "https://a.example/" }, [mirror("any", "*"), mirror("own", "central")])?.id).toBe("own")
  })

  it("the user's come before the installation's of the same id, and variables are filled in", () => {
    const user = settings(
      `<mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>\${env.MIRROR}/\${env.NONE}</url></mirror></mirrors>` +
        `<servers><server><id>m</id><username>u</username><password>\${env.SECRET}</password></server></servers>`,
    )
    const installed = settings(
      "<mirrors><mirror><id>m</id><mirrorOf>x</mirrorOf><url>y</url></mirror><mirror><id>b</id><mirrorOf>z</mirrorOf><url>u</url><blocked>true</blocked></mirror></mirrors>" +
        "<proxies><proxy><active>false</active><host>no</host></proxy><proxy><host>p.example</host><port>1</port><username>a@b</username><nonProxyHosts>x|*.y</nonProxyHosts></proxy></proxies>",
    )
    expect(settingsOf(user, installed, { MIRROR: "https://m.example", SECRET: "s" })).toEqual({
      mirrors: [
        { id: "m", url: `https://m.example/\${env.NONE}`, of: "*", isBlocked: false },
        { id: "b", url: "u", of: "z", isBlocked: true },
      ],
      repositories: [],
      servers: [{ id: "m", user: "u", password: "s" }],
      proxies: [{ protocol: "http", address: "http://a%40b:@p.example:1", exempt: "x|*.y" }],
    })
  })

  it("profiles count that are named as active, else those that are by default", () => {
    const profile = (id: string, more = "") =>
      `<profile><id>${id}</id>${more}<repositories><repository><id>r${id}</id><url>u</url></repository></repositories></profile>`
    const byDefault = "<activation><activeByDefault>true</activeByDefault></activation>"
    const profiles = `<profiles>${profile("a")}${profile("b", byDefault)}</profiles>`
    const ids = (text: string) => settingsOf(settings(text), undefined, {}).repositories.map(({ id }) => id)
    expect(ids(profiles)).toEqual(["rb"])
    expect(ids(`${profiles}<activeProfiles><activeProfile>a</activeProfile></activeProfiles>`)).toEqual(["ra"])
    expect(ids("")).toEqual([])
  })
})

describe("coordinates", () => {
  const at = { group: "org.example", artifact: "it", version: "1.0" }
  it.each([
    [undefined, undefined, "it-1.0.jar"],
    ["pom", undefined, "it-1.0.pom"],
    ["maven-plugin", undefined, "it-1.0.jar"],
    ["test-jar", undefined, "it-1.0-tests.jar"],
    ["jar", "sources", "it-1.0-sources.jar"],
    ["tar.gz", "bin", "it-1.0-bin.tar.gz"],
  ])("type %s, classifier %s: %s", (type, classifier, name) => expect(fileName(at, fileKind(type, classifier))).toBe(name))

  it.each(["..", "a/b", "a..b", ".a", "a.", "a%2e", "", "a b", "a:b"])("%j is no word of an address", (text) =>
    expect(isWord(text)).toBe(false),
  )
})
