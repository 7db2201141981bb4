/** A run is told from so many bytes and repetitions on, and with a period up to this, a power of two. */
export const periodMax = 4096
export const runBytesMin = 64
export const repetitionsMin = 8

/** Bytes [start, end) with `bytes[i] === bytes[i + period]` wherever both are inside, and with no smaller such period; as long as it can be. */
export interface PeriodicRun {
  readonly period: number
  readonly start: number
  readonly end: number
}

/** Half of the smallest block: any run of `runBytesMin` bytes holds a whole one. */
const halfMin = 16
const gramBytes = 4

/**
 * All runs of at least `repetitionsMin` periods and `runBytesMin` bytes, in time linear in the bytes. For each power of two P the bytes are cut into blocks of 2P. A run of a period in
 * (P/2, P] that is eight periods long holds a whole block, whose smallest period is the run's (Fine and Wilf, 1965) and is read from the failure function of Knuth, Morris and Pratt (1977).
 * What is found is extended both ways; two runs of one P share less than a block, so no byte is passed often. A block is looked at only if what stands in its middle was seen within P bytes before.
 */
export function* periodicRuns(bytes: Uint8Array): Generator<PeriodicRun> {
  const scan = new Scan(bytes)
  for (let run = scan.next(); run !== undefined; run = scan.next()) yield run
}

/** Apart from what yields: V8 compiles no loop of a generator while it runs (measured: it took six times as long). */
class Scan {
  readonly #bytes: Uint8Array
  /** By a hash of `gramBytes` bytes; of several that share one the last, which looks nearer than it is. */
  readonly #seenAt = new Int32Array(1 << 16).fill(-periodMax - 1)
  readonly #failure = new Uint16Array(2 * periodMax)
  /** By the binary logarithm of P: the last that was found. */
  readonly #last: PeriodicRun[] = []
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): PeriodicRun | undefined {
    const [bytes, seenAt] = [this.#bytes, this.#seenAt]
    let gram = 0
    for (let at = this.#at; at < this.#at + gramBytes - 1; at += 1) gram = (gram << 8) | (bytes[at] ?? 0)
    for (let at = this.#at; at + gramBytes <= bytes.byteLength; at += 1) {
      gram = (gram << 8) | (bytes[at + gramBytes - 1] ?? 0)
      const place = Math.imul(gram, 0x9e3779b1) >>> 16
      const before = seenAt[place] ?? 0
      seenAt[place] = at
      const half = at & -at // `at` is the middle of a block of this P alone
      if (half < halfMin || half > periodMax || at - before > half || at + half > bytes.byteLength) continue
      const run = this.#around(at, half)
      if (run === undefined) continue
      this.#at = at + 1
      return run
    }
    return undefined
  }

  #around(middle: number, half: number): PeriodicRun | undefined {
    const [start, end] = [middle - half, middle + half]
    for (const run of this.#last) if (run !== undefined && run.period <= half && run.start <= start && run.end >= end) return undefined
    const period = smallestPeriod(this.#bytes, { start, end }, this.#failure)
    if (period > half || (period <= half / 2 && half > halfMin)) return undefined
    const run = extended(this.#bytes, { period, start, end })
    this.#last[Math.log2(half / halfMin)] = run
    const length = run.end - run.start
    return length >= repetitionsMin * period && length >= runBytesMin ? run : undefined
  }
}

/** More than half of the block where no period fits twice. */
function smallestPeriod(bytes: Uint8Array, { start, end }: Omit<PeriodicRun, "period">, failure: Uint16Array): number {
  const size = end - start
  let border = 0
  failure[0] = 0
  for (let at = 1; at < size; at += 1) {
    const byte = bytes[start + at]
    while (border > 0 && byte !== bytes[start + border]) border = failure[border - 1] ?? 0
    if (byte === bytes[start + border]) border += 1
    // The bytes so far have no smaller period than this, nor has what they begin.
    if (at + 1 - border > size / 2) return size
    failure[at] = border
  }
  return size - border
}

function extended(bytes: Uint8Array, { period, start, end }: PeriodicRun): PeriodicRun {
  let [first, last] = [start, end]
  while (first > 0 && bytes[first - 1] === bytes[first - 1 + period]) first -= 1
  while (last < bytes.byteLength && bytes[last] === bytes[last - period]) last += 1
  return { period, start: first, end: last }
}
