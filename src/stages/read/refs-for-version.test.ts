import { expect, test } from "vitest"
import { gitOidOf } from "../../core/digest.ts"
import { packageNameOf, refsForVersion } from "./refs-for-version.ts"

test.each([
  [{ purl: "pkg:deb/debian/pcre2@10.46-1?arch=source", name: "pcre2_10.46.orig.tar.gz", version: "10.46" }, "pcre2"],
  [{ purl: "pkg:npm/%40sigstore/verify@4.1.2", name: "verify-4.1.2.tgz", version: "4.1.2" }, "verify"],
  [{ name: "made-v1.0.tar.gz", version: "1.0" }, "made"],
  [{ name: "made.tar.gz" }, "made.tar.gz"],
])("the name in %j is %s: a file name with its version made pcre2-10.46 a tag of another name", (artifact, name) => {
  expect(packageNameOf(artifact)).toBe(name)
})

test.each([
  ["commons-lang3", "3.20.0", ["rel/commons-lang-3.18.0", "rel/commons-lang-3.20.0", "commons-lang-3.20.0-RC2"], "rel/commons-lang-3.20.0"],
  ["it", "1.0", ["it2-1.0", "it-1.0"], "it-1.0"],
])("of %s %s the tag is found: a major version in a package's name is not in its tags", (name, version, tags, expected) => {
  const refs = tags.map((tag) => ({ name: `refs/tags/${tag}`, oid: gitOidOf("blob", Buffer.from(tag)) }))
  expect(refsForVersion(name, version, refs)[0]?.name).toBe(`refs/tags/${expected}`)
})
