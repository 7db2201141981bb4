import { describe, expect, test } from "vitest"
import { faultOf, faultOrValue, kinds, mutant, type Walked, walked } from "../test-kit.ts"
import { rpm } from "./index.ts"
import { binary, fileTags, headerOf, int32, numbers, packageOf, string, type TagGiven } from "./test-kit.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(rpm, [bytes], limits)
const paths = (told: Walked): readonly string[] => told.entries.map(({ path }) => path)
const unexplained = (told: Walked): readonly string[] => told.claims.filter(({ role }) => role === "unexplained").map(({ why = "" }) => why)

test("a package: digests hold, header and payload are entries, every byte is claimed", async () => {
  const told = await walk(packageOf())
  expect([paths(told), kinds(told), unexplained(told)]).toEqual([["header", "payload.cpio.gz"], [], []])
  expect(told.entries.at(-1)?.bytes.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
})

test("what a package runs is an entry each, and told with the program that runs it", async () => {
  const main = [string(1024, "echo post"), string(1086, "/bin/sh"), string(1065, "one", "two"), string(1087, "/sbin/ldconfig")]
  const told = await walk(packageOf({ main }))
  expect(told.entries.slice(1, 4).map(({ path, bytes }) => [path, bytes.toString()])).toEqual([
    ["scriptlets/postinstall", "echo post"],
    ["scriptlets/trigger.1", "one"],
    ["scriptlets/trigger.2", "two"],
  ])
  expect(told.anomalies.map(({ message, severity }) => [message, severity])).toEqual([
    ["postinstall is run by /bin/sh", "note"],
    ["preuninstall is run by /sbin/ldconfig", "note"],
  ])
  const bytes = packageOf({ main })
  for (const { extents, bytes: own } of told.entries) {
    const [at] = extents ?? []
    if (at !== undefined) expect(bytes.subarray(at.at, at.at + at.size).equals(own)).toBe(true)
  }
})

test("what runs before and behind a removal's transaction was told by the number of the other, and the first was not told at all", async () => {
  const told = await walk(packageOf({ main: [string(5103, "before"), string(5104, "behind"), string(5105, "/a"), string(5106, "/b")] }))
  expect(told.entries.slice(1, 3).map(({ path, bytes }) => [path, bytes.toString()])).toEqual([
    ["scriptlets/preuntransaction", "before"],
    ["scriptlets/postuntransaction", "behind"],
  ])
  expect(told.anomalies.map(({ message }) => message)).toEqual(["preuntransaction is run by /a", "postuntransaction is run by /b"])
})

test("a signature is an entry that says where it is assessed", async () => {
  const told = await walk(packageOf({ signature: [binary(268, Buffer.from("packet"))] }))
  expect(told.entries[0]).toMatchObject({
    path: "signatures/rsa-header",
    unread: expect.stringContaining("told with where the package came from"),
  })
  expect([told.entries[0]?.bytes.toString(), kinds(told)]).toEqual(["packet", []])
})

test.each([
  ["sha1", 40, "sha1 of the header"],
  ["sha256", 64, "sha256 of the header"],
  ["md5", 32, "md5 of header and payload"],
  ["payload", 64, "sha256 of the payload"],
] as const)("the digest %s is compared", async (which, length, what) => {
  const told = await walk(packageOf({ digests: { [which]: "0".repeat(length) } }))
  expect(kinds(told)).toEqual(["digest-mismatch"])
  expect(told.anomalies[0]?.message).toContain(what)
})

describe("places to hide bytes in, and what contradicts itself", () => {
  const zeros = Buffer.alloc(64)
  test.each<[string, Parameters<typeof packageOf>[0], readonly string[], number]>([
    ["a name in the lead that is not the package's", { lead: (lead) => lead.write("other", 10) }, ["lead-name"], 1],
    ["bytes behind the name", { lead: (lead) => lead.write("x", 60) }, ["behind-name"], 1],
    ["reserved bytes of the lead", { lead: (lead) => lead.write("x", 90) }, ["lead-reserved"], 1],
    ["a minor number of the lead", { lead: (lead) => lead.writeUInt8(7, 5) }, ["lead-version"], 1],
    ["a major number of another format", { lead: (lead) => lead.writeUInt8(4, 4) }, ["lead-number"], 0],
    ["the major number of version 6", { main: [int32(5114, 6)], lead: (lead) => lead.writeUInt8(4, 4) }, [], 0],
    ["the old major number before version 6", { main: [int32(5114, 6)] }, ["lead-number"], 0],
    ["a lead of a source package", { lead: (lead) => lead.writeUInt16BE(1, 6) }, ["lead-type"], 1],
    ["a machine that is none", { lead: (lead) => lead.write("xy", 8) }, ["lead-machine", "lead-number"], 1],
    ["a machine that is another", { lead: (lead) => lead.writeUInt16BE(19, 8) }, ["lead-number"], 0],
    ["a system that is none", { lead: (lead) => lead.write("xy", 76) }, ["lead-system", "lead-number"], 1],
    ["a system that is another", { lead: (lead) => lead.writeUInt16BE(8, 76) }, ["lead-number"], 0],
    ["any machine, of a package for all", { main: [string(1022, "noarch")], lead: (lead) => lead.writeUInt16BE(255, 8) }, [], 0],
    ["the size of the decoded payload", { signature: [int32(1007, 0xdead)] }, ["payload-size"], 0],
    ["a length of signatures that are not there", { signature: [int32(275, 0xdead)] }, ["signature-tag"], 1],
    ["a length of signatures that is another", { signature: [string(274, "03aa", "03bb"), int32(275, 3)] }, ["signature-tag"], 1],
    ["the length of signatures", { signature: [string(274, "03aa", "03bb"), int32(275, 2)] }, [], 0],
    ["an algorithm without signatures", { signature: [int32(277, 1)] }, ["signature-tag"], 1],
    ["an algorithm that fs-verity has not", { signature: [string(276, "aa"), int32(277, 0xdead)] }, ["signature-tag"], 1],
    ["an algorithm", { signature: [string(276, "aa"), int32(277, 1)] }, [], 0],
    ["reserved space that is not zero", { signature: [binary(1008, Buffer.from("hidden"))] }, ["signature-tag"], 1],
    ["reserved space", { signature: [binary(1008, zeros)] }, [], 0],
    ["a tag of the signature header that nobody knows", { signature: [string(4711, "hidden")] }, ["signature-tag"], 1],
    ["bytes in the store that no tag has", { signatureTail: Buffer.from("hidden") }, ["between-data"], 1],
    ["many zeros in the store that no tag has", { signatureTail: zeros }, ["between-data"], 1],
    ["the same in the header, which is to read anyway", { mainTail: Buffer.from("hidden") }, ["between-data"], 0],
    ["padding that is not zero", { padding: 1, signature: [string(276, "abc")] }, ["padding"], 1],
    ["another size", { size: 7 }, ["size-disagrees"], 0],
    [
      "a payload that is not compressed, of which rpmbuild names no compressor",
      { without: 1125, payload: Buffer.from("070701not looked into") },
      [],
      0,
    ],
    ["one that is neither", { without: 1125, payload: Buffer.from("070708not looked into") }, ["payload-compressor"], 0],
    ["another compressor", { main: [string(1125, "xz")] }, ["payload-compressor"], 0],
    ["a compressor of another world", { main: [string(1125, "rot13")] }, ["payload-compressor"], 0],
    ["a payload that is a delta", { main: [string(1124, "drpm")] }, ["payload-format"], 0],
    ["an algorithm that is not known", { main: [int32(5093, 99)] }, ["unknown-digest", "undigested-payload"], 0],
  ])("%s", async (_, given, expected, runs) => {
    const told = await walk(packageOf(given))
    expect([kinds(told), unexplained(told).length]).toEqual([expected, runs])
  })

  test("a header outside its region, which no signature covers", async () => {
    const bytes = packageOf()
    const at = bytes.indexOf(Buffer.from([0, 0, 0, 62, 0, 0, 0, 7, 0xff])) // the region's trailer
    bytes[at + 11] = 0xf0
    expect(kinds(await walk(bytes))).toEqual(["header-region"])
  })

  test("no digest at all is a note", async () => {
    const main = headerOf(63, [string(1000, "hello"), string(1001, "1.0"), string(1002, "1"), string(1125, "none")])
    const bytes = Buffer.concat([
      packageOf().subarray(0, 96),
      headerOf(62, [string(4711, "x")]),
      Buffer.alloc(6),
      main,
      Buffer.from("0707"),
    ])
    const told = await walk(bytes)
    expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual(
      expect.arrayContaining([
        ["no-digest", "note"],
        ["undigested-payload", "note"],
      ]),
    )
    expect(paths(told)).toEqual(["header", "payload.cpio"])
  })
})

describe("the files that the header lists", () => {
  const file = { path: "/usr/bin/a", mode: 0o104755, size: 5, digest: "AB" }
  const link = { path: "/usr/l", mode: 0o120777, target: "bin/\xe9" }
  const others = [
    { path: "/usr", mode: 0o040755 },
    { path: "/dev/x", mode: 0o020600, flags: 64 },
  ]
  const main = fileTags([file, link, ...others])
  const told = [
    { path: "/usr/bin/a", type: "file", mode: 0o4755, size: 5, isGhost: false, digest: "ab" },
    { path: "/usr/l", type: "link", mode: 0o777, size: 0, isGhost: false, target: "bin/\\xe9" },
    { path: "/usr", type: "directory", mode: 0o755, size: 0, isGhost: false },
    { path: "/dev/x", type: "special", mode: 0o600, size: 0, isGhost: true },
  ]
  const without = (...tags: readonly number[]) => main.filter(({ tag }) => !tags.includes(tag))
  const listing = async (given: readonly TagGiven[], limits = {}) => {
    const walkedPackage = await walk(packageOf({ main: given }), limits)
    return { kinds: kinds(walkedPackage), ...walkedPackage.entries.at(-1)?.listing }
  }

  test("by folder and name, or by whole names as long ago; sizes of 64 bits", async () => {
    expect(await listing(main)).toEqual({ kinds: [], algorithm: "sha256", files: told })
    const old = [...without(1116, 1117, 1118, 5011), string(1027, file.path, link.path, "/usr", "/dev/x")]
    expect(await listing(old)).toEqual({ kinds: [], algorithm: "md5", files: told })
    const large = [...without(1028), numbers(5008, 5, [2 ** 33, 0, 0, 0])]
    expect((await listing(large)).files?.[0]?.size).toBe(2 ** 33)
    expect(await listing([])).toEqual({ kinds: [], algorithm: "md5", files: [] })
  })

  test.each<[string, readonly TagGiven[]]>([
    ["one size too few", [...without(1028), numbers(1028, 4, [1, 2, 3])]],
    ["no sizes", without(1028)],
    ["no modes", without(1030)],
    ["modes of another type", [...without(1030), string(1030, "a", "b", "c", "d")]],
    ["digests of another type", [...without(1035), numbers(1035, 4, [1, 2, 3, 4])]],
    ["targets that are too many", [...without(1036), string(1036, "a", "b", "c", "d", "e")]],
    ["flags of another type", [...without(1037), string(1037, "a", "b", "c", "d")]],
    ["a folder that is none", [...without(1116), numbers(1116, 4, [0, 1, 2, 4])]],
    ["no folders", without(1118)],
  ])("%s: it is no list", async (_, given) => {
    expect(await listing(given)).toEqual({ kinds: ["file-list"] })
  })

  test("digests of an algorithm that is not known are told, the rest is a list", async () => {
    const { kinds: told, files } = await listing(fileTags([file], 99))
    expect([told, files?.[0]?.digest, files?.[0]?.size]).toEqual([["unknown-digest"], undefined, 5])
  })

  test("a payload that is no archive of files has no list", async () => {
    expect(await listing([...main, string(1124, "drpm")])).toEqual({ kinds: ["payload-format"] })
  })

  test("many files, long paths, and many long paths of one folder are too much", async () => {
    const many = fileTags(Array.from({ length: 40 }, (_, index) => ({ path: `/${"d".repeat(3000)}/${index}`, mode: 0o100644 })))
    expect((await listing(many)).files?.length).toBe(40)
    expect(await faultOf(listing(many, { entriesMax: 39 }))).toBe("entriesMax")
    expect(await faultOf(listing(many, { nameBytesMax: 3000 }))).toBe("nameBytesMax")
    expect(await faultOf(listing(many, { rpmHeaderBytesMax: 100_000 }))).toBe("rpmHeaderBytesMax")
  })
})

describe("faults", () => {
  const patched = (patch: (bytes: Buffer) => void): Buffer => {
    const bytes = packageOf()
    patch(bytes)
    return bytes
  }
  const duplicate = packageOf({ signature: [string(269, "x")] })
  test.each<[string, Buffer]>([
    ["a whole lead", packageOf().subarray(0, 95)],
    ["the magic of an rpm", patched((bytes) => bytes.write("x", 0))],
    ["format 3 or 4", patched((bytes) => bytes.writeUInt8(9, 4))],
    ["a binary or a source package", patched((bytes) => bytes.writeUInt16BE(2, 6))],
    ["a signature that is a header", patched((bytes) => bytes.writeUInt16BE(0, 78))],
    ["a header structure", packageOf().subarray(0, 96)],
    ["the magic of a header", patched((bytes) => bytes.write("x", 96))],
    ["bytes of a header structure", packageOf().subarray(0, 200)],
    ["an entry of the index", patched((bytes) => bytes.fill(0, 104, 112))],
    ["inside the store", patched((bytes) => bytes.writeUInt32BE(0xffff, 96 + 16 + 16 + 8))],
    ["inside the store", patched((bytes) => bytes.writeUInt32BE(0, 96 + 16 + 16 + 12))],
    ["inside the store", patched((bytes) => bytes.writeUInt32BE(77, 96 + 16 + 16 + 4))],
    ["one entry of tag 269", duplicate],
    ["behind those before it", patched((bytes) => bytes.writeUInt32BE(0, 96 + 16 + 32 + 8))],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
  })

  test("a header of more bytes than are held", async () => {
    expect(await faultOf(walk(packageOf(), { rpmHeaderBytesMax: 100 }))).toBe("rpmHeaderBytesMax")
    expect(await faultOf(walk(packageOf(), { rpmTagsMax: 3 }))).toBe("rpmTagsMax")
    const many = string(1065, ...Array.from({ length: 20 }, () => ""))
    expect(await faultOf(walk(packageOf({ main: [many] }), { entriesMax: 19 }))).toBe("entriesMax")
  })
})

test("mutants end in a fault or in claims that tile; none is taken for whole", async () => {
  const files = fileTags([
    { path: "/usr/a", mode: 0o100644, size: 1, digest: "ab" },
    { path: "/usr/b/l", mode: 0o120777, target: "a" },
  ])
  const whole = packageOf({ main: [string(1024, "echo"), string(1086, "/bin/sh"), ...files], signature: [binary(1008, Buffer.alloc(32))] })
  const usual = kinds(await walk(whole)).join()
  let sound = 0
  for (let seed = 0; seed < 2000; seed += 1) {
    const bytes = mutant(whole, seed)
    const told = await faultOrValue(walk(bytes))
    if (told === undefined) continue
    sound += 1
    const isSilent = told.anomalies.every(({ severity }) => severity === "note")
    if (isSilent && !bytes.equals(whole)) expect([seed, bytes.subarray(96).equals(whole.subarray(96))]).toEqual([seed, true])
    // Of the lead there is at least a note.
    if (kinds(told).join() === usual) expect([seed, bytes.equals(whole)]).toEqual([seed, true])
  }
  expect(sound).toBeGreaterThan(50)
})
