import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { missing } from "../fixtures/decoders.ts"
import { temporary } from "../fixtures/repository.ts"
import { prove } from "./proofs.ts"
import { carriers } from "./variants/carriers.ts"
import { filterOf, fixedFilters } from "./variants/filters.ts"
import { heldOutRecipes } from "./variants/held-out.ts"
import { Chance } from "./variants/random.ts"
import { visibleRecipes } from "./variants/recipes.ts"
import { type SliceName, sliceOf } from "./variants/slices.ts"
import { heldOut, more, visible } from "./variants.ts"

prove([...visible(), ...heldOut()])

test("there are 24 to look at and 16 that are held out, with shapes of their own", () => {
  expect([visibleRecipes.length, heldOutRecipes.length]).toEqual([24, 16])
  const shapes = (recipes: typeof visibleRecipes): ReadonlySet<string> =>
    new Set(
      recipes.flatMap((one) => ("native" in one ? [one.native] : [one.host, one.finder, one.sink, one.style, ...one.filters, one.carrier])),
    )
  const own = [...shapes(heldOutRecipes)].filter((shape) => !shapes(visibleRecipes).has(shape))
  expect(own.length).toBeGreaterThanOrEqual(6)
})

test("another seed makes others of the same shapes, as many as are asked for", () => {
  const [some, others] = [more(5, 30), more(6, 30)]
  expect(some).toHaveLength(30)
  expect(some).toEqual(more(5, 30))
  expect(some.map(({ truth }) => truth.carrier)).not.toEqual(others.map(({ truth }) => truth.carrier))
})

describe("a search by content matches the carrier alone", () => {
  const searching = [...visible(), ...heldOut()].flatMap(({ name, attack, truth }) => {
    const at = truth.expects.find(({ rule }) => rule === "flow/search-names-opaque")?.at
    return at !== undefined && "path" in at ? { name, files: attack.artifact.files, carrier: truth.carrier, path: at.path } : []
  })
  test.each(searching)("$name", ({ files, carrier, path }) => {
    // The patterns mean the same in every dialect.
    const [, pattern = ""] = /grep -arlE? '(\^[^']+)'/.exec(String(files[path]).replaceAll("$$", "$")) ?? []
    const matching = Object.entries(files).filter(([, content]) => new RegExp(pattern, "m").test(Buffer.from(content).toString("latin1")))
    expect(matching.map(([name]) => name)).toEqual([carrier])
  })
  test("there are such", () => expect(searching.length).toBeGreaterThan(8))
})

/** What the plain tools of a pipeline write. */
const through = (command: string, input: Buffer | string): string => execFileSync("sh", ["-c", command], { input }).toString("latin1")
const text = "a line of text, then\nanother: 0123456789 ABC xyz\n"

describe("what a filter encodes is what its tool decodes", () => {
  test.each([...fixedFilters, "letters", "numbers", "openssl"] as const)("%s", (name) => {
    const { command, encode } = filterOf(name, new Chance(3))
    const gone = missing(...command.split(" | ").map((stage) => stage.replace("LC_ALL=C ", "").split(" ")[0] ?? ""))
    if (gone !== undefined) return expect(gone).toMatch(/^not run/)
    // The name of a filter for hexadecimal digits says what it is given.
    const given = name === "digits" ? Buffer.from(text).toString("hex") : text
    expect(through(command, encode(Buffer.from(given)))).toBe(given)
  })
})

describe("what a slice puts into a file is what its tools cut out", () => {
  const names: readonly SliceName[] = ["bytes", "head", "dd", "fence", "awk", "column", "prefix", "logged", "whole"]
  test.each(names)("%s", (name) => {
    using folder = temporary()
    const chance = new Chance(4)
    const { block, stages } = sliceOf(name, "==mark==", chance)
    const carrier = name === "whole" ? carriers.bare : name === "logged" ? carriers.compressedLog : carriers.torn
    const { content, offset } = carrier.around(block(Buffer.from(text)), chance)
    const path = join(folder.path, "carrier")
    writeFileSync(path, content)
    expect(through(stages(path, offset, text.length).join(" | "), "")).toBe(text)
  })
})
