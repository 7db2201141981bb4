import { expect, test } from "vitest"
import { isFlag, isList, isNumber, isRecord, isText, isWord, shapedJson } from "./shape.ts"

const isNote = isRecord({ name: isText, sizes: isList(isNumber), kind: isWord("a", "b") }, { index: isFlag })

test.each([
  ['{"name":"x","sizes":[],"kind":"a"}', true],
  ['{"name":"x","sizes":[1,2],"kind":"b","index":false,"later":null}', true],
  ['{"name":"x","sizes":[1,"2"],"kind":"a"}', false],
  ['{"name":"x","sizes":{"length":0},"kind":"a"}', false],
  ['{"name":"x","sizes":[],"kind":"c"}', false],
  ['{"name":"x","sizes":[],"kind":"a","index":"no"}', false],
  ['{"name":"x","sizes":[],"kind":"a","index":null}', false],
  ['{"sizes":[],"kind":"a"}', false],
  ['{"__proto__":{"name":"x"},"sizes":[],"kind":"a"}', false],
  ["[]", false],
  ["null", false],
  ["{", false],
  ["", false],
])("a note is of the shape or as good as none: %s", (text, good) => {
  expect(shapedJson(text, isNote)).toEqual(good ? JSON.parse(text) : undefined)
})
