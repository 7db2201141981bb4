import { expect, test } from "vitest"
import type { ChangedText, Changes } from "../../model/inspection.ts"
import { asked } from "../test-kit.ts"
import { hardeningCheckWeakened } from "./check-weakened.ts"

type Some = Partial<Pick<ChangedText, "language" | "against" | "path">>

const text = (removed: string, added: string, { language = "c", against = "commit", path = "p/a" }: Some = {}): ChangedText => ({
  path,
  language,
  against,
  lines: [{ first: 5, added: added === "" ? [] : added.split("\n"), removed: removed === "" ? [] : removed.split("\n") }],
})
const changes = (...texts: ChangedText[]): Changes => ({ texts, gone: [], blind: [], hasPrevious: true })
const answer = (...texts: ChangedText[]) => hardeningCheckWeakened.check(asked({ changes: changes(...texts) }))
const told = (...texts: ChangedText[]): readonly string[] => {
  const answered = answer(...texts)
  return answered.outcome === "present"
    ? answered.findings.map(({ severity, message }) => `${severity} ${message.split(": ").slice(1).join(": ")}`)
    : []
}

test.each<[string, string, string, Some]>([
  ["a condition assigns a constant and compares nothing", "", "  if (size > 3 && (self->level = LEVEL_TOP))", {}],
  ["a comparison became an assignment", "  if (a == b)", "  if (a = b)", {}],
  ["a constant decides a condition", "  if (fails(x))", "  if (0 && fails(x))", {}],
  ["a constant decides a condition", "if allowed(x):", "if allowed(x) or True:", { language: "python" }],
  ["a condition is turned round", "  if (!allowed(x))", "  if (allowed(x))", {}],
  ["a condition is turned round", "  if (x < max)", "  if (x > max)", {}],
  ["it returns success before what follows", "", "  return 0;", {}],
  ["a check is gone", "  if (size > max)\n    return -1;", "", {}],
  ["a copy without a bound", "  strlcpy(a, b, sizeof(a));", "  strcpy(a, b);", {}],
  ["output that is not escaped", "  safe_fprintf(out, a);", "  fprintf(out, a);", {}],
  ["a certificate that is not verified", "get(a, verify=True)", "get(a, verify=False)", { language: "python" }],
  ["secrets compared in a time that tells of them", "return compare_digest(a, b)", "return a == b", { language: "python" }],
  ["sandbox that is gone: pledge", '  pledge("stdio", 0);', "  start();", {}],
  ["hardening that is gone: -D_FORTIFY_SOURCE=2", "CFLAGS = -O2 -D_FORTIFY_SOURCE=2", "CFLAGS = -O2", { language: "make" }],
  ["strictness that is gone: set -e", "set -e", "set +e", { language: "shell" }],
])("against the commit an alarm: %s", (why, removed, added, some) => {
  expect(told(text(removed, added, some))).toContain(`alarm ${why}`)
})

test.each<[string, string, string]>([
  ["an assignment that is compared", "", "  if ((p = find(x)) != NULL && (n = 0) == m)"],
  ["a loop over what is next", "", "  while ((p = next))"],
  ["the same check, moved", "  if (size > max)\n    return -1;", "  if (size > max)\n    return -2;"],
  ["a stronger sibling", "  strcpy(a, b);", "  strlcpy(a, b, sizeof(a));"],
  ["a setting that moved", "get(a, verify=False)\nb()", "b()\nget(a, verify=False)"],
  ["more of the same", "CFLAGS = -D_FORTIFY_SOURCE=2", "CFLAGS = -D_FORTIFY_SOURCE=3"],
  ["a version that is stamped in", '#define VERSION "0"', '#define VERSION "1.2"'],
  ["a choice of the preprocessor that is gone", "#if !defined(A)\n#error no A\n#endif", ""],
  ["an endless loop", "", "  while (1) {"],
])("silent: %s", (_, removed, added) => {
  expect(answer(text(removed, added)).outcome).toBe("absent")
})

test("less of a level is a loss", () => {
  expect(told(text("CFLAGS = -D_FORTIFY_SOURCE=3", "CFLAGS = -D_FORTIFY_SOURCE=1", { language: "make" }))).toContain(
    "alarm hardening that is gone: -D_FORTIFY_SOURCE=3",
  )
})

test("against the release before it the same is to be looked at or a note, and conditions are turned round every day", () => {
  const previous = { against: "previous" } as const
  expect(told(text("  strlcpy(a, b, 3);", "  strcpy(a, b);", previous))).toEqual(["review a copy without a bound"])
  expect(told(text('  pledge("stdio", 0);', "", previous))).toEqual(["review sandbox that is gone: pledge"])
  expect(told(text("set -e", "", { ...previous, language: "shell" }))).toEqual(["note strictness that is gone: set -e"])
  expect(told(text("", "ctx.verify_mode = ssl.CERT_NONE", { ...previous, language: "python" }))).toEqual([
    "review a certificate that is not verified",
  ])
  expect(told(text("  if (!a)", "  if (a)", previous), text("  if (a) return 1;", "", previous))).toEqual([])
})

