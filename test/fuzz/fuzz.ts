import { FaultError } from "../../src/core/fault.ts"
import type { Limits } from "../../src/core/limits.ts"
import { decoded, randoms, type Told, walked } from "../../src/parsers/test-kit.ts"
import { childOf } from "./mutate.ts"
import type { Subject } from "./subjects.ts"

/** Small, so that each is met. */
const limits: Partial<Limits> = {
  layerBytesMax: 1 << 20,
  ratioFreeBytes: 1 << 16,
  dictionaryBytesMax: 1 << 24,
  entriesMax: 1000,
  anomaliesMax: 1000,
  unexplainedRunsMax: 1000,
}

export interface Outcome {
  readonly inputs: number
  /** Inputs that told something new of the walker, and the seeds. */
  readonly corpus: number
  /** Different answers: roles of claims, kinds of anomalies, or the fault. */
  readonly answers: readonly string[]
  /** Inputs that ended in a fault. */
  readonly faults: number
  /** The most time of the processor that an input took of this thread: the machine does other things meanwhile. */
  readonly slowestMs: number
}

/** What a walker must never do with an input: throw what is no fault, or leave bytes without a claim (which throws). */
export class Crash extends Error {
  readonly input: Uint8Array
  constructor(input: Uint8Array, cause: unknown) {
    super(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
    this.input = input
  }
}

export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  /** Told before each input. */
  readonly begin?: (count: number, input: Uint8Array) => void
}

const corpusMax = 5000
const answersMax = 200_000

/**
 * Mutation guided by what the walker tells: an input with an answer that no other had becomes a parent. The same numbers give the same run.
 * Throws a Crash for the first input that the walker does not withstand.
 */
export async function fuzz(subject: Subject, { inputs, seed, begin }: FuzzOptions): Promise<Outcome> {
  const random = randoms(seed)
  const corpus = [...subject.seeds()]
  const tokens = subject.tokens.map((token) => Buffer.from(token, "latin1"))
  const answers = new Set<string>()
  let [faults, slowestMs] = [0, 0]
  for (let count = 0; count < inputs; count += 1) {
    const [parent, other] = [corpus[random() % corpus.length], corpus[random() % corpus.length]]
    if (parent === undefined || other === undefined) throw new Error(`${subject.name} has no seeds`)
    const input = count < corpus.length ? Buffer.from(parent) : childOf(parent, { random, tokens, other })
    if (subject.mend !== undefined && random() % 2 === 0) subject.mend(input)
    begin?.(count, input)
    const started = process.threadCpuUsage()
    const answer = await answerTo(subject, input)
    const { user, system } = process.threadCpuUsage(started)
    slowestMs = Math.max(slowestMs, (user + system) / 1000)
    if (answer.startsWith("fault")) faults += 1
    if (answers.has(answer) || answers.size >= answersMax) continue
    answers.add(answer)
    if (corpus.length < corpusMax) corpus.push(input)
  }
  return { inputs, corpus: corpus.length, answers: [...answers], faults, slowestMs }
}

async function answerTo({ parser, decompress }: Subject, input: Uint8Array): Promise<string> {
  try {
    const options = decompress === undefined ? { limits } : { limits, decompress }
    return shapeOf(parser.kind === "codec" ? await decoded(parser, [input], options) : await walked(parser, [input], limits))
  } catch (error) {
    if (!(error instanceof FaultError)) throw new Crash(input, error)
    const { fault } = error
    return `fault ${fault.kind === "malformed" ? fault.expected.replaceAll(/\d+/g, "#") : fault.kind === "over-limit" ? fault.limit : fault.kind}`
  }
}

/** Roles and kinds in their order, each run of the same one once. */
const shapeOf = ({ claims, anomalies }: Told): string =>
  [...once(claims.map(({ role }) => role)), ...once(anomalies.map(({ kind }) => kind))].join(" ")

const once = (words: readonly string[]): readonly string[] => words.filter((word, index) => word !== words[index - 1])
