import { execFileSync } from "node:child_process"
import { constants, gzipSync, zstdCompressSync } from "node:zlib"
import { createContext } from "../../src/io/create-context.ts"
import { decoders } from "../../src/io/decoders.ts"
import { sevenZip } from "../../src/parsers/7z/index.ts"
import * as sevenZipKit from "../../src/parsers/7z/test-kit.ts"
import { asar } from "../../src/parsers/asar/index.ts"
import * as asarKit from "../../src/parsers/asar/test-kit.ts"
import { bundle } from "../../src/parsers/bundle/index.ts"
import * as bundleKit from "../../src/parsers/bundle/test-kit.ts"
import { bzip2 } from "../../src/parsers/bzip2/index.ts"
import { cpio } from "../../src/parsers/cpio/index.ts"
import * as cpioKit from "../../src/parsers/cpio/test-kit.ts"
import { gzip } from "../../src/parsers/gzip/index.ts"
import { ar, tar, zip } from "../../src/parsers/index.ts"
import { lzip } from "../../src/parsers/lzip/index.ts"
import { lzma } from "../../src/parsers/lzma/index.ts"
import type { Decompress, Parser } from "../../src/parsers/parser.ts"
import { rpm } from "../../src/parsers/rpm/index.ts"
import * as rpmKit from "../../src/parsers/rpm/test-kit.ts"
import { xz } from "../../src/parsers/xz/xz.ts"
import { zstd } from "../../src/parsers/zstd/index.ts"
import { paxHeader, paxRecord, tarEnd, tarMember, tarOf, withChecksum } from "../fixtures/tar.ts"
import { extraField, zipOf } from "../fixtures/zip.ts"

/** A walker, what it is fuzzed from, and with what. */
export interface Subject {
  readonly name: string
  readonly parser: Parser
  readonly seeds: () => readonly Uint8Array[]
  readonly tokens: readonly string[]
  /** Makes checksums right again, so that mutants get past them. */
  readonly mend?: (bytes: Buffer) => void
  /** In place of a decoder: the walker alone is looked at. */
  readonly decompress?: Decompress
}

const text = "line\n".repeat(40)

const tarSeeds = (): readonly Uint8Array[] => [
  tarOf([
    { name: "a/", type: "5" },
    { name: "a/b", content: text },
    { name: "a/l", type: "2", target: "b" },
  ]),
  Buffer.concat([
    paxHeader("g", paxRecord("comment", "0".repeat(40))),
    paxHeader("x", paxRecord("path", "long/name"), paxRecord("size", "5"), paxRecord("mtime", "1.5")),
    tarMember({ name: "short", content: "hello" }),
    tarMember({ name: "././@LongLink", type: "L", content: `${"n".repeat(120)}\0` }),
    tarMember({ name: "n", content: "x" }),
    tarEnd(),
  ]),
  Buffer.concat([
    tarMember({ name: "././@LongLink", type: "K", content: `${"t".repeat(120)}\0` }),
    tarMember({ name: "hard", type: "1", target: "t" }),
    paxHeader(
      "x",
      paxRecord("GNU.sparse.major", "1"),
      paxRecord("GNU.sparse.minor", "0"),
      paxRecord("GNU.sparse.name", "s"),
      paxRecord("GNU.sparse.realsize", "2000"),
    ),
    tarMember({ name: "s", content: `1\n1000\n5\n${"\0".repeat(503)}hello` }),
    tarMember({
      name: "old",
      type: "S",
      content: "hello",
      patch: (header) => {
        header.write("ustar  \0", 257, "latin1")
        header.write("00000001750\x0000000000005\0", 386, "latin1")
        header.write("00000001755\0", 483, "latin1")
      },
    }),
    tarEnd(),
    Buffer.from("behind"),
  ]),
]

/** Each block that could be a header. */
function mendTar(bytes: Buffer): void {
  for (let at = 0; at + 512 <= bytes.byteLength; at += 512)
    if (bytes.toString("latin1", at + 257, at + 262) === "ustar") withChecksum(bytes.subarray(at, at + 512))
}

