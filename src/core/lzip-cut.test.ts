import fc from "fast-check"
import { expect, test } from "vitest"
import { cut } from "../parsers/test-kit.ts"
import { collect } from "./bytes.ts"
import { cutLzip } from "./lzip-cut.ts"

/** A member as far as a cut looks at it: the magic, anything, and the size of all. */
function member(stream: Uint8Array): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(4 + stream.byteLength + 8))
  return Buffer.concat([Buffer.from("LZIP"), stream, size])
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function cutOf(chunks: readonly Uint8Array[]) {
  const streams = cutLzip(stream(chunks))
  const first = Buffer.from(await collect(streams.first))
  const [isSound, hasRest] = [streams.isSound(), streams.hasRest()]
  return { first, isSound, hasRest, rest: Buffer.from(await collect(streams.rest)) }
}

test("any members in any pieces are cut behind the first", async () => {
  const magics = fc.constant(Buffer.from("LZIP"))
  const streams = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), magics), { maxLength: 4 }).map((parts) => Buffer.concat(parts))
  await fc.assert(
    fc.asyncProperty(
      fc.array(streams, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.integer({ min: 1, max: 60 }),
      async (made, seed, longest) => {
        const [first = Buffer.alloc(0), ...others] = made.map(member)
        const rest = Buffer.concat(others)
        expect(await cutOf(cut(Buffer.concat([first, rest]), seed, longest))).toEqual({
          first,
          isSound: true,
          hasRest: others.length > 0,
          rest,
        })
      },
    ),
    { numRuns: 300 },
  )
})

test("what does not end with its size is not sound, and nothing of it is lost", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("LZIP"), Buffer.concat([member(Buffer.alloc(50)), Buffer.from("behind")])])
    expect(await cutOf(cut(bytes, 2, 9))).toEqual({ first: bytes, isSound: false, hasRest: false, rest: Buffer.alloc(0) })
})
