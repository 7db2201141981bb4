import { plural } from "../../core/count.ts"
import type { Repeats, Row } from "../../core/repeats.ts"
import type { Structure } from "../../model/inside.ts"
import type { OpaqueFacts } from "../../model/opaque.ts"
import { ofOpaques } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/**
 * Data that is cut out of a file by counting bytes stands between runs of filler, or behind the end of what the file is said to be. Compressed data has no periods, and filler has nothing else: one between the
 * other at equal distances was put together.
 */
export const opaqueFiller: Rule<InspectedSubject> = {
  id: "opaque/filler",
  version: 1,
  question: "Does an opaque file consist of noise between runs of filler, or carry bytes that are no part of its format?",
  check: (subject) =>
    ofOpaques(subject, (opaque) => {
      const rows = layersOf(opaque).flatMap(({ name, repeats, size }) =>
        repeats?.row !== undefined && isInterleaved(repeats.row, size) ? [{ name, row: repeats.row }] : [],
      )
      const [first] = rows
      if (first !== undefined) {
        const { runs, bytes, period, distance, between } = first.row
        return {
          severity: "alarm",
          message: `${first.name}: ${plural(runs, "run")} of ${plural(bytes, "byte")} of period ${period} at every ${plural(distance, "byte")}, and noise between (${between.toFixed(2)} bits a byte)`,
        }
      }
      return besides(opaque.structure)
    }),
}

/** As much noise as compressed data has; less of it has fewer different bytes. */
const noiseMin = 7.2
const rowRunsMin = 4
const shareMin = 0.5
/** Shorter filler is alignment. */
const fillerBytesMin = 128

function isInterleaved({ runs, bytes, distance, between, period }: Row, size: number): boolean {
  return runs >= rowRunsMin && bytes >= fillerBytesMin && period <= bytes / 8 && between >= noiseMin && runs * distance >= shareMin * size
}

function layersOf({ repeats, size, structure }: Pick<OpaqueFacts, "repeats" | "size" | "structure">): readonly {
  readonly name: string
  readonly repeats: Repeats | undefined
  readonly size: number
}[] {
  const inside = (of: Structure | undefined, name: string): ReturnType<typeof layersOf> =>
    of === undefined
      ? []
      : [
          ...(of.content === undefined
            ? []
            : [{ name, repeats: of.content.repeats, size: of.content.size }, ...inside(of.content.structure, name)]),
          ...(of.members?.listed ?? []).flatMap((one) => [
            { name: one.path, repeats: one.repeats, size: one.size },
            ...inside(one.structure, one.path),
          ]),
        ]
  return [{ name: "its bytes", repeats, size }, ...inside(structure, "what it decodes to")]
}

/** Bytes that a format's walker found no place for. */
function besides(structure: Structure | undefined) {
  if (structure === undefined || structure.unexplained.bytes === 0) return undefined
  if (structure.unexplained.runs.every(({ why }) => why.startsWith("a table of symbols"))) return undefined // ar's own index, which a walker cannot check
  const [run] = structure.unexplained.runs
  const where = run === undefined ? "" : `, the first at ${run.start}: ${run.why}`
  return { severity: "note" as const, message: `${plural(structure.unexplained.bytes, "byte")} that are no part of its format${where}` }
}