const zipSeeds = (): readonly Uint8Array[] => [
  zipOf([
    { name: "a", content: text, method: 8, mode: 0o100644 },
    { name: "d/", content: "" },
    { name: "d/b", content: "stored", descriptor: "signed" },
  ]),
  zipOf(
    [
      {
        name: "a",
        content: "one",
        comment: "c",
        extra: { local: extraField(0x5455, "\x03abcdefgh"), central: extraField(0x5455, "\x03abcd") },
      },
    ],
    {
      zip64: true,
      prefix: "#!/bin/sh\n",
      comment: "behind",
    },
  ),
  zipOf(
    [
      { name: "x", content: text, method: 8, descriptor: "bare-64", gap: "gap" },
      { name: "y", localName: "z", content: "1" },
    ],
    { trailing: "rest" },
  ),
]

const arMember = (name: string, content: string): string =>
  `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(content.length).padEnd(10)}\`\n${content}${content.length % 2 === 0 ? "" : "\n"}`

const arSeeds = (): readonly Uint8Array[] =>
  [
    `!<arch>\n${arMember("debian-binary", "2.0\n")}${arMember("control.tar", "abc")}${arMember("data.tar", "abcd")}`,
    `!<arch>\n${arMember("/", "\0\0\0\0")}${arMember("//", "a-very-long-name.o/\n")}${arMember("/0", "body")}${arMember("#1/8", "bsd-namebody")}`,
  ].map((archive) => Buffer.from(archive, "latin1"))

const gzipSeeds = (): readonly Uint8Array[] => {
  const [plain, other] = [gzipSync(text), gzipSync("two", { level: 9 })]
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 2, 3, 4, 0, 65, 66, 0, 0]),
    Buffer.from("name\0comment\0"),
    plain.subarray(10),
  ])
  return [plain, Buffer.concat([plain, other]), named, Buffer.concat([other, Buffer.alloc(20)])]
}

const packed = (program: string, args: readonly string[], input: string): Buffer =>
  execFileSync(program, args, { input, stdio: ["pipe", "pipe", "ignore"] })

const xzSeeds = (): readonly Uint8Array[] => {
  const one = packed("xz", ["-c", "--block-size=100"], text)
  const two = packed("xz", ["-c", "--check=sha256", "--x86", "--lzma2"], "hello")
  return [
    one,
    two,
    Buffer.concat([one, Buffer.alloc(8), two]),
    Buffer.concat([packed("xz", ["-c", "--check=none"], ""), Buffer.from("rest")]),
  ]
}

const cpioSeeds = (): readonly Uint8Array[] => [
  cpioKit.archive(
    cpioKit.member({ content: "hello" }),
    cpioKit.member({ name: "d", fields: { mode: 0o040755 } }),
    cpioKit.member({ name: "d/one", fields: { ino: 5, nlink: 2 } }),
    cpioKit.member({ name: "d/two", content: "shared", fields: { ino: 5, nlink: 2 } }),
    cpioKit.member({ name: "l", content: "a", fields: { mode: 0o120777 } }),
  ),
  Buffer.concat([
    cpioKit.archive(cpioKit.member()),
    Buffer.alloc(100),
    cpioKit.member({ magic: "070702", content: "ab", fields: { check: 195 } }),
    cpioKit.trailer("070702"),
  ]),
  ...[true, false].map((isLittle) => Buffer.concat([cpioKit.binary("abc", "hello", isLittle), cpioKit.binary("TRAILER!!!", "", isLittle)])),
  Buffer.from(
    ["abc", "TRAILER!!!"]
      .map(
        (name) =>
          `070707${"000001000002100644000000000000000001000000"}00000000001${name.length === 3 ? "000004" : "000013"}00000000000${name}\0`,
      )
      .join(""),
    "latin1",
  ),
]

