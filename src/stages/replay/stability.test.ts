import { describe, expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { limitsDefault } from "../../core/limits.ts"
import { encodingOf } from "../../core/text.ts"
import type { Output } from "./outputs.ts"
import { unstableIn } from "./stability.ts"

function output(content: string | Uint8Array, mode = 0o644): Output {
  const bytes = Buffer.from(content)
  const [sha256, gitOid, encoding] = [sha256Of(bytes), gitOidOf("blob", bytes), encodingOf(bytes)]
  return { path: "a", mode, size: bytes.length, sha256, gitOid, encoding, content: memorySource(bytes) }
}

const unstable = (one: Output, other: Output | undefined, stepsMax: number = limitsDefault.diffStepsMax) => unstableIn(one, other, stepsMax)

describe("what came out otherwise in the other run", () => {
  test("nothing of equal files", async () => {
    expect(await unstable(output("a\nb\n"), output("a\nb\n"))).toEqual([])
    expect(await unstable(output(""), output(""))).toEqual([])
    // What a umask decides is not what a generator made.
    expect(await unstable(output("a\n", 0o644), output("a\n", 0o600))).toEqual([])
  })

  test("all of a file that the other run lacks, or made executable", async () => {
    expect(await unstable(output("a\n"), undefined)).toBe("all")
    expect(await unstable(output("a\n", 0o755), output("a\n", 0o644))).toBe("all")
    expect(await unstable(output("a\n", 0o744), output("a\n", 0o755))).toBe("all")
  })

  test("a line, under the normalisation that makes both equal or under none", async () => {
    const file = (date: string, more = "") => output(`a\n.TH XZ 1 "${date}"\nb${more}\n`)
    expect(await unstable(file("2023-02-20"), file("2024-12-01"))).toEqual([{ line: 1, under: "date" }])
    expect(await unstable(file("2023-02-20", "1"), file("2024-12-01", "2"))).toEqual([
      { line: 1, under: "date" },
      { line: 2, under: undefined },
    ])
    expect(await unstable(file("2023-02-20"), output('a\n.TH XY 1 "2024-12-01"\nb\n'))).toEqual([{ line: 1, under: undefined }])
    expect(await unstable(file("2023-02-20"), file("20. Februar 2023"))).toEqual([{ line: 1, under: undefined }])
  })

  test("of texts of other lengths what an ordered diff does not match", async () => {
    expect(await unstable(output("a\nb\nc\nd\n"), output("a\nc\nd\n"))).toEqual([{ line: 1, under: undefined }])
    expect(await unstable(output("a\nc\nd\n"), output("a\nb\nc\nd\n"))).toEqual([])
    expect(await unstable(output("a\nb\n"), output(""))).toEqual([0, 1].map((line) => ({ line, under: undefined })))
    // Dates are told apart only where lines stand at the same place.
    expect(await unstable(output("a\n2023-02-20\n"), output("a\n2024-02-20\nb\n"))).toEqual([{ line: 1, under: undefined }])
  })

  test("all of a text whose diff takes too many steps", async () => {
    const text = (from: number) => output(Array.from({ length: 400 }, (_, at) => `${(at * from) % 397}\n`).join(""))
    expect(await unstable(text(7), output(`${"1\n2\n3\n".repeat(200)}`), 10)).toBe("all")
  })

  test("what is opaque: by its lines where both have as many, else all of it", async () => {
    const compiled = (date: string, end = "") => output(`\0\x01\0POT-Creation-Date: ${date}\n\0${end}`)
    expect(await unstable(compiled("2023-02-20 14:34+0300"), compiled("2024-02-20 14:34+0300"))).toEqual([{ line: 0, under: "date" }])
    expect(await unstable(compiled("2023-02-20 14:34+0300"), compiled("2024-02-20 15:34+0300"))).toEqual([{ line: 0, under: undefined }])
    expect(await unstable(compiled("2023-02-20"), compiled("2023-02-20", "\n\n"))).toBe("all")
  })
})
