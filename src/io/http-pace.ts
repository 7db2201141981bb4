import type { ClientRequest } from "node:http"

/** Seconds without a byte after which a connection counts as broken, and without a whole answer's header. */
const silenceSecondsMax = 60
/** git's fetches are held to the same. */
const bytesPerSecondMin = 1000

export const tooSlow = `fewer than ${bytesPerSecondMin} bytes a second for ${silenceSecondsMax} s`

/** Silence alone does not end a server that sends a byte of its header, or another answer of 1xx, now and then. */
export function answerInTime(sent: ClientRequest): void {
  const milliseconds = silenceSecondsMax * 1000
  sent.setTimeout(milliseconds, () => sent.destroy(new Error(`no byte for ${silenceSecondsMax} s`)))
  const timer = setTimeout(() => sent.destroy(new Error(`no whole answer in ${silenceSecondsMax} s`)), milliseconds)
  for (const event of ["response", "connect", "close"]) sent.once(event, () => clearTimeout(timer))
}

/** Nor does it end one that sends a byte of its body now and then. Times in milliseconds. */
export class Pace {
  #since: number
  #bytes = 0

  constructor(now: number) {
    this.#since = now
  }

  isTooSlow(bytes: number, now: number): boolean {
    this.#bytes += bytes
    const seconds = (now - this.#since) / 1000
    if (seconds < silenceSecondsMax) return false
    const slow = this.#bytes < bytesPerSecondMin * seconds
    this.#since = now
    this.#bytes = 0
    return slow
  }
}
