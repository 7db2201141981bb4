import fc from "fast-check"
import { expect, test } from "vitest"
import { oid } from "./git-fixture.ts"
import { signedObject } from "./git-signed.ts"

const id = oid("1".repeat(40))
const head = `tree ${id}\nauthor A <a@x.org> 5 +0000\ncommitter A <a@x.org> 1700000000 +0100\n`
const pgp = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"
const folded = (name: string, value: string): string => `${name} ${value.replaceAll("\n", "\n ")}\n`
const commit = (text: string, of = id) => signedObject(of, { type: "commit", bytes: Buffer.from(text, "latin1") })
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("latin1")

test("a commit is signed without the header that holds the signature, and with all others", () => {
  const tag = folded("mergetag", `object ${id}\ntype commit\n\nmessage\n${pgp}`)
  const found = commit(`${head}${tag}${folded("gpgsig", pgp)}encoding x\n\nsubject\n\ngpgsig no header\n`)
  expect(text(found?.payload)).toBe(`${head}${tag}encoding x\n\nsubject\n\ngpgsig no header\n`)
  expect(text(found?.signature)).toBe(`${pgp}\n`)
  expect(found).toMatchObject({ form: "openpgp", stated: 1_700_000_000 })
})

test("the other object format's signature is left out too, and is none of this one's", () => {
  const both = `${head}${folded("gpgsig-sha256", pgp)}${folded("gpgsig", pgp)}\nsubject\n`
  expect(text(commit(both)?.payload)).toBe(`${head}\nsubject\n`)
  expect(text(commit(both, oid("1".repeat(64)))?.payload)).toBe(`${head}\nsubject\n`)
  expect(commit(`${head}${folded("gpgsig-sha256", pgp)}\nsubject\n`)).toBeUndefined()
})

test("forms are told by their first line; two signatures are of no known form", () => {
  const formOf = (first: string) => commit(`${head}${folded("gpgsig", `-----BEGIN ${first}-----\nx`)}\n`)?.form
  expect(["PGP SIGNATURE", "PGP MESSAGE", "SSH SIGNATURE", "SIGNED MESSAGE", "OTHER"].map(formOf)).toEqual([
    "openpgp",
    "openpgp",
    "ssh",
    "x509",
    "unknown",
  ])
  expect(commit(`${head}${folded("gpgsig", pgp)}${folded("gpgsig", pgp)}\n`)?.form).toBe("unknown")
})

test("a message that quotes a signature signs nothing, nor does a commit without a date", () => {
  expect(commit(`${head}\n${folded("gpgsig", pgp)}`)).toBeUndefined()
  expect(commit(`tree ${id}\n${folded("gpgsig", pgp)}\nsubject\n`)).toBeUndefined()
  expect(commit(`tree ${id}\ncommitter A <a@x.org> x +0000\n${folded("gpgsig", pgp)}\n`)).toBeUndefined()
})

test("a tag is signed up to the last signature of its message", () => {
  const tagged = `object ${id}\ntype commit\ntag v1\ntagger A <a@x.org> 7 +0000\n`
  const tag = (message: string, header = tagged) => signedObject(id, { type: "tag", bytes: Buffer.from(`${header}\n${message}`, "latin1") })
  const found = tag(`quoted\n${pgp}\nend\n${pgp}\n`)
  expect(text(found?.payload)).toBe(`${tagged}\nquoted\n${pgp}\nend\n`)
  expect([text(found?.signature), found?.form, found?.stated]).toEqual([`${pgp}\n`, "openpgp", 7])
  expect(text(tag(`v1\n${pgp}\n`, `${tagged}${folded("gpgsig-sha256", pgp)}`)?.payload)).toBe(`${tagged}\nv1\n`)
  expect(tag("v1\n")).toBeUndefined()
  expect(signedObject(id, { type: "tag", bytes: Buffer.from(`${tagged}${pgp}\n`) })).toBeUndefined()
})

test("payload and signature have every byte of any object, but for the folding", () => {
  const line = fc.constantFrom("gpgsig x", "gpgsig-sha256 y", " z", "committer A <a> 1 +0000", "tagger A <a> 1 +0000", "", "gpgsig", pgp)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom("commit" as const, "tag" as const), (lines, type) => {
      const bytes = Buffer.from(lines.join("\n"))
      const found = signedObject(id, { type, bytes })
      const size = (found?.payload.byteLength ?? 0) + (found?.signature.byteLength ?? 0)
      expect(size).toBeLessThanOrEqual(bytes.byteLength)
      if (type === "tag" && found !== undefined && !lines.some((one) => one.startsWith("gpgsig")))
        expect(Buffer.concat([found.payload, found.signature])).toEqual(bytes)
    }),
  )
})
