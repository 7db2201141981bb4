/** Numbers of tags (rpm, include/rpm/rpmtag.h and docs/manual/tags.md). */
export const tag = {
  signatureRegion: 62,
  region: 63,
  name: 1000,
  version: 1001,
  release: 1002,
  arch: 1022,
  /** Of a binary package: the source package that it was built from. */
  sourceRpm: 1044,
  payloadFormat: 1124,
  payloadCompressor: 1125,
  /** The version of the format, which packages have from version 6 on. */
  format: 5114,
} as const

/** Of the main header, with an entry for each file but for folders and the algorithm. */
export const fileTag = {
  oldNames: 1027,
  sizes: 1028,
  modes: 1030,
  digests: 1035,
  targets: 1036,
  flags: 1037,
  folderIndexes: 1116,
  baseNames: 1117,
  folders: 1118,
  longSizes: 5008,
  digestAlgorithm: 5011,
} as const

/** Of the signature header. */
export const signatureTag = {
  size: 1000,
  md5: 1004,
  reserved: 1008,
  longSize: 270,
  payloadSize: 1007,
  longPayloadSize: 271,
  fileSignatures: 274,
  fileSignatureLength: 275,
  veritySignatures: 276,
  verityAlgorithm: 277,
} as const

/** Digests of the main header, in hex, in the signature header. */
export const headerDigests = [
  { tag: 269, algorithm: "sha1" },
  { tag: 273, algorithm: "sha256" },
  { tag: 279, algorithm: "sha3-256" },
] as const

/** Digests of the payload as it is compressed, in hex, in the main header. Of 5092 another tag names the algorithm. */
export const payloadDigests = [
  { tag: 5092, algorithmTag: 5093, algorithm: "sha256" },
  { tag: 5121, algorithmTag: undefined, algorithm: "sha512" },
  { tag: 5123, algorithmTag: undefined, algorithm: "sha3-256" },
] as const

/** RFC 9580, section 9.5. */
export const hashAlgorithms: ReadonlyMap<number, string> = new Map([
  [1, "md5"],
  [2, "sha1"],
  [8, "sha256"],
  [9, "sha384"],
  [10, "sha512"],
  [11, "sha224"],
  [12, "sha3-256"],
  [14, "sha3-512"],
])

/** Signatures of the signature header. */
export const signatures: ReadonlyMap<number, string> = new Map([
  [267, "dsa-header"],
  [268, "rsa-header"],
  [274, "file-signatures"],
  [276, "verity-signatures"],
  [278, "openpgp"],
  [1002, "pgp"],
  [1005, "gpg"],
  [1006, "pgp5"],
])

/** Tags of the signature header that somebody reads and that are no signature, with their type and count: the region, sizes, digests, the lengths of signatures. */
export const plainSignatureTags: ReadonlyMap<number, readonly [type: number, count: number]> = new Map([
  [62, [7, 16]],
  [269, [6, 1]],
  [270, [5, 1]],
  [271, [5, 1]],
  [273, [6, 1]],
  [275, [4, 1]],
  [277, [4, 1]],
  [279, [6, 1]],
  [1000, [4, 1]],
  [1004, [7, 16]],
  [1007, [4, 1]],
])

/** What a package runs at install or removal: the tag of the text, and that of the program that runs it. */
export const scriptlets: readonly (readonly [tag: number, program: number, name: string])[] = [
  [1023, 1085, "preinstall"],
  [1024, 1086, "postinstall"],
  [1025, 1087, "preuninstall"],
  [1026, 1088, "postuninstall"],
  [1065, 1092, "trigger"],
  [1079, 1091, "verify"],
  [1151, 1153, "pretransaction"],
  [1152, 1154, "posttransaction"],
  [5066, 5067, "filetrigger"],
  [5076, 5077, "transactionfiletrigger"],
  [5103, 5105, "preuntransaction"],
  [5104, 5106, "postuntransaction"],
]

/** Compressors by name: the ending of a file, and how its content begins. */
export const compressors: ReadonlyMap<string, { readonly ending: string; readonly magic: string | undefined }> = new Map([
  ["gzip", { ending: ".gz", magic: "\x1f\x8b" }],
  ["bzip2", { ending: ".bz2", magic: "BZh" }],
  ["xz", { ending: ".xz", magic: "\xfd7zXZ\0" }],
  ["lzma", { ending: ".lzma", magic: undefined }],
  ["zstd", { ending: ".zst", magic: "\x28\xb5\x2f\xfd" }],
  ["identity", { ending: "", magic: "0707" }],
  ["none", { ending: "", magic: "0707" }],
])
