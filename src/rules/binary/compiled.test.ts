import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { told } from "../../../test/fixtures/opaque-rules.ts"
import { binaryConstructor } from "./constructor.ts"
import { binaryForeignImport } from "./foreign-import.ts"
import { binaryIfunc } from "./ifunc.ts"
import { binaryRelocation } from "./relocation.ts"
import { binaryWritableExecutable } from "./writable-executable.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-compiled-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A library or object of this machine's own compiler, which is only read; undefined: there is none, or not for x86-64. */
function compiled(name: string, source: string, ...options: readonly string[]): Buffer | undefined {
  const output = join(folder, `${name}.out`)
  writeFileSync(join(folder, `${name}.c`), source)
  try {
    execFileSync("cc", ["-O2", "-fPIC", ...options, "-o", output, `${name}.c`], { cwd: folder, stdio: "ignore" })
  } catch {
    return undefined
  }
  const bytes = readFileSync(output)
  return bytes.readUInt16LE(18) === 62 ? bytes : undefined
}

const honest = `
#include <stdlib.h>
static int fast(void) { return 1; }
static int slow(void) { return 0; }
static void *pick(void) { __builtin_cpu_init(); return __builtin_cpu_supports("avx2") ? (void *)fast : (void *)slow; }
int work(void) __attribute__((ifunc("pick")));
static char *place;
__attribute__((constructor)) static void begin(void) { place = getenv("PLACE"); }
char *where(void) { return place; }
`
/** The same with a resolver that calls another library, state of its own for each thread, and a constructor that starts a program. */
const odd = `
#include <stdlib.h>
extern int elsewhere(int *);
static __thread int state;
static int fast(void) { return 1; }
static void *pick(void) { elsewhere(&state); return (void *)fast; }
int work(void) __attribute__((ifunc("pick")));
__attribute__((constructor)) static void begin(void) { if (system("true")) abort(); }
`
const words = (source: string): readonly string[] => source.match(/\w+/g) ?? []

describe.skipIf(compiled("probe", "int f(void) { return 0; }", "-shared") === undefined)("by the machine's own compiler", () => {
  const [library, other] = [compiled("honest", honest, "-shared"), compiled("odd", odd, "-shared")]
  const files = { "lib/a.so": library ?? Buffer.alloc(0) }
  const otherFiles = { "lib/a.so": other ?? Buffer.alloc(0) }

  test("an honest library: notes alone", async () => {
    expect(await told(binaryIfunc, { files, words: words(honest) })).toMatch(
      /^note: 1 resolver of indirect functions \(work\), which ask the processor alone$/,
    )
    expect(await told(binaryConstructor, { files, words: words(honest) })).toMatch(/^note: .*, which reach getenv$/m)
    for (const rule of [binaryForeignImport, binaryRelocation, binaryWritableExecutable])
      expect(await told(rule, { files, words: words(honest) })).toBe("absent")
  })

  test("the other one: its resolver calls out, its constructor starts a program", async () => {
    expect(await told(binaryIfunc, { files: otherFiles, words: words(odd) })).toMatch(/^review: .* reach .*elsewhere.* of other objects$/)
    expect(await told(binaryConstructor, { files: otherFiles, words: words(odd) })).toMatch(/^review: .*process: system$/)
  })

  test("held against the honest source and the honest library before it, it is an alarm", async () => {
    const asked = { files: otherFiles, words: words(honest), before: files }
    expect(await told(binaryForeignImport, asked)).toMatch(/^alarm: imports .*(?:__tls_get_addr|system)/)
    expect(
      await told(binaryIfunc, {
        ...asked,
        before: { "lib/a.so": compiled("none", "int f(void) { return 0; }", "-shared") ?? Buffer.alloc(0) },
      }),
    ).toMatch(/^alarm/)
  })

  test("an object among the sources says of itself what the library does", async () => {
    const object = compiled("part", odd, "-c") ?? Buffer.alloc(0)
    expect(await told(binaryIfunc, { files: { "tests/part.o": object }, words: words(honest) })).toMatch(
      /^alarm: .* in an object of part\.c, which the release lacks$/,
    )
    expect(await told(binaryConstructor, { files: { "tests/part.o": object }, words: words(odd) })).toMatch(/^alarm: .*process: system/)
  })
})
