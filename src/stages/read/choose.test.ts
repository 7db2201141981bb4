import { expect, test } from "vitest"
import { gitOidOf } from "../../core/digest.ts"
import type { How } from "../../model/repository.ts"
import { choose, type Source } from "./choose.ts"
import { nearestNames, refsForVersion } from "./refs-for-version.ts"

const id = (text: string) => gitOidOf("commit", Buffer.from(text))
const refs = (names: readonly string[]) => names.map((name) => ({ name: `refs/tags/${name}`, oid: id(name) }))
const shortNames = (name: string, version: string, tags: readonly string[]) =>
  refsForVersion(name, version, refs(tags)).map((ref) => ref.name.slice(10))

test.each([
  ["xz", "5.8.1", ["v5.8.1", "v5.8.10", "v5.8.0"], ["v5.8.1"]],
  ["xz-utils", "5.8.1", ["v5.8.1", "xz-5.8.1"], ["v5.8.1", "xz-5.8.1"]],
  ["xz-utils", "5.8.1-1", ["v5.8.1", "v5.8.1beta"], ["v5.8.1"]],
  ["openssh", "10.0p2", ["V_10_0_P1", "V_10_0_P2"], ["V_10_0_P2"]],
  ["openssh", "1:10.0p1-5", ["V_10_0_P1", "V_10_0_P2"], ["V_10_0_P1"]],
  ["curl", "7.88.1", ["curl-7_88_1", "curl-7_88_0", "tiny-curl-7_88_1"], ["curl-7_88_1"]],
  ["expat", "2.5.0", ["R_2_5_0", "R_2_5_0_rc1", "V2_5"], ["R_2_5_0", "V2_5"]],
  ["jq", "1.7.1", ["jq-1.7.1", "jq-1.7", "jq-1.7.1rc1"], ["jq-1.7.1"]],
  ["pcre2", "10.46", ["pcre2-10.46", "pcre2-10.46-RC1", "pcre2-10.45"], ["pcre2-10.46"]],
  ["openssl", "1.1.1k", ["OpenSSL_1_1_1k", "OpenSSL_1_1_1"], ["OpenSSL_1_1_1k"]],
  ["@scope/thing", "1.2.3", ["thing@1.2.3", "@scope/thing@1.2.3", "other@1.2.3"], ["thing@1.2.3", "@scope/thing@1.2.3"]],
  ["thing", "1.2.3", ["other-1.2.3"], ["other-1.2.3"]],
  ["thing", "2.0.0", ["release-2.0.0", "2.0.0.Final", "v2.0"], ["release-2.0.0", "2.0.0.Final", "v2.0"]],
  ["thing", "1.4+dfsg1", ["1.4", "v1.4.1"], ["1.4"]],
  ["thing", "2023.01.05", ["2023-1-5"], ["2023-1-5"]],
  ["thing", "1.0", ["nightly", "v11.0", "1.0-rc1"], []],
])("%s %s out of %j is %j", (name, version, tags, wanted) => {
  expect(shortNames(name, version, tags)).toEqual(wanted)
})

test.each([
  [
    "v9.9.9",
    ["v0.1.0", "v5.8.0", "v5.8.1", "v5.8.0beta", "v5.6.4", "v4.999.9beta", "main"],
    ["v5.8.1", "v5.8.0", "v5.8.0beta", "v5.6.4", "v4.999.9beta"],
  ],
  ["v5.8.2", ["v5.8.20", "v5.8.1", "v5.10.2", "v5.8.3"], ["v5.8.1", "v5.8.3", "v5.8.20", "v5.10.2"]],
  ["v5.8.1", ["v5.8.2", "xz-5.8.1", "v5.8.0"], ["xz-5.8.1", "v5.8.0", "v5.8.2"]],
  ["V_10_0_P9", ["V_10_0_P2", "V_9_9_P9", "feature-10"], ["V_10_0_P2", "V_9_9_P9", "feature-10"]],
  ["mian", ["v1.0", "main", "maint"], ["main", "maint", "v1.0"]],
  ["v1.2", ["main", "next"], ["main", "next"]],
])("nearest to %s out of %j are %j", (wanted, names, near) => {
  expect(nearestNames(wanted, refs(names))).toEqual(near)
})

const source = (how: How, ...evidence: readonly (readonly [string, number])[]): Source => ({
  evidence: evidence.map(([commit, covered]) => ({ how, ref: undefined, commit: id(commit), covered })),
  absent: false,
})

test.each([
  ["the name and content agree", [source("by-name", ["a", 9]), source("by-content", ["a", 9])], "a", "by-name", true],
  ["a tie is agreement", [source("by-name", ["a", 9]), source("by-content", ["b", 9])], "a", "by-name", true],
  ["content covers more", [source("by-name", ["a", 8]), source("by-content", ["b", 9])], "b", "by-content", false],
  ["the given commit wins, and disagreement shows", [source("given", ["a", 8]), source("by-content", ["b", 9])], "a", "given", false],
  ["one of several tags is meant", [source("by-name", ["a", 3], ["b", 9]), source("by-content", ["b", 9])], "b", "by-name", true],
  ["an embedded id against the name", [source("by-name", ["a", 3]), source("embedded", ["b", 9])], "b", "embedded", false],
  ["a name alone", [source("by-name", ["a", 0]), source("by-content")], "a", "by-name", true],
  ["an absent commit is disagreement", [source("by-name", ["a", 9]), { evidence: [], absent: true }], "a", "by-name", false],
] as const)("%s", (_, sources, commit, how, agrees) => {
  const choice = choose(sources)
  expect([choice?.chosen.commit, choice?.chosen.how, choice?.agrees]).toEqual([id(commit), how, agrees])
})

test("no evidence is no choice", () => {
  expect(choose([source("by-name"), source("by-content")])).toBeUndefined()
})
