import { siblingsOf } from "../../core/siblings.ts"
import type { Opaques } from "../../model/opaque.ts"
import { ofOpaques } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Among files of one folder and one kind, one whose bytes are spread otherwise holds something else than its siblings do. */
export const opaqueEntropyOutlier: Rule<InspectedSubject> = {
  id: "opaque/entropy-outlier",
  version: 1,
  question: "Is an opaque file's entropy far from that of its siblings of the same kind?",
  check: (subject) => {
    const beside = subject.inspection.opaques === undefined ? new Map() : outliers(subject.inspection.opaques)
    return ofOpaques(subject, ({ path }) => {
      const message = beside.get(path)
      return message === undefined ? undefined : { severity: "note", message }
    })
  },
}

const siblingsMin = 8
/** Small files have few different bytes; object code is as large as what it does. */
const bytesMin = 512
const bitsMin = 1.5
/** Of the distances of its siblings to their median. */
const timesMin = 5

function outliers({ entries }: Opaques): ReadonlyMap<string, string> {
  const large = entries.filter(({ size, object }) => size >= bytesMin && object === undefined)
  const told = siblingsOf(large)
  const groups = new Map<string, { readonly median: number; readonly distances: number[] }>()
  const keyed = large.map((one, index) => {
    const siblings = told[index]
    if (siblings === undefined || siblings.count < siblingsMin) return undefined
    const key = `${one.path.slice(0, one.path.lastIndexOf("/") + 1)}\0${siblings.of}`
    const group = groups.get(key) ?? { median: siblings.entropyMedian, distances: [] }
    group.distances.push(Math.abs(one.entropy - group.median))
    groups.set(key, group)
    return { one, key, siblings }
  })
  const found = new Map<string, string>()
  for (const { one, key, siblings } of keyed.filter((each) => each !== undefined)) {
    const { median = 0, distances = [] } = groups.get(key) ?? {}
    const usual = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
    const distance = Math.abs(one.entropy - median)
    if (distance >= bitsMin && distance > timesMin * usual)
      found.set(
        one.path,
        `${one.entropy.toFixed(2)} bits a byte, where ${siblings.count} files ${siblings.of} here have ${median.toFixed(2)} in the middle`,
      )
  }
  return found
}
