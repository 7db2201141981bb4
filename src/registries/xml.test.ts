import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { FaultError } from "../core/fault.ts"
import { elementAt, listAt, textAt, xmlOf } from "./xml.ts"

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
