import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { gyp } from "./index.ts"

describe("gyp", () => {
  const of = `# a comment ' {
{
  'variables': { 'tool': 'node', 'script%': "x.js", },
  'targets': [{
    'sources': [ 'a.cc', '<!@(find tests -name "*.bin" | sh)' ],
    'conditions': [ ['OS=="linux"', { 'libraries': [ 'lib/x.o', '-lz' ] }] ],
    'actions': [ { 'action': [ 'sh', '-c', 'cat it\\'s '
       '| sh', '<(script)', '<(INTERMEDIATE)' ], } ],
  }],
}
`
  it("hands over commands that run while it is read, and actions as one line of a shell", async () => {
    const { handed } = await analysed(gyp, of, { path: "binding.gyp" })
    expect(handed.map((one) => [one.text, one.lines[0]])).toEqual([
      ['find tests -name "*.bin" | sh', 5],
      [expect.stringMatching(/^sh -c 'cat it'\\''s \| sh' x\.js ''"\$\{held\d+\}"''$/), 7],
    ])
  })

  it("says what is compiled and linked", async () => {
    const { acts } = await analysed(gyp, of, { path: "binding.gyp" })
    expect(acts).toMatchObject([
      { as: "source", what: text("a.cc"), at: { lines: [5, 5] } },
      { as: "source", at: { lines: [5, 5] } },
      { as: "object", what: text("lib/x.o"), at: { lines: [6, 6] } },
    ])
  })

  it.each(["{'a': [", "{'a' 'b'}", "'", "["])("gives up on %s with a word", async (broken) => {
    expect((await analysed(gyp, broken)).blind).toHaveLength(1)
  })
})
