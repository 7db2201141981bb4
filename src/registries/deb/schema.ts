import { isFlag, isList, isNumber, isRecord, isText, isWord, type Shape, type Shaped } from "../../core/shape.ts"

const isListed = isRecord({ name: isText, size: isNumber, sha256: isText })

/** What is kept of an InRelease whose signature was verified; its key in the cache names the document and the key files. */
export const isRelease = isRecord(
  {
    fingerprint: isText,
    keyFrom: isText,
    origin: isText,
    suite: isText,
    codename: isText,
    date: isText,
    byHash: isFlag,
    indexes: isList(isListed),
  },
  { validUntil: isText },
)
export type Release = Shaped<typeof isRelease>

/** What is kept of a stanza of Sources. */
export const isSourcePackage = isRecord(
  {
    version: isText,
    directory: isText,
    /** Everything that it is built with, as one field. */
    buildDepends: isText,
    files: isList(isListed),
  },
  { homepage: isText },
)
export type SourcePackage = Shaped<typeof isSourcePackage>

const isValid = isRecord({ kind: isWord("valid"), fingerprint: isText, signer: isText, keyFrom: isText, created: isText })
const isRefused = isRecord({ kind: isWord("bad", "weak"), fingerprint: isText, why: isText })
const isUnknown = isRecord({ kind: isWord("unknown-key"), keyId: isText })
type KeptSignature = Shaped<typeof isValid> | Shaped<typeof isRefused> | Shaped<typeof isUnknown>

/** What is kept of a stanza of Packages. */
export const isBinaryPackage = isRecord(
  {
    name: isText,
    version: isText,
    architecture: isText,
    /** The source package that it is built from. */
    source: isText,
    sourceVersion: isText,
    /** Pre-Depends and Depends as one field. */
    depends: isText,
    conflicts: isText,
    provides: isText,
    priority: isText,
    /** Its estimate in KiB. */
    installedSize: isNumber,
    /** Where it stands on the mirror. */
    path: isText,
    size: isNumber,
    sha256: isText,
  },
  { homepage: isText },
)
export type BinaryPackage = Shaped<typeof isBinaryPackage>

/** The answer of an earlier check of a detached signature. */
export const isKeptSignature: Shape<KeptSignature> = (value): value is KeptSignature =>
  isValid(value) || isRefused(value) || isUnknown(value)

/** A program that decoded what is kept. */
export const isTool = isRecord({ name: isText, version: isText })
export type Tool = Shaped<typeof isTool>
