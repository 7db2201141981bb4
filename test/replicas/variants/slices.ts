import type { Chance } from "./random.ts"

/** How a part of a file is taken out of it again. */
export interface Slice {
  /** The part as it stands in the file. */
  block(part: Buffer): Buffer
  /** Stages of a pipeline; the first is given the file's name. `at`: where the block begins, `size`: of the part. */
  stages(name: string, at: number, size: number): readonly string[]
}

export type SliceName = "bytes" | "head" | "dd" | "fence" | "awk" | "column" | "prefix" | "logged" | "whole"

/** `mark`: a text that no other file has. */
export function sliceOf(name: SliceName, mark: string, chance: Chance): Slice {
  const fenced = (part: Buffer): Buffer => Buffer.concat([Buffer.from(`\n${mark}\n`), ending(part), Buffer.from(`${mark}\n`)])
  const led =
    (lead: string) =>
    (part: Buffer): Buffer =>
      Buffer.from(
        `\n${ending(part)
          .toString("latin1")
          .replace(/^(?=.)/gm, lead)}`,
        "latin1",
      )
  const lead = `${mark} `
  const slices: { readonly [S in SliceName]: Slice } = {
    whole: { block: (part) => part, stages: (file) => [`cat ${file}`] },
    bytes: { block: (part) => part, stages: (file, at, size) => [`tail -c +${at + 1} ${file}`, `head -c ${size}`] },
    head: { block: (part) => part, stages: (file, at, size) => [`head -c ${at + size} ${file}`, `tail -c ${size}`] },
    dd: { block: (part) => part, stages: (file, at, size) => [`dd if=${file} bs=1 skip=${at} count=${size} 2>/dev/null`] },
    fence: { block: fenced, stages: (file) => [`sed -n '/^${mark}$/,/^${mark}$/p' ${file}`, "sed -e 1d -e '$d'"] },
    awk: { block: fenced, stages: (file) => [`awk '/^${mark}$/ { on = !on; next } on' ${file}`] },
    column: { block: led(lead), stages: (file) => [`grep -a '^${mark}' ${file}`, `cut -c${lead.length + 1}-`] },
    prefix: { block: led(lead), stages: (file) => [`sed -n 's/^${mark} //p' ${file}`] },
    logged: {
      block: (part) =>
        Buffer.from(
          ending(part)
            .toString("latin1")
            .replace(/^(?=.)/gm, `2023-04-0${1 + chance.below(9)} 11:00:00 ${lead}`),
          "latin1",
        ),
      stages: (file) => [`gzip -dc ${file}`, `sed -n 's/^.* ${mark} //p'`],
    },
  }
  return slices[name]
}

const ending = (part: Buffer): Buffer => (part.at(-1) === 10 ? part : Buffer.concat([part, Buffer.from("\n")]))
