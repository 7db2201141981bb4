import { spawnSync } from "node:child_process"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { collect } from "../../core/bytes.ts"
import { forgeAddress } from "../forge.ts"
import { binaryOf, keyBlocks } from "../keyring.ts"
import { parseDeb822, parseOneLine, suiteGroups } from "./apt-sources.ts"
import { isAskedFor, packageFiles } from "./package-files.ts"
import { fieldsOf, listedFiles, stanzas } from "./stanza.ts"
import { compareVersions, upstreamVersion } from "./version.ts"

describe("sources", () => {
  it("reads one-line sources with options, comments and both types", () => {
    const text =
      "# deb x y z\ndeb [arch=amd64 signed-by=/k.gpg,/l.gpg] http://m/debian one main contrib # why\n\ndeb-src http://m/debian/ two main\nrpm http://x y\n deb http://m/flat ./\n"
    expect(parseOneLine(text)).toMatchObject([
      { uri: "http://m/debian/", suite: "one", components: ["main", "contrib"], signedBy: ["/k.gpg", "/l.gpg"] },
      { suite: "two", signedBy: [], checkValidUntil: true },
      { suite: "./", components: [] },
    ])
  })

  it("reads deb822 sources with several suites, an embedded key, comments and disabled stanzas", () => {
    const text =
      "# a\nTypes: deb deb-src\nURIs: http://m/a http://m/b\nSuites: one\n two\nComponents: main\nCheck-Valid-Until: no\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abcd\n\nTypes: deb\nURIs: http://m/c\nSuites: x\nEnabled: no\n\n\nTypes: rpm\nURIs: y\nSuites: z\n"
    const found = parseDeb822(text)
    expect(found.map(({ uri, suite }) => `${uri}${suite}`)).toEqual([
      "http://m/a/one",
      "http://m/a/two",
      "http://m/b/one",
      "http://m/b/two",
    ])
    expect(found[0]).toMatchObject({ checkValidUntil: false, signedBy: [], embeddedKey: "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd" })
  })

  it("searches what is configured, then the standard names in the same forms", () => {
    const groups = suiteGroups(
      parseOneLine(
        "deb http://m/d code main\ndeb-src http://m/d code contrib\ndeb http://m/d code-updates main\ndeb http://m/s code-security main\ndeb http://m/s stable-security main\ndeb [signed-by=/o] http://o/ x main\ndeb cdrom:x y z\n",
      ),
    )
    const names = groups.map((group) => group.sources.map(({ uri, suite }) => `${uri}${suite}`))
    expect(names.slice(0, 4)).toEqual([
      ["http://m/d/code", "http://m/d/code-updates", "http://m/s/code-security", "http://m/s/stable-security"],
      ["http://m/d/stable", "http://m/d/stable-updates"],
      ["http://m/d/testing", "http://m/d/testing-updates", "http://m/s/testing-security"],
      ["http://m/d/unstable"],
    ])
    expect(names[5]).toEqual(["http://o/x"])
    expect(groups[0]?.sources[0]?.components).toEqual(["main", "contrib"])
  })

  it("survives any text", () => {
    const text = fc.string({
      unit: fc.constantFrom(
        "deb",
        "deb-src",
        " ",
        "\n",
        "[",
        "]",
        "=",
        "Types: deb",
        "URIs: http://x",
        "Suites:",
        "signed-by=",
        "#",
        ":",
        "\t",
        "é",
        "__proto__: x",
        "/",
      ),
      maxLength: 60,
    })
    fc.assert(fc.property(text, (one) => suiteGroups([...parseOneLine(one), ...parseDeb822(one)]).length >= 0))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => keyBlocks(binaryOf(bytes)).length >= 0))
  })
})

describe("stanzas", () => {
  const chunked = async (text: string, size: number) => {
    const bytes = Buffer.from(text)
    const found: string[] = []
    const cuts = (async function* () {
      for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
    })()
    for await (const stanza of stanzas(cuts, "test")) found.push(stanza)
    return found
  }
  it("gives the same stanzas in any cuts", async () => {
    const text = "A: é\n b\n\nB: 2\n\n \nC: 3\n"
    for (const size of [1, 2, 3, 7, 100]) expect((await chunked(text, size)).map((one) => one.trim())).toEqual(["A: é\n b", "B: 2", "C: 3"])
  })
  it("bounds a stanza", async () => {
    await expect(
      collect(
        (async function* () {
          for await (const one of stanzas(
            (async function* () {
              for (;;) yield Buffer.alloc(1 << 20, "x")
            })(),
            "test",
          ))
            yield Buffer.from(one)
        })(),
      ),
    ).rejects.toThrow(/a stanza of at most/)
  })
  it("keeps foreign names in a map, the first of a repeated field, and only well-formed checksums", () => {
    const fields = fieldsOf("__proto__: a\nX: 1\n 2\nx: 3\n 4\nno colon\n: y\n")
    expect([...fields]).toEqual([
      ["__proto__", "a"],
      ["x", "1\n2"],
    ])
    expect(listedFiles(`\n${"a".repeat(64)} 12 b\n${"a".repeat(64)} x c\nshort 1 d`)).toEqual([
      { name: "b", size: 12, sha256: "a".repeat(64) },
    ])
  })
})

