import { gzipSync } from "node:zlib"
import { noise } from "../kit.ts"
import type { Chance } from "./random.ts"

/** A kind of opaque or test file that something can be carried in. */
export interface Carrier {
  readonly suffix: string
  /** What the file is with `block` in it, and where the block begins. */
  around(block: Buffer, chance: Chance): { readonly content: Buffer; readonly offset: number }
  /** Another of its kind, smaller, that carries nothing. */
  plain(chance: Chance): Buffer
}

const binary = (suffix: string, head: Buffer, size: number): Carrier => ({
  suffix,
  around(block, chance) {
    const front = Buffer.concat([head, noise(chance.word(), size + chance.below(700))])
    return { content: Buffer.concat([front, block, noise(chance.word(), 300 + chance.below(900))]), offset: front.byteLength }
  },
  plain: (chance) => Buffer.concat([head, noise(chance.word(), 250 + chance.below(150))]),
})

const textual = (suffix: string, front: (chance: Chance) => string, behind: (chance: Chance) => string): Carrier => ({
  suffix,
  around(block, chance) {
    const head = Buffer.from(front(chance))
    return { content: Buffer.concat([head, block, Buffer.from(behind(chance))]), offset: head.byteLength }
  },
  plain: (chance) => Buffer.from(front(chance) + behind(chance)),
})

const certificateLines = (chance: Chance): string =>
  (
    noise(chance.word(), 240)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  )
    .map((line) => `${line}\n`)
    .join("")
const logLines = (chance: Chance): string =>
  Array.from(
    { length: 12 },
    (_, at) => `2023-04-0${1 + (at % 9)} 10:${10 + at}:00 unit ${chance.word()}: read ${chance.below(9000)} bytes\n`,
  ).join("")

export const carriers = {
  archive: binary("tar.bin", Buffer.from("frames/0001\0\0\0\0\0ustar\0", "latin1"), 900),
  compressed: binary("gz", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 600),
  xz: binary("xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), 500),
  image: binary("png", Buffer.from("89504e470d0a1a0a0000000d4948445200000020000000200802000000fc18eda30000040049444154", "hex"), 800),
  torn: binary("bin", Buffer.from([0, 0xff, 0, 0xfe]), 1500),
  font: binary("ttf", Buffer.from("0001000000080080000300", "hex"), 1100),
  catalogue: binary("gmo", Buffer.from("de12049500000000020000001c000000", "hex"), 400),
  /** The whole of the file, with nothing around it. */
  bare: { suffix: "dat", around: (block) => ({ content: block, offset: 0 }), plain: (chance) => noise(chance.word(), 300) },
  translations: textual(
    "po",
    () => 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "no such file"\nmsgstr "keine solche Datei"\n',
    () => '\n#~ msgid "gone"\n#~ msgstr "fort"\n',
  ),
  certificate: textual(
    "pem",
    (chance) => `-----BEGIN CERTIFICATE-----\n${certificateLines(chance)}`,
    (chance) => `${certificateLines(chance)}-----END CERTIFICATE-----\n`,
  ),
  log: textual("log", logLines, logLines),
  /** A log that was compressed: its lines come first. */
  compressedLog: {
    suffix: "log.gz",
    plain: (chance) => gzipSync(logLines(chance)),
    around: (block, chance) => ({
      content: gzipSync(Buffer.concat([Buffer.from(logLines(chance)), block, Buffer.from(logLines(chance))])),
      offset: 0,
    }),
  },
} as const satisfies Readonly<Record<string, Carrier>>

export type CarrierName = keyof typeof carriers
