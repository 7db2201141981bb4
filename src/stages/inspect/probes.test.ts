import { expect, test } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import { readPackaged } from "../../io/packaged.ts"
import type { Probe } from "../../model/code.ts"
import { checkedProbes } from "./probes.ts"

async function checked(text: string, some: Partial<Probe> = {}, limits = limitsDefault, language = "m4") {
  const probes = [{ at: { path: "configure.ac", lines: [1, 1] as const }, language: "c", text, ...some }]
  const [one] = await checkedProbes([{ path: "configure.ac", language, acts: [], blind: [], probes }], { limits, read: readPackaged })
  return one?.fault === undefined ? (one?.unread ?? "parsed") : "fault"
}
const main = "int main(void)\n{\n  return 0;\n}\n"

test.each([
  ["a sign between declarations", `#include <a.h>\n;;\n.\n${main}`],
  ["beside words of m4 in a comment", `/* changequote(,) dnl */\n.\n${main}// dnl\n`],
  ["a bracket too few", "int main(void)\n{\n  return f(1;\n}\n"],
  ["in whatever branch", `#ifdef A\n#include <a.h>\n#endif\n,\n${main}`],
  ["beside a macro of m4", `#include <a.h>\nGL_MDA_DEFINES\n.\n${main}`],
  ["a word before a type, and headers of the system", `#include <sys/prctl.h>\nA_WORD int a;\n${main}`],
  ["auto outside of functions", `auto int x;\n${main}`],
  ["complex without its header", "int main(void) { complex double x = 1; return x; }"],
  ["a word before a type, no header that could define it", `A_WORD int a;\n${main}`],
  ["a small word before a type", `#include <a.h>\nword int a;\n${main}`],
  ["a sign behind a word that a header may define", `#include "a.h"\nA_WORD int a;\n.\n${main}`],
  ["in each branch", `#ifdef A\nint a = ;\n#else\nint b = ;\n#endif\n${main}`],
])("no compiler accepts it: %s", async (_, text) => {
  expect(await checked(text)).toBe("fault")
})

test.each([
  ["a program", `#include <a.h>\n${main}`],
  ["a body in branches", "#if A\nint main(void) {\n#else\nint main(int argc, char **argv) {\n#endif\n  return 0;\n}\n"],
  ["words on purpose where a condition holds", `#ifndef A\n  there is no A\n#endif\n${main}`],
  ["attributes", `__attribute__((__target__("a,b")))\nstatic int f(void) { return 1; }\n${main}`],
  ["an attribute of a variable", 'int main(void) { int a __attribute__((unused, section("a"))) = 0; return 0; }'],
  ["vectors of AltiVec", "int main(void) { vector unsigned int a = f(0); __vector float b = f(1); return 0; }"],
  ["names that C++ keeps", "int main(void) { int new = 1, class = 2; return new + class; }"],
  ["parameters declared behind their list", "int main(argc, argv) int argc; char **argv; { return 0; }"],
  ["a line that the build fills in", `$headers_of_the_build\n@MORE@\n${main}`],
  ["a macro of m4 between declarations (gnulib)", `#include <a.h>\n      GL_MDA_DEFINES\n${main}`],
  ["labels without brackets (autoconf 2.50)", "int main(void) { switch (0) case 0: case (sizeof (long) == 8):; return 0; }"],
  ["a macro in a literal (memcached)", 'int main(void) { fprintf(stderr, "%" PRIu64 "\\n", val); return 0; }'],
  [
    "a type where an expression stands (autoconf 2.59 in tcl)",
    "int f(int n, ...) { va_list v; va_start(v,n); return g(n, va_arg (v,char *)); }",
  ],
  [
    "names of symbols, and types by expressions (libgcrypt)",
    'extern int a (int x) __asm ("b");\nextern __typeof (a) c __attribute ((weak, alias ("d")));\nint f(void) { register unsigned e asm("0") = 0; asm("nop"); return e; }',
  ],
  ["nested functions (mpfr)", "int main(void) { auto void f (int *p); void f (int *p) { *p = 0; } int v = 1; f(&v); return v; }"],
  [
    "what complex.h calls complex (mpc)",
    "#include <complex.h>\nint main(void) { complex double x = 1.0 + 2.0 * I; double complex y = x; return f(x, y); }",
  ],
  ["nothing", ""],
])("a compiler may accept it: %s", async (_, text) => {
  expect(await checked(text)).toBe("parsed")
})

test.each([
  ["a variable of a build", "int main(void) { return $f(; }"],
  ["a substitution", "int main(void) { @A@ @B@ ( }"],
  ["quotes of m4", "int main(void) { [[ return ( ]] }"],
  ["quotes of m4 around a word", "[#define ]_ISOC99_SOURCE[ 1\n#include <a.h>]"],
  ["quotes that m4 changes (mutt)", "int main(void) {\nchangequote(, )dnl\n return a[1]; }"],
  ["a macro of m4 around it (cpio)", "\nA_FLUSHLEFT( int main(void) { return 0; } )"],
  ["a macro of its own", `#define begin {\n#define end }\nint main(void) begin return 0; end\n`],
])("what is wrong may be filled in: %s", async (_, text) => {
  expect(await checked(text)).toMatch(/stand for|not expanded/)
})

test("a word in capitals before a type may be a macro of a header (mpfr's MPFR_THREAD_ATTR)", async () => {
  expect(await checked(`#include "a.h"\nA_THREAD_ATTR int x = 17;\n${main}`)).toMatch(/may be a macro of a header/)
})

test("what is only preprocessed may be any words; of other languages and of what is too large nothing is known", async () => {
  expect(await checked("yes we have it (", { isPreprocessed: true })).toBe("parsed")
  expect(await checked("program main (", { language: "fortran" })).toBe("nothing reads programs of fortran")
  expect(await checked("int a;", {}, { ...limitsDefault, probeBytesMax: 3 })).toBe("more than 3 bytes")
  expect(await checked("int a;", {}, { ...limitsDefault, probeBytesRunMax: 3 })).toBe("more than 3 bytes of probes")
})

test("a backslash that make before 4.3 takes away, and later ones leave, kills no probe of a makefile (zstd in librocksdb-sys)", async () => {
  const of = (text: string, language: string) => checked(text, {}, limitsDefault, language)
  expect(await of(`\\#include <a.h>\n${main}`, "make")).toContain("which make reads it")
  expect(await of(`\\#include <a.h>\n${main}`, "m4")).toBe("fault")
  expect(await of(`\\#include <a.h>\n;;.\n${main}`, "make")).toBe("fault")
})