const rpmSeeds = (): readonly Uint8Array[] => [
  rpmKit.packageOf({ main: [rpmKit.string(1024, "echo"), rpmKit.string(1086, "/bin/sh"), rpmKit.string(1065, "one", "two")] }),
  rpmKit.packageOf({
    main: rpmKit.fileTags([
      { path: "/usr/a", mode: 0o100644, size: 1, digest: "ab" },
      { path: "/usr/b/l", mode: 0o120777, target: "a", flags: 64 },
    ]),
  }),
  rpmKit.packageOf({
    main: [rpmKit.string(1125, "none")],
    payload: Buffer.from("070701"),
    signature: [rpmKit.binary(268, Buffer.from("packet")), rpmKit.binary(1008, Buffer.alloc(32))],
  }),
]

const bundleSeeds = (): readonly Uint8Array[] => [
  bundleKit.bundleOf({
    objects: [bundleKit.object("commit", "one"), bundleKit.object("blob", text), bundleKit.object("ref", "d", Buffer.alloc(20))],
  }),
  bundleKit.bundleOf({
    version: 3,
    lines: ["@object-format=sha1", "@filter=blob:none", `-${bundleKit.oid} why`, `${bundleKit.oid} HEAD`],
    objects: [bundleKit.object("tree", "t"), bundleKit.object("offset", "d", Buffer.from([10]))],
  }),
]

/** Stored, packed by LZMA and by LZMA2 as 7z(1) wrote it (header too), of an unread method, and with bytes that nothing reads. */
const sevenZipSeeds = (): readonly Uint8Array[] => [
  sevenZipKit.archiveOf([
    { name: "d", attributes: 0x41ed8010 },
    { name: "d/a", content: text, attributes: 0x81ed8000 },
    { name: "d/b", content: "hello", attributes: 0x20 },
    { name: "l", content: "d/a", attributes: 0xa1ff8000 },
    { name: "e", isEmptyFile: true, attributes: 0x20 },
  ]),
  Buffer.from(
    "377abcaf271c00046591054fc80000000000000020000000000000003ce750eb001882828f224ef8a655f7f099a5250d9045915a51b49bcaacdc0532ec85529fb1486defdce84bb961bae09c537f98c8a9540efc3d2ad306d766443d5664a6cd3dd7c71f44f418df020b3fe2c6c67be1e77f79441c79b742ae65b81bb50e84e19a8216dd897414dcf13df830e146cc0000813307ae0fd45170bd40c090d343c4e1f9e851ec546e8d28861ddce294ebc7808d6281b4ae759d94d9d771f8c72b3ef0909c74a5a3d3bee0cb05eb1c867d89c798075c5aee54c9ce692f7e32d37e4fe0b755ee0a00000017066f01095900070b01000123030101055d001000000c6e0a01e1ee95b60000",
    "hex",
  ),
  Buffer.from(
    "377abcaf271c0004235d64c4ca00000000000000200000000000000076b28b1be000af006e5d001882828f224ef8a655f7f099a5250d9045915a51b49bcaacdc0532ec85529fb1486defdce84bb961bae09c537f98c8a9540efc3d2ad306d766443d5664a6cd3dd7c71f44f418df020b3fe2c6c67be1e77f79441c79b742ae65b81bb50e84e19a8216dd897414dcf13df830e146cc000000813307ae0fd4abc58d4215f6b3457d694d8f19068066b0b7bdbee8d8d1ebdd86b4b01df31a7ed7ec868b38ae9927515b9e4b2aca13261ae4068b09cbf1a4b6ae50d76c8d3d788142d2dbcc2c41eb32e6000017067601095400070b01000123030101055d001000000c5e0a017ad71b400000",
    "hex",
  ),
  sevenZipKit.archiveOf(
    [
      { name: "a", content: "one" },
      { name: "b", content: "two" },
    ],
    { coder: sevenZipKit.coderOf("030401", Buffer.alloc(5)) },
  ),
  sevenZipKit.archiveOf([{ name: "a", content: "one" }], {
    gap: "gap",
    trailing: "rest",
    properties: sevenZipKit.property(0x19, Buffer.alloc(4)),
  }),
]

/** As many bytes as are promised: a decoder that always agrees. */
const agreeing: Decompress = async function* (_, chunks, bytesMax) {
  for await (const _chunk of chunks);
  yield new Uint8Array(bytesMax)
}

