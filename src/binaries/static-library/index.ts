import { latin1 } from "../../core/bytes.ts"
import type { Recogniser } from "../object-format.ts"

const [magicBytes, headerBytes] = [8, 60]
/** Members whose names are looked at: the table of symbols comes first, where there is one. */
const membersMax = 4
/** That of System V and GNU, of 64 bits, and of BSD, whose name may stand before the content. */
const symbolTable = /^(?:\/ |\/SYM64\/|__\.SYMDEF|#1\/)/

/** An archive of ar(1) that holds what is linked. `isObject` says it of a member that begins with these bytes; packages of Debian are archives too. */
export const staticLibrary = (isObject: (bytes: Uint8Array) => boolean): Recogniser => ({
  format: "static-library",
  recognise(bytes) {
    const magic = latin1(bytes.subarray(0, magicBytes))
    if (magic === "!<thin>\n") return "thin static library, which holds none of its members"
    if (magic !== "!<arch>\n") return undefined
    let at = magicBytes
    for (let count = 0; count < membersMax && at + headerBytes <= bytes.byteLength; count += 1) {
      const header = latin1(bytes.subarray(at, at + headerBytes))
      const size = /^(\d{1,10}) *`\n$/.exec(header.slice(48))?.[1]
      if (size === undefined) return undefined
      const content = bytes.subarray(at + headerBytes, at + headerBytes + Number(size))
      const isBsd = header.startsWith("#1/")
      const isTable = isBsd ? latin1(content.subarray(0, 9)) === "__.SYMDEF" : symbolTable.test(header)
      const before = isBsd ? Number(/^#1\/(\d+)/.exec(header)?.[1] ?? 0) : 0
      if (isTable || isObject(content.subarray(before))) return "static library"
      at += headerBytes + Number(size) + (Number(size) % 2)
    }
    return undefined
  },
})
