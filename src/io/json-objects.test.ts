import fc from "fast-check"
import { expect, test } from "vitest"
import { jsonObjects } from "./json-objects.ts"

const place = { path: "f", limit: "forgePullBytesMax" } as const

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Uint8Array, { size = 1 << 20, max = 1000 } = {}): Promise<readonly (readonly [number, unknown])[]> {
  const found: [number, unknown][] = []
  for await (const { bytes, line } of jsonObjects(cut(Buffer.from(text), size), { ...place, max }))
    found.push([line, JSON.parse(Buffer.from(bytes).toString())])
  return found
}

test("an array, lines and page after page, in whatever pieces they come, are the same objects", async () => {
  const objects = fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), { maxLength: 5 })
  const forms: readonly ((all: readonly object[]) => string)[] = [
    (all) => all.map((one) => JSON.stringify(one)).join("\n"),
    (all) => JSON.stringify(all, null, 2),
    (all) => all.map((one) => JSON.stringify([one], null, "\t")).join(""),
    (all) => `\r\n[ ${all.map((one) => JSON.stringify(one)).join(" , ")} ][]\n`,
  ]
  await fc.assert(
    fc.asyncProperty(objects, fc.constantFrom(...forms), fc.integer({ min: 1, max: 40 }), async (all, form, size) => {
      const found = await read(form(all), { size, max: 1 << 20 })
      expect(found.map(([, value]) => value)).toEqual(JSON.parse(JSON.stringify(all)))
    }),
  )
})

test("the line is the one in which an object begins", async () => {
  expect((await read('{"a":\n1}\n\n{}')).map(([line]) => line)).toEqual([1, 4])
})

test.each([
  ["a number", "1", "line 1: neither an object nor an array of objects"],
  ["a text within an array", '[\n"a"]', "line 2: neither"],
  ["an array within an array", "[[{}]]", "line 1: neither"],
  ["an end too many", "{}]", "line 1: neither"],
  ["an end within an object", '\n{"a": "}', "line 2: the file ends within the object"],
  ["an end within an array", "[{}\n,", "line 2: the file ends within an array"],
  ["UTF-16", Buffer.from("\ufeff{}", "utf16le"), "line 1: neither"],
])("%s is refused, with its line", async (_, text, why) => {
  await expect(read(text)).rejects.toMatchObject({ fault: { kind: "usage", why: expect.stringContaining(`f: ${why}`) } })
})

test("an object that has no end is held no longer than the limit", async () => {
  await expect(read(`{"a": "${"x".repeat(2000)}`, { size: 100 })).rejects.toMatchObject({
    fault: { kind: "over-limit", limit: "forgePullBytesMax" },
  })
  expect(await read(`${"{}".repeat(2000)}`, { size: 100 })).toHaveLength(2000)
})
