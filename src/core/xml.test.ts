import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { FaultError } from "./fault.ts"
import { elementAt, elementsOf, listAt, textAt, xmlOf } from "./xml.ts"

const read = (text: string | Uint8Array) => xmlOf("doc", Buffer.from(text))

describe("xml", () => {
  it("gives elements with their own text, character references and the five entities expanded", () => {
    const root = read('<?xml version="1.0"?><a> <!-- no --><b x="1"> one &amp; &#x32; </b><l><i>1</i><i><![CDATA[<2>]]></i><j/></l></a>')
    expect(textAt(root, "b")).toBe("one & 2")
    expect(listAt(root, "l", "i").map(({ text }) => text)).toEqual(["1", "<2>"])
    expect([textAt(root, "l", "j"), textAt(root, "none", "x"), elementAt(root, "l", "j")?.name]).toEqual([undefined, undefined, "j"])
  })

  it("reads Latin-1 where it says so, and UTF-8 behind a byte order mark", () => {
    expect(xmlOf("doc", Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Zo\u00eb</a>', "latin1")).text).toBe("Zo\u00eb")
    expect(read("\ufeff<a>Zo\u00eb</a>").text).toBe("Zo\u00eb")
  })

  it.each([
    [
      "entities that blow up",
      `<!DOCTYPE a [<!ENTITY b "${"x".repeat(1000)}"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`,
      /document type declaration/,
    ],
    ["an entity that reads a file", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', /document type declaration/],
    ["an entity that nothing declares", "<a>&b;</a>", /well-formed/],
    ["what is cut", "<a><b>", /well-formed/],
    ["what is crossed", "<a><b></a></b>", /well-formed/],
    ["two roots", "<a/><b/>", /well-formed/],
    ["nothing", "", /well-formed|an element/],
    ["no XML", "PK\u0003\u0004", /well-formed/],
    ["nesting without an end", "<a>".repeat(100_000), /inside each other/],
    ["elements without an end", `<a>${"<b/>".repeat(200_001)}</a>`, /in all/],
  ])("%s is a fault", (_, text, message) => expect(() => read(text)).toThrow(message))

  it("a list is read one element after another, wherever its bytes are cut, and the others are passed over", async () => {
    const text = Buffer.from(`<l n="2"><p a="1"><q>\u00eb</q></p> <o><p/></o><p a="2"/></l>`)
    const parts = async (cuts: readonly number[]): Promise<unknown> => {
      const at = [0, ...[...cuts].sort((a, b) => a - b), text.byteLength]
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (const [index, end] of at.slice(1).entries()) yield text.subarray(at[index], end)
      }
      const found = []
      for await (const one of elementsOf("doc", chunks(), "p")) found.push([one.attributes.get("a"), textAt(one, "q")])
      return found
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.byteLength)), async (cuts) => {
        expect(await parts(cuts)).toEqual([
          ["1", "\u00eb"],
          ["2", undefined],
        ])
      }),
    )
  })

  it("a list that is longer than a tree may be is read all the same, and one that is cut is a fault after what was whole", async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("<l>")
      for (let index = 0; index < 15; index += 1) yield Buffer.from("<p><q/></p>".repeat(10_000))
    }
    let count = 0
    const all = async (): Promise<void> => {
      for await (const _ of elementsOf("doc", chunks(), "p")) count += 1
    }
    await expect(all()).rejects.toThrow(/well-formed/)
    expect(count).toBe(150_000)
  })

  it("whatever stands there is a tree or a fault", () => {
    const words = fc.constantFrom(
      "<a>",
      "</a>",
      "<b/>",
      "text",
      "&amp;",
      "&",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?x",
      "?>",
      '<a b="',
      '">',
      "<!DOCTYPE a>",
      "\u0000",
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(words).map((all) => Buffer.from(all.join(""))),
          fc.uint8Array().map(Buffer.from),
        ),
        (bytes) => {
          try {
            expect(typeof read(bytes).name).toBe("string")
          } catch (error) {
            expect(error).toBeInstanceOf(FaultError)
          }
        },
      ),
    )
  })
})
