import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { Act, Value } from "../../model/code.ts"
import type { Analysed } from "../language.ts"
import { javascript } from "./index.ts"
import { original, readable } from "./parse.ts"

const analyser = await javascript.load(async () => new Uint8Array())
const nothing: Analysed = { acts: [], blind: [] }

function analyse(text: string): Analysed {
  const lines = text.split("\n").length
  return analyser(
    {
      text,
      place: (start, end) => {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(text.length)
        return { path: "package/a.js", lines: [Math.min(lines, text.slice(0, start).split("\n").length), lines] }
      },
    },
    { limits: limitsDefault, files: new Set(), variables: new Map(), inner: () => nothing },
  )
}

/** Acts without their places, and without the names of parameters. */
const bare = (text: string): readonly string[] =>
  analyse(text)
    .acts.map((act: Act) => JSON.stringify(act, (key, value: unknown) => (key === "at" || key === "why" ? undefined : value)))
    .sort()

/** Programs that do something with something, in pieces that a name or a literal may stand in. */
const sources = fc.constantFrom(
  'process.env["HOME"]',
  'f.readFileSync("d")',
  'atob("MQ==")',
  '"print(1)"',
  'f.readFileSync("d" + 1).toString("utf8")',
)
const steps = fc.constantFrom(
  (name: string) => name,
  (name: string) => `z.gunzipSync(${name})`,
  (name: string) => `Buffer.from(${name}, "hex")`,
  (name: string) => `${name}.slice(1)`,
  (name: string) => `(function (q) { return q })(${name})`,
)
const sinks = fc.constantFrom(
  (name: string) => `eval(${name})`,
  (name: string) => `c.execSync(${name})`,
  (name: string) => `f.writeFileSync("o", ${name})`,
  (name: string) => `require(${name})`,
)
const programs = fc.tuple(sources, fc.array(steps, { maxLength: 3 }), sinks).map(([from, through, to]) => ({
  head: 'const f = require("fs"), z = require("zlib"), c = require("child_process");',
  lines: [`let v0 = ${from};`, ...through.map((step, i) => `let v${i + 1} = ${step(`v${i}`)};`), `${to(`v${through.length}`)};`],
}))

describe("whatever the text", () => {
  it("analysis ends, throws nothing, and its places are in the text", () => {
    const pieces = fc.constantFrom(
      ...'function f(a){ return} eval( "x" ) [ ] ; , => class A extends async await yield ` ` + ++ .. ... ?. ?? = += for ( of in while do try catch new this import export from /x/ * \\u0065 \n'.split(
        " ",
      ),
      "require(",
      "process.env",
      "\xe2\x80\xa8",
      "\xc3",
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 40 }).map((all) => all.join(" ")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { acts, blind } = analyse(text)
          for (const { at } of [...acts, ...blind]) expect(at.lines[0]).toBeLessThanOrEqual(text.split("\n").length)
        },
      ),
      { numRuns: 500 },
    )
  })

  it("bytes that the parser reads are given back", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(readable(text)).toHaveLength(text.length)
        expect(original(readable(text))).toBe(text)
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom("\u2028", "\u2029", "\u00a0", "\ufeff", "é", "日"), (one) => {
        const bytes = Buffer.from(one.repeat(3), "utf8").toString("latin1")
        expect(original(readable(bytes))).toBe(bytes)
      }),
    )
  })
})

describe("the same program written otherwise", () => {
  it("with other names", () => {
    fc.assert(
      fc.property(programs, ({ head, lines }) => {
        const text = `${head}\n${lines.join("\n")}`
        expect(bare(text.replace(/\bv(\d)\b/g, "_0x$1ab").replace(/\b([fzc])(?=[ .])/g, "$1$1"))).toEqual(bare(text))
      }),
    )
  })

  it("on one line, in a function that is called at once, in one that is not", () => {
    fc.assert(
      fc.property(programs, ({ head, lines }) => {
        const plain = bare(`${head}\n${lines.join("\n")}`)
        const body = `${head}${lines.join("")}`
        for (const text of [
          `(function(){${body}})()`,
          `(() => {${body}})()`,
          `!async function(){${body}}()`,
          `exports.run = function () {${body}}`,
          `class A { static { ${body} } }`,
          `try {${body}} catch {}`,
        ])
          expect(bare(text)).toEqual(plain)
      }),
    )
  })

  it("with literals in pieces", () => {
    fc.assert(
      fc.property(programs, fc.nat(3), ({ head, lines }, cut) => {
        const text = `${head}\n${lines.join("\n")}`
        const split = (_: string, inside: string): string => `("${inside.slice(0, cut)}" + "${inside.slice(cut)}")`
        expect(bare(text.replace(/"([^"]*)"/g, split))).toEqual(bare(text))
      }),
    )
  })
})

/** What flows is not lost on its way through what is not known. */
it("content flows through functions of other modules", () => {
  const carries = (value: Value): boolean =>
    value.kind === "file" ||
    (value.kind === "step" && carries(value.of)) ||
    (value.kind === "either" && value.of.some(carries)) ||
    (value.kind === "joined" && value.parts.some(carries))
  const through = fc.constantFrom(
    "m(X)",
    "m.a.b(X)",
    "new m(X).c",
    "[X].map(m)[0]",
    "m({ k: X }).k",
    "m(1, [X])",
    "X.a.b",
    "X || m",
    "`$" + "{X}`",
    "m(X, () => 0)",
    "((...r) => r)(X)[0]",
    "({ ...{ a: X } }).a",
  )
  fc.assert(
    fc.property(fc.array(through, { minLength: 1, maxLength: 4 }), (all) => {
      const expression = all.reduce((inner, outer) => outer.replace("X", () => `(${inner})`), 'require("fs").readFileSync("d")')
      const runs = analyse(`const m = require("other"); eval(${expression})`).acts.filter((act) => act.kind === "runs" && act.as === "text")
      expect(
        runs.some((act) => act.kind === "runs" && carries(act.what)),
        expression,
      ).toBe(true)
    }),
  )
})
