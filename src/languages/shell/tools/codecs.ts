import type { Transform, Value } from "../../../model/code.ts"
import { textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"

/** How a program that encodes, compresses or encrypts is told to undo it, and where the result goes. */
interface Codec {
  readonly how: Transform
  /** Options that mean "undo"; absent: it always does. */
  readonly undo?: readonly string[]
  /** It writes a file beside its operand, without this ending, unless it is told to print. */
  readonly endings?: readonly string[]
  readonly prints?: readonly string[]
  readonly short?: string
  readonly long?: readonly string[]
  readonly output?: readonly string[]
  readonly compute?: (of: string) => string | undefined
}

/** Compression and encoding come back as an edit: the content is still in it. */
const codec =
  (row: Codec): Tool =>
  (call) => {
    const { flags, values, operands } = call.options({ short: row.short ?? "", long: row.long ?? [] })
    const undoes = row.undo === undefined || row.undo.some((flag) => flags.has(flag))
    const change = (of: Value): Value => (undoes ? call.computed(row.how, of, row.compute ?? (() => undefined)) : call.step("edit", of))
    const output = (row.output ?? []).flatMap((name) => values.get(name) ?? [])[0]
    if (output !== undefined && textual(output) !== "-") {
      call.write(output, change(call.contents(operands)))
      return
    }
    const prints =
      row.endings === undefined || operands.length === 0 || row.prints === undefined || row.prints.some((flag) => flags.has(flag))
    if (prints || operands.some((path) => textual(path) === "-")) return change(call.contents(operands))
    for (const path of operands) call.write(beside(call, path, row.endings ?? [], undoes), change(call.content(path)))
    return
  }

function beside(call: Call, path: Value, endings: readonly string[], undoes: boolean): Value {
  const name = textual(path)
  if (name === undefined) return call.step("slice", path)
  const ending = endings.find((one) => name.endsWith(one))
  if (!undoes) return { kind: "text", text: name + (endings[0] ?? "") }
  return { kind: "text", text: ending === undefined ? name : name.slice(0, -ending.length).replace(/\.t$/, ".tar") }
}

const compressor = (endings: readonly string[], more: Partial<Codec> = {}): Codec => ({
  how: "decompress",
  undo: ["d", "decompress", "uncompress"],
  prints: ["c", "stdout", "to-stdout"],
  endings,
  short: "STbMp",
  ...more,
})

const gzip = compressor([".gz", ".tgz", ".z", ".Z"])
const xz = compressor([".xz", ".lzma", ".txz", ".tlz"], { short: "STCMF", long: ["format", "suffix", "threads", "memory"] })
const bzip2 = compressor([".bz2", ".tbz2", ".tbz"])
const zstd = compressor([".zst", ".zstd"], { short: "oTMD", output: ["o"] })
const lz4 = compressor([".lz4"], { short: "o", output: ["o"] })
const lzip = compressor([".lz"], { short: "osSmbB", output: ["o"] })
const brotli = compressor([".br"], { short: "oqwS", output: ["o", "output"], long: ["output"] })
const lzop = compressor([".lzo"], { short: "oS", output: ["o"] })

const undoing = ({ undo: _, ...row }: Codec): Codec => row
const printing = ({ undo: _, prints: __, endings: ___, ...row }: Codec): Codec => row

const base64Letters = /^[A-Za-z0-9+/=\s]*$/
const bytes = (of: string, encoding: "base64" | "hex"): string => Buffer.from(of, encoding).toString("latin1")
const base64 = (of: string): string | undefined => (base64Letters.test(of) ? bytes(of.replace(/\s/g, ""), "base64") : undefined)
const hex = (of: string): string | undefined => (/^[0-9A-Fa-f\s]*$/.test(of) ? bytes(of.replace(/\s/g, ""), "hex") : undefined)

/** RFC 4648, section 6. */
function base32(of: string): string | undefined {
  const letters = of.replace(/[\s=]/g, "")
  if (!/^[A-Z2-7]*$/.test(letters)) return undefined
  let [bits, held, result] = [0, 0, ""]
  for (const letter of letters) {
    bits = ((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)) & 0xffff
    held += 5
    if (held < 8) continue
    held -= 8
    result += String.fromCharCode((bits >> held) & 255)
  }
  return result
}

const decodes = (compute: Codec["compute"], more: Partial<Codec> = {}): Codec => ({
  how: "decode",
  undo: ["d", "D", "decode"],
  short: "wi",
  long: ["wrap"],
  ...(compute === undefined ? {} : { compute }),
  ...more,
})

/** `openssl enc -d -base64`, `openssl base64 -d`, `openssl aes-256-cbc -d -in a -out b`. */
const openssl: Tool = (call) => {
  const { flags, values } = call.options({ single: true, long: ["in", "out", "k", "K", "iv", "pass", "kfile", "inkey", "S", "md", "iter"] })
  const from = values.get("in")?.[0]
  const of = from === undefined ? call.input : call.content(from)
  const [mode] = call.words
  const encodes =
    (flags.has("base64") || flags.has("a") || mode === "base64") &&
    ![...flags].some((flag) => /^(?:aes|des|camellia|chacha|rc|bf|aria|sm4)/.test(flag))
  const undoes = flags.has("d") || flags.has("decrypt") || /^(?:pkeyutl|rsautl|cms|smime)$/.test(mode ?? "")
  const what = !undoes ? call.step("edit", of) : encodes ? call.computed("decode", of, base64) : call.step("decrypt", of)
  const to = values.get("out")?.[0]
  if (to === undefined) return what
  call.write(to, what)
  return
}

/** `xxd -r`, `xxd -r -p`: of plain digits it is computed. */
const xxd: Tool = (call) => {
  const { flags, operands } = call.options({ short: "clsgo" })
  const [from, to] = operands
  const of = from === undefined ? call.input : call.content(from)
  const plainDigits = flags.has("p") || flags.has("ps") || call.words.some((word) => /^-(?:r?ps?r?|plain)$/.test(word ?? ""))
  const reverts = flags.has("r") || call.words.includes("-revert")
  const what = reverts ? call.computed("decode", of, plainDigits ? hex : () => undefined) : call.step("edit", of)
  if (to === undefined) return what
  call.write(to, what)
  return
}

/** `uudecode -o to from`: the name to write may stand in what it reads. */
const uudecode: Tool = (call) => {
  const { values, operands } = call.options({ short: "o" })
  const what = call.step("decode", call.contents(operands))
  const to = values.get("o")?.[0]
  if (to === undefined || textual(to) === "/dev/stdout" || textual(to) === "-") return what
  call.write(to, what)
  return
}

/** `gpg -d`, `age -d`, `ccrypt`, `mcrypt`: what they make of their input. */
const decrypts: Codec = {
  how: "decrypt",
  short: "oriu",
  long: ["output", "recipient", "passphrase", "passphrase-file", "identity", "batch-name"],
  output: ["o", "output"],
}

export const codecs: readonly (readonly [string, Tool])[] = [
  ["gzip", codec(gzip)],
  ["pigz", codec(gzip)],
  ["gunzip", codec(undoing(gzip))],
  ["unpigz", codec(undoing(gzip))],
  ["uncompress", codec(undoing(gzip))],
  ["compress", codec(gzip)],
  ["zcat", codec(printing(gzip))],
  ["gzcat", codec(printing(gzip))],
  ["bzip2", codec(bzip2)],
  ["pbzip2", codec(bzip2)],
  ["lbzip2", codec(bzip2)],
  ["bunzip2", codec(undoing(bzip2))],
  ["bzcat", codec(printing(bzip2))],
  ["xz", codec(xz)],
  ["lzma", codec(xz)],
  ["pixz", codec(xz)],
  ["unxz", codec(undoing(xz))],
  ["unlzma", codec(undoing(xz))],
  ["xzcat", codec(printing(xz))],
  ["lzcat", codec(printing(xz))],
  ["xzdec", codec(printing(xz))],
  ["lzmadec", codec(printing(xz))],
  ["zstd", codec(zstd)],
  ["pzstd", codec(zstd)],
  ["unzstd", codec(undoing(zstd))],
  ["zstdcat", codec(printing(zstd))],
  ["lz4", codec(lz4)],
  ["unlz4", codec(undoing(lz4))],
  ["lz4cat", codec(printing(lz4))],
  ["lzip", codec(lzip)],
  ["plzip", codec(lzip)],
  ["lunzip", codec(undoing(lzip))],
  ["clzip", codec(lzip)],
  ["brotli", codec(brotli)],
  ["unbrotli", codec(undoing(brotli))],
  ["lzop", codec(lzop)],
  ["zlib-flate", codec({ how: "decompress", undo: ["u", "uncompress"] })],
  ["base64", codec(decodes(base64))],
  ["base32", codec(decodes(base32))],
  ["basenc", codec(decodes(undefined))],
  ["uuencode", codec({ how: "edit", undo: [] })],
  ["uudecode", uudecode],
  ["qprint", codec(decodes(undefined))],
  ["ascii2uni", codec({ how: "decode" })],
  ["xxd", xxd],
  ["openssl", openssl],
  ["gpg", codec({ ...decrypts, undo: ["d", "decrypt", "decrypt-files"] })],
  ["gpg2", codec({ ...decrypts, undo: ["d", "decrypt", "decrypt-files"] })],
  ["age", codec({ ...decrypts, undo: ["d", "decrypt"] })],
  ["ccrypt", codec({ ...decrypts, undo: ["d", "decrypt", "c", "cat"] })],
  ["ccdecrypt", codec(decrypts)],
  ["ccat", codec(decrypts)],
  ["mcrypt", codec({ ...decrypts, undo: ["d", "decrypt"] })],
  ["mdecrypt", codec(decrypts)],
]