/** What stands in for the programs of the system: our own decoders and node:zlib, fuzzed with the walkers. */
const builtIn: Decompress = (compression, chunks) => decoders[compression].builtIn.decode(chunks, createContext({ offline: true }))

/** Streams of the text, of "hello", both one after the other, and with bytes behind: as bzip2(1), lzip(1) and xz(1) wrote them. */
function streams(ofText: string, ofHello: string): readonly Uint8Array[] {
  const [one, two] = [Buffer.from(ofText, "hex"), Buffer.from(ofHello, "hex")]
  return [one, two, Buffer.concat([two, one]), Buffer.concat([two, Buffer.from("\0\0rest")])]
}

const asarSeeds = (): readonly Uint8Array[] => [
  asarKit.asarOf(
    {
      files: {
        d: { files: { a: { ...asarKit.fileOf("first", 0), executable: true }, b: asarKit.fileOf("second", 5) } },
        l: { link: "d/a" },
        u: { size: 3, unpacked: true },
      },
    },
    "firstsecond",
  ),
  asarKit.asarOf({ files: { a: { size: 1, offset: "1" }, b: { size: 0, offset: "0" } } }, "?a?"),
]

const bzip2Seeds = (): readonly Uint8Array[] =>
  streams(
    "425a68393141592653598cdebeb000004fc10000100225200030cd0052a1ea704c2613c2613e2ee48a70a12119bd7d60",
    "425a68393141592653591931653d00000081000244a000219a68334d07338bb9229c28480c98b29e80",
  )

const lzipSeeds = (): readonly Uint8Array[] =>
  streams(
    "4c5a4950010c00361a4a1f07b4dd621beb4fffffad4a00004599aaefc8000000000000002c00000000000000",
    "4c5a4950010c00341949ee8e6821ffffffb9e0000086a6103605000000000000002900000000000000",
  )

const lzmaSeeds = (): readonly Uint8Array[] =>
  streams("5d00008000ffffffffffffffff00361a4a1f07b4dd621beb4fffffad4a0000", "5d00008000ffffffffffffffff00341949ee8e6821ffffffb9e00000")

const zstdSeeds = (): readonly Uint8Array[] => {
  const [one, two] = [zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }), zstdCompressSync("hello")]
  const skippable = Buffer.from("\x50\x2a\x4d\x18\x03\0\0\0abc", "latin1")
  const raw = Buffer.from("\x28\xb5\x2f\xfd\0\x58\x18\0\0abc\x2b\0\0d", "latin1")
  return [one, two, Buffer.concat([skippable, one, two]), Buffer.concat([raw, Buffer.from("\0rest")])]
}