test("against a commit that the release's name does not name, all is told and nothing weighs: what is built may stand there in an older form", () => {
  const nearest = { against: "nearest" } as const
  expect(told(text("  if (!a)\n    return 1;", "", nearest))).toEqual(["note a check is gone"])
  expect(told(text("  strlcpy(a, b, 3);", "  strcpy(a, b);", nearest))).toEqual(["note a copy without a bound"])
})

test("what moves from one text to another is not lost", () => {
  const moved = [text('  pledge("stdio", 0);', "  start();"), text("", '  pledge("stdio", 0);', { path: "p/b" })]
  expect(answer(...moved).outcome).toBe("absent")
})

test("it points at the lines and quotes them", () => {
  const answered = answer(text("", "  int b;\n  if (a && (b = 0))\n    return 1;"))
  expect(answered).toMatchObject({
    findings: [{ at: { path: "p/a", lines: [6, 7] }, evidence: [{ what: "if (a && (b = 0))", where: "p/a:6-7" }] }],
  })
})

const rules = { against: "previous", language: "make", path: "p/debian/rules" } as const
test.each<[string, string, string, Some]>([
  ["fortify", "", "export DEB_BUILD_MAINT_OPTIONS = hardening=-fortify", {}],
  ["bindnow, pie", "O = hardening=+all", "O = hardening=+all,-pie,-bindnow optimize=-lto", {}],
  ["bindnow", "O = hardening=+bindnow", "", {}],
  ["format, fortify, stackprotector, stackclash, branch, relro, bindnow, pie", "O = hardening=+pie", "O = hardening=-all", {}],
  ["stackprotector", "", "DEB_CFLAGS_MAINT_STRIP = -O3 \\\n  -fstack-protector-strong", {}],
  ["fortify", "", "export DEB_CPPFLAGS_MAINT_STRIP := -D_FORTIFY_SOURCE=2", {}],
  ["relro, bindnow", "", "export DEB_LDFLAGS_MAINT_STRIP=-Wl,-z,relro -Wl,-z,now", { path: "p/x.tar.xz!debian/flags.mk" }],
  ["fortify", "", "export DEB_CPPFLAGS_MAINT_APPEND = -U_FORTIFY_SOURCE", {}],
  ["relro", "", "export DEB_LDFLAGS_MAINT_APPEND = -Wl,-z,norelro", {}],
  ["bindnow, pie", "%global _hardened_build 1", "%undefine _hardened_build", { language: "spec", path: "p/wide.spec" }],
])("packaging no longer has %s", (features, removed, added, some) => {
  expect(told(text(removed, added, { ...rules, ...some }))).toEqual([`review hardening that its packaging no longer has: ${features}`])
})

test.each<[string, string, string, Some]>([
  ["off before and now", "O = hardening=+all,-pie", "O = hardening=-pie,+bindnow", {}],
  ["the same in other words", "O = hardening=+pie,+bindnow", "export O := hardening=+all", {}],
  ["what is the default is no longer asked for", "O = hardening=+relro,+format", "O = optimize=+lto", {}],
  ["the weaker form remains", "", "O = hardening=-stackprotectorstrong", {}],
  ["what was taken out is taken out no longer", "export DEB_CFLAGS_MAINT_STRIP=-fstack-protector-strong", "", {}],
  ["a level in place of another", "", "DEB_CPPFLAGS_MAINT_APPEND = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3", {}],
  ["no packaging", "", "L = -Wl,-z,norelro", { path: "p/src/Makefile" }],
])("packaging has as much: %s", (_, removed, added, some) => {
  expect(answer(text(removed, added, { ...rules, ...some })).outcome).toBe("absent")
})

test("what one file of the packaging takes from another is not lost, and what is points at its line", () => {
  const moved = [
    text("O = hardening=+all", "include flags.mk", rules),
    text("", "O = hardening=+all", { ...rules, path: "p/debian/flags.mk" }),
  ]
  expect(answer(...moved).outcome).toBe("absent")
  expect(answer(text("", "\n\nO = hardening=-relro", rules))).toMatchObject({
    findings: [{ at: { path: "p/debian/rules", lines: [7, 7] }, evidence: [{ what: "O = hardening=-relro" }] }],
  })
})

test("without anything to compare with, or with a text that cost too much, nothing is known", () => {
  expect(hardeningCheckWeakened.check(asked()).outcome).toBe("not-assessed")
  const blind = [{ at: { path: "p/a", lines: [1, 1] as const }, why: "too large" }]
  expect(hardeningCheckWeakened.check(asked({ changes: { ...changes(), blind } }))).toEqual({
    outcome: "not-assessed",
    why: "p/a: too large",
  })
})
