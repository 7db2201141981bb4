import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { createContext } from "../../io/create-context.ts"
import { npmAccess } from "./access.ts"
import { environmentSettings, parseNpmrc } from "./npmrc.ts"

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-npmrc-"))
})
afterEach(() => rm(folder, { recursive: true }))

const accessTo = (registry: string, npmrc: string, environment: Record<string, string> = {}) =>
  npmAccess(registry, parseNpmrc(npmrc, environment), createContext({ cache: folder, environment }))
const pair = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString("base64")

describe(".npmrc", () => {
  it.each([
    ["a=b", "a", "b"],
    ["  a = b ; comment", "a", "b"],
    ["; a=b\n# a=b", "a", undefined],
    ["a=b\\;c\\#d", "a", "b;c#d"],
    ['a="b ; c\\n"', "a", "b ; c\n"],
    ["a='b # c'", "a", "b # c"],
    ["a=b=c==", "a", "b=c=="],
    ["a", "a", "true"],
    ["a[]=1\na[]=2", "a", "1\n2"],
    ["a=1\na=2", "a", "2"],
    [`a=\${ONE}-\${NONE}-\${NONE?}-\\\${ONE}`, "a", `1-\${NONE}--\${ONE}`],
    [`//host/\${ONE}/:_authToken=x`, "//host/1/:_authToken", "x"],
    ["[section]\na=b", "a", undefined],
    ["__proto__=x", "__proto__", "x"],
  ])("%j: %s is %j", (text, name, value) => {
    expect(parseNpmrc(text, { ONE: "1" }).get(name)).toBe(value)
  })

  it("is overridden by variables, whose names are npm's", () => {
    const settings = environmentSettings({
      NPM_CONFIG_HTTPS_PROXY: "p",
      "npm_config_//Host/:_authToken": "t",
      npm_config_empty: "",
      other: "x",
    })
    expect([...settings]).toEqual([
      ["https-proxy", "p"],
      ["//Host/:_authToken", "t"],
    ])
  })

  it("of a hostile shape is read in linear time", () => {
    expect(parseNpmrc(`a ${" ".repeat(500_000)}b\n${"\\".repeat(500_001)}=${"\\".repeat(500_001)};`, {}).size).toBe(2)
  })
})

describe("npm's logins", () => {
  it.each([
    ["//reg.example/:_authToken=t", "https://reg.example/a/-/a.tgz", "Bearer t"],
    ["//reg.example/:_authToken=t", "https://other.example/a", undefined],
    ["//reg.example/:_authToken=t", "https://reg.example:8443/a", undefined],
    ["//reg.example/:_authToken=t", "http://reg.example/a", undefined],
    ["//reg.example/npm/:_authToken=t", "https://reg.example/npm/a", "Bearer t"],
    ["//reg.example/npm:_authToken=t", "https://reg.example/npm/a", "Bearer t"],
    ["//reg.example/npm/:_authToken=t", "https://reg.example/npmevil/a", undefined],
    ["//reg.example/npm/:_authToken=t", "https://reg.example/npm/../a", undefined],
    ["//reg.example/:_authToken=t\n//reg.example/npm/:_authToken=u", "https://reg.example/npm/a", "Bearer u"],
    [`//reg.example/:_auth=${pair("a", "b")}`, "https://reg.example/a", `Basic ${pair("a", "b")}`],
    [
      `//reg.example/:username=a\n//reg.example/:_password=${Buffer.from("b").toString("base64")}`,
      "https://reg.example/a",
      `Basic ${pair("a", "b")}`,
    ],
    ["//reg.example/:username=a", "https://reg.example/a", undefined],
    ["_authToken=t", "https://reg.example/a", undefined],
  ])("%j for %s: %s", async (npmrc, url, header) => {
    expect((await accessTo("https://reg.example/", npmrc)).authorization(new URL(url))).toBe(header)
  })

  it("go over plain http only to a registry that is configured so, and one in the registry's address stays under it", async () => {
    const plain = await accessTo("http://me:p@reg.example/npm/", "//reg.example/:_authToken=t\n//up.example/:_authToken=u")
    expect(plain.authorization(new URL("http://reg.example/x"))).toBe("Bearer t")
    expect(plain.authorization(new URL("http://up.example/x"))).toBe(undefined)
    const own = await accessTo("https://me:p@reg.example/npm/", "")
    expect(own.authorization(new URL("https://reg.example/npm/x"))).toBe(`Basic ${pair("me", "p")}`)
    expect(own.authorization(new URL("https://reg.example/x"))).toBe(undefined)
  })
})

describe("npm's proxy and authorities", () => {
  const https = new URL("https://reg.example/")
  const http = new URL("http://reg.example/")
  it.each([
    ["proxy=http://one:1", {}, "http://one:1/", "http://one:1/"],
    ["proxy=http://one:1\nhttps-proxy=http://two:2", {}, "http://two:2/", "http://two:2/"],
    ["proxy=null", { HTTPS_PROXY: "http://env:3", HTTP_PROXY: "http://env:4" }, "http://env:3/", "http://env:3/"],
    ["", { HTTP_PROXY: "http://env:4" }, "http://env:4/", undefined],
    ["proxy=http://one:1\nnoproxy=example", {}, undefined, undefined],
    ["proxy=http://one:1\nnoproxy[]=a\nnoproxy[]=.example", {}, undefined, undefined],
    ["proxy=http://one:1", { NO_PROXY: "reg.example" }, undefined, undefined],
  ])("%j with %j", async (npmrc, environment, plain, secure) => {
    const access = await accessTo(https.href, npmrc, { ...environment })
    expect([access.proxy(http)?.href, access.proxy(https)?.href]).toEqual([plain, secure])
  })

  it("are those of cafile, else of ca", async () => {
    const one = "-----BEGIN CERTIFICATE-----\nMQ==\n-----END CERTIFICATE-----"
    const two = one.replace("MQ", "Mg")
    await writeFile(join(folder, "ca.pem"), `text\n${one}\n${two}\n`)
    const trusted = async (npmrc: string) => (await accessTo(https.href, npmrc, { HOME: folder })).certificates(https)
    expect(await trusted("cafile=~/ca.pem")).toEqual([one, two])
    expect(await trusted(`ca=${JSON.stringify(two)}`)).toEqual([two])
    expect(await trusted(`ca[]=${JSON.stringify(one)}\nca[]=${JSON.stringify(two)}`)).toEqual([one, two])
    expect(await trusted("cafile=/nonexistent\nca=null")).toBe(undefined)
  })
})