/** Every walker. `npm run fuzz` and its short form in `npm test` go through the table. */
export const subjects: readonly Subject[] = [
  {
    name: "tar",
    parser: tar,
    seeds: tarSeeds,
    mend: mendTar,
    tokens: [
      "ustar\x0000",
      "ustar  \0",
      "././@LongLink",
      "x",
      "g",
      "L",
      "K",
      "S",
      "1",
      "2",
      "5",
      "20 path=",
      "30 size=",
      "GNU.sparse.",
      "0000644\0",
      "77777777777\0",
      "\x80\0\0\0",
      "\xff\xff\xff\xff",
    ],
  },
  {
    name: "zip",
    parser: zip,
    seeds: zipSeeds,
    tokens: [
      "PK\x03\x04",
      "PK\x01\x02",
      "PK\x05\x06",
      "PK\x06\x06",
      "PK\x06\x07",
      "PK\x07\x08",
      "\x01\0\x10\0",
      "\x75\x70",
      "\xff\xff\xff\xff",
      "../",
      "\0\0\x08\0",
    ],
  },
  {
    name: "ar",
    parser: ar,
    seeds: arSeeds,
    tokens: ["!<arch>\n", "`\n", "/0", "//", "/", "#1/20", "debian-binary   ", "4294967295", "-1", "/SYM64/"],
  },
  {
    name: "cpio",
    parser: cpio,
    seeds: cpioSeeds,
    tokens: [
      "070701",
      "070702",
      "070707",
      "07070X",
      "\xc7\x71",
      "\x71\xc7",
      "TRAILER!!!\0",
      "00000000",
      "ffffffff",
      "0000a1ff",
      "000041ed",
      "00000002",
    ],
  },
  {
    name: "rpm",
    parser: rpm,
    seeds: rpmSeeds,
    tokens: [
      "\x8e\xad\xe8\x01\0\0\0\0",
      "\0\0\0\x3e",
      "\0\0\0\x3f",
      "\0\0\x03\xec",
      "\0\0\x04\0",
      "\0\0\0\x08",
      "\xff\xff\xff\xff",
      "\0\0\0\0",
      "xz\0",
    ],
  },
  {
    name: "bundle",
    parser: bundle,
    seeds: bundleSeeds,
    tokens: [
      "# v2 git bundle\n",
      "# v3 git bundle\n",
      "@object-format=sha256\n",
      "\n\n",
      "PACK\0\0\0\x02",
      "-",
      "\x78\x9c\x03\0\0\0\0\x01",
      "\xff\xff\xff",
      " refs/heads/a\n",
    ],
  },
  {
    name: "7z",
    parser: sevenZip,
    seeds: sevenZipSeeds,
    mend: sevenZipKit.mend,
    tokens: [
      "\x01\x04\x06",
      "\x07\x0b\x01\0\x01\x01\0",
      "\x07\x0b\x01\0\x01\x23\x03\x01\x01\x05\x5d\0\x10\0\0",
      "\x07\x0b\x01\0\x01\x21\x21\x01\x16",
      "\x0c\x05\0",
      "\x08\x0d\x02\x09",
      "\x0a\x01",
      "\x05\x01",
      "\x0e\x01\x80",
      "\x0f\x01\x80",
      "\x11\x05\0a\0\0\0",
      "\x15\x06\x01\0\0\x80\xff\xa1",
      "\x19\x02\0\0",
      "\xff\xff\xff\xff",
      "\x17\x06",
    ],
  },
  {
    name: "asar",
    parser: asar,
    seeds: asarSeeds,
    tokens: ['"files":{', '"size":1,', '"offset":"0"', '"link":"a"', '"unpacked":true', '"executable":true', "}}", '"a":', "\\u0061"],
  },
  {
    name: "gzip",
    parser: gzip,
    seeds: gzipSeeds,
    tokens: ["\x1f\x8b\x08", "\x1f\x8b\x08\x04", "\x1f\x8b\x08\x1f", "\0\0", "\x03\0\0\0\0\0\0\0\0\0", "BC\x02\0"],
  },
  {
    name: "xz",
    parser: xz,
    seeds: xzSeeds,
    decompress: agreeing,
    tokens: ["\xfd7zXZ\0", "YZ", "\0\0\0\0", "\x02\0!\x01\x16\0\0\0", "\x01\0\x04hello\0", "\xff\xff\xff\xff\x7f"],
  },
  {
    name: "bzip2",
    parser: bzip2,
    seeds: bzip2Seeds,
    decompress: builtIn,
    tokens: ["BZh9", "1AY&SY", "\x17rE8P\x90", "\0\0\0\0", "\xff\xff", "BZh1\x17rE8P\x90\0\0\0\0"],
  },
  {
    name: "zstd",
    parser: zstd,
    seeds: zstdSeeds,
    decompress: builtIn,
    tokens: ["\x28\xb5\x2f\xfd", "\x5f\x2a\x4d\x18", "\x01\0\0", "\x03\0\0a", "\x20", "\xff\xff\xff\xff", "\xa0"],
  },
  {
    name: "lzip",
    parser: lzip,
    seeds: lzipSeeds,
    decompress: builtIn,
    tokens: ["LZIP\x01", "LZIP\x01\x0c\0", "\x1d", "\x29\0\0\0\0\0\0\0", "\xff\xff\xff\xff"],
  },
  {
    name: "lzma",
    parser: lzma,
    seeds: lzmaSeeds,
    decompress: builtIn,
    tokens: ["\x5d\0\0", "\0\0\x80\0", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x05\0\0\0\0\0\0\0", "\xff"],
  },
]
