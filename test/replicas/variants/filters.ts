import { createCipheriv, pbkdf2Sync } from "node:crypto"
import { deflateSync, gzipSync } from "node:zlib"
import { bzip2Of, xzOf } from "./compressed.ts"
import type { Chance } from "./random.ts"

/** One stage of a pipeline, and what goes in so that a given output comes out. */
export interface Filter {
  readonly command: string
  encode(output: Buffer): Buffer
}

/** A byte for a byte, as tr(1) does it: sets of characters and ranges, in octal where they are not plain. */
function translation(from: string, to: string): (bytes: Buffer) => Buffer {
  const [given, wanted] = [expanded(from), expanded(to)]
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  // The other way round: what tr makes of `given` is `wanted`.
  wanted.forEach((byte, at) => {
    table[byte] = given[at] ?? byte
  })
  return (bytes) => Buffer.from(bytes.map((byte) => table[byte] ?? byte))
}

function expanded(set: string): readonly number[] {
  const codes = [...set.matchAll(/\\([0-7]{3})|(.)/g)].map(([, octal, plain = ""]) =>
    octal === undefined ? plain.charCodeAt(0) : Number.parseInt(octal, 8),
  )
  const all: number[] = []
  for (let at = 0; at < codes.length; at++) {
    const [first = 0, dash, last = 0] = codes.slice(at, at + 3)
    if (dash === 0x2d && at + 2 < codes.length) {
      for (let code = first; code <= last; code++) all.push(code)
      at += 2
    } else all.push(first)
  }
  return all
}

const tr = (from: string, to: string): Filter => ({ command: `tr '${from}' '${to}'`, encode: translation(from, to) })

const fixed = {
  gzip: { command: "gzip -dc", encode: (output) => gzipSync(output) },
  xz: { command: "xz -dc", encode: xzOf },
  bzip2: { command: "bzip2 -dc", encode: bzip2Of },
  base64: { command: "base64 -d", encode: (output) => Buffer.from(`${output.toString("base64")}\n`) },
  hex: { command: "xxd -r -p", encode: (output) => Buffer.from(`${output.toString("hex")}\n`) },
  rev: {
    command: "rev",
    encode: (output) =>
      Buffer.from(
        output.toString("latin1").replace(/[^\n]+/g, (line) => [...line].reverse().join("")),
        "latin1",
      ),
  },
  shift: tr("b-za", "a-z"),
  rotate: tr("A-Za-z", "N-ZA-Mn-za-m"),
  high: { ...tr("\\000-\\377", "\\200-\\377\\000-\\177"), command: "LC_ALL=C tr '\\000-\\377' '\\200-\\377\\000-\\177'" },
  digits: tr("g-v", "0-9a-f"),
  zlib: {
    command: "python3 -c 'import sys,zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))'",
    encode: (output) => deflateSync(output),
  },
  perlHex: {
    command: "perl -e 'print pack q(H*), join q(), map { chomp; $_ } <STDIN>'",
    encode: (output) => Buffer.from(`${output.toString("hex")}\n`),
  },
} as const satisfies Readonly<Record<string, Filter>>

/** Those that are the same for every seed. */
export const fixedFilters = [
  "gzip",
  "xz",
  "bzip2",
  "base64",
  "hex",
  "rev",
  "shift",
  "rotate",
  "high",
  "digits",
  "zlib",
  "perlHex",
] as const satisfies readonly (keyof typeof fixed)[]

export type FilterName = keyof typeof fixed | "letters" | "numbers" | "openssl"

/** Those with a number or a word in them have another for each seed. */
export function filterOf(name: FilterName, chance: Chance): Filter {
  if (name === "letters") return swapped(chance)
  if (name === "numbers") return numbers(3 + chance.below(40))
  if (name === "openssl") return openssl(chance.word(), chance.word())
  return fixed[name]
}

/** Four letters for four others, within base64: what was swapped is swapped back. */
function swapped(chance: Chance): Filter {
  const chosen = chance
    .shuffled([..."abcdefghijklmnopqrstuvwxyz0123456789"])
    .slice(0, 8)
    .join("")
  return tr(chosen, chosen.slice(4) + chosen.slice(0, 4))
}

/** Bytes as decimal numbers with something added to each. */
const numbers = (more: number): Filter => ({
  command: `od -An -v -tu1 | awk '{ for (at = 1; at <= NF; at++) printf "%c", $at - ${more} }'`,
  encode: (output) => Buffer.from(output.map((byte) => byte + more)),
})

/** openssl-enc(1): "Salted__", a salt of eight bytes, then the text under a key of PBKDF2 with 10,000 rounds of SHA-256. */
function openssl(word: string, salted: string): Filter {
  const salt = Buffer.from(salted.padEnd(8, "-").slice(0, 8))
  return {
    command: `openssl enc -d -aes-128-cbc -pbkdf2 -k ${word}`,
    encode(output) {
      const key = pbkdf2Sync(word, salt, 10_000, 32, "sha256")
      const cipher = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16))
      return Buffer.concat([Buffer.from("Salted__"), salt, cipher.update(output), cipher.final()])
    },
  }
}