describe("versions", () => {
  it("orders like dpkg", (test) => {
    const versions = [
      "1.0",
      "1.0-1",
      "1.0-0",
      "1.0-1~deb12u1",
      "1.0-1+deb12u1",
      "1:0.1",
      "0:1.0",
      "1.0~rc1",
      "1.0+dfsg",
      "1.0a",
      "1.0.",
      "1.00",
      "1.10",
      "1.9",
      "10.0p1-7",
      "10.0p1",
      "2.0-1-1",
      "2.0-1.1",
      "1.0~~",
      "1.0~",
      "1.0~a",
      "9",
      "09",
      "1.0-1ubuntu1",
      "20240101",
      "1.0b~1",
      "1.0+",
      "99999999999999999999",
      "99999999999999999998",
    ]
    if (spawnSync("dpkg", ["--version"]).error !== undefined) return test.skip("dpkg is not installed here")
    const pairs = versions.flatMap((a) => versions.filter((b) => a < b).map((b) => [a, b] as const))
    const script = pairs.map(
      ([a, b]) =>
        `if dpkg --compare-versions '${a}' lt '${b}'; then echo -1; elif dpkg --compare-versions '${a}' eq '${b}'; then echo 0; else echo 1; fi`,
    )
    const answers = spawnSync("sh", { input: script.join("\n"), encoding: "utf8" })
      .stdout.trim()
      .split("\n")
      .map(Number)
    expect(pairs.map(([a, b]) => `${a} ${b} ${Math.sign(compareVersions(a, b))}`)).toEqual(
      pairs.map(([a, b], index) => `${a} ${b} ${answers[index]}`),
    )
    for (const [a, b] of pairs) expect(Math.sign(compareVersions(b, a))).toBe(0 - Math.sign(compareVersions(a, b)))
  })

  it("knows what is asked for", () => {
    expect(upstreamVersion("1:10.0p1-7+deb13u1")).toBe("10.0p1")
    expect(["10.0p1", "10.0p1-7", "1:10.0p1-7", "10.0", "1:10.0p1-8"].map((one) => isAskedFor(one, "1:10.0p1-7"))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe("package files", () => {
  const names = (...files: string[]) => {
    const { upstream, signature, components, debian } = packageFiles({
      buildDepends: "",
      version: "1",
      directory: "d",
      files: files.map((name) => ({ name, size: 1, sha256: "" })),
    })
    return [upstream?.name, signature?.name, components.map(({ name }) => name).join(), debian?.name]
  }
  it("tells them apart by name", () => {
    expect(
      names("a_1.orig-x.tar.gz", "a_1.orig-x.tar.gz.asc", "a_1.orig.tar.xz.asc", "a_1.orig.tar.xz", "a_1-1.debian.tar.xz", "a_1-1.dsc"),
    ).toEqual(["a_1.orig.tar.xz", "a_1.orig.tar.xz.asc", "a_1.orig-x.tar.gz", "a_1-1.debian.tar.xz"])
    expect(names("a_1.tar.xz", "a_1.dsc")).toEqual(["a_1.tar.xz", undefined, "", undefined])
    expect(names("a_1.orig.tar.gz", "a_1-1.diff.gz")).toEqual(["a_1.orig.tar.gz", undefined, "", "a_1-1.diff.gz"])
    expect(names("a_1.orig-x.tar.gz", "a_1-1.debian.tar.xz")[0]).toBe(undefined)
  })
  it("takes a home page for a repository only on a forge", () => {
    expect(forgeAddress("https://github.example.org/a/b")).toBe("https://github.example.org/a/b")
    expect(forgeAddress("https://example.org/a/b")).toBe(undefined)
    expect(forgeAddress("https://git.example.org/")).toBe(undefined)
    expect(forgeAddress("javascript:git/a/b")).toBe(undefined)
  })
})
