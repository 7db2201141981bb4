import fc from "fast-check"
import { expect, test } from "vitest"
import { wordsBehind } from "./symbol-words.ts"
import { WordScan } from "./word-scan.ts"

test.each([
  ["open", "open"],
  ["fopen64", "fopen"],
  ["__vsnprintf_chk", "snprintf"],
  ["__isoc99_sscanf", "sscanf"],
  ["__fxstat64", "fstat"],
  ["__open64_2", "open"],
  ["__strdup", "strdup"],
  ["__tls_get_addr", "thread_local"],
  ["strtol", "atoi"],
  ["_ZN4llvm5ValueC2Ev", "Value"],
])("%s may stand for %s", (symbol, word) => {
  expect(wordsBehind(symbol)).toContain(word)
})

test.each([
  "__stack_chk_fail",
  "_ITM_registerTMCloneTable",
  "memcpy",
  "_ZNSt6vectorIiSaIiEE9push_backEOi",
  "_Znwm",
  "__udivti3",
  "__once_proxy",
  "pthread_once",
])("%s needs no word", (symbol) => {
  expect(wordsBehind(symbol)).toEqual([])
})

test.each(["__", "_IO_", "__64_2"])(
  "%s, of which all is prefix, stands for itself and for no empty word (CI met it at seed 1187285878)",
  (symbol) => {
    expect(wordsBehind(symbol)).toContain(symbol)
    expect(wordsBehind(symbol)).not.toContain("")
  },
)

test("any symbol: words are few, and no word is empty", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^_Z[N0-9a-zA-Z_]{0,60}$/)), (symbol) => {
      const words = wordsBehind(symbol)
      expect(words.length).toBeLessThanOrEqual(32)
      expect(words).not.toContain("")
    }),
  )
})

test("words are found whole, in any text, and only those asked for", () => {
  const scan = new WordScan(["fork", "vfork", "none"])
  scan.look("if (vfork() == 0) /* forked */")
  expect([...scan.found]).toEqual(["vfork"])
  scan.look("x=fork;")
  expect([...scan.found]).toEqual(["vfork", "fork"])
})
