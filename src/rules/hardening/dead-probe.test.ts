import { expect, test } from "vitest"
import type { CheckedProbe } from "../../model/inspection.ts"
import { asked, inspectionOf } from "../test-kit.ts"
import { hardeningDeadProbe } from "./dead-probe.ts"

const probe = (path: string, text: string, some: Partial<CheckedProbe> = {}): CheckedProbe => ({
  probe: { at: { path, lines: [3, 9] }, language: "c", text },
  language: path.endsWith(".txt") ? "cmake" : "m4",
  ...some,
})
const program = (word: string, after = "") =>
  `#include <sys/fence.h>\n${after}int main(void)\n{\n  fence_close(${word}, 0);\n  return 0;\n}\n`
const answer = (...probes: CheckedProbe[]) => hardeningDeadProbe.check(asked({ inspection: inspectionOf({ probes }) }))

test("a program that cannot compile is an alarm, and its twin that can is named", () => {
  const dead = probe("p/CMakeLists.txt", program("FENCE_ALL", "=\n"), { fault: { why: "syntax error", text: "=\nint", isMissing: false } })
  const answered = answer(dead, probe("p/configure.ac", program("FENCE_ALL")))
  expect(answered).toMatchObject({ outcome: "present", findings: [{ severity: "alarm", at: { path: "p/CMakeLists.txt", lines: [3, 9] } }] })
  expect(answered.outcome === "present" && answered.findings[0]?.evidence.map(({ what }) => what)).toEqual(["the probe", "its twin"])
})

test("what only lacks a sign is an alarm beside a twin that has it, and a note alone", () => {
  const dead = probe("p/configure.ac", program("FENCE_ALL").replace(");", ""), {
    fault: { why: "a sign is missing", text: "", isMissing: true },
  })
  expect(answer(dead)).toMatchObject({ outcome: "present", findings: [{ severity: "note" }] })
  expect(answer(dead, probe("p/CMakeLists.txt", program("FENCE_ALL")))).toMatchObject({ findings: [{ severity: "alarm" }] })
})

test("a program in Objective-C that is compiled as what flags say is to be looked at (GTK)", () => {
  const dead = probe("p/configure.ac", "@interface Foo @end", {
    fault: { why: "syntax error", text: "@interface Foo @end", isMissing: false },
  })
  expect(answer(dead)).toMatchObject({ outcome: "present", findings: [{ severity: "review" }] })
})

test("twins that differ in one misspelt name are told; those that ask for siblings are not", () => {
  const twins = (one: string, other: string) => answer(probe("p/CMakeLists.txt", program(one)), probe("p/configure.ac", program(other)))
  expect(twins("FENCE_NETWORK", "FENCE_NETWROK")).toMatchObject({ outcome: "present", findings: [{ severity: "review" }] })
  expect(twins("FENCE_NETWORK", "FENCE_NETWRK").outcome).toBe("present")
  expect(twins("swap_word_16", "swap_word_32").outcome).toBe("absent")
  expect(twins("FENCE_NETWORK", "FENCE_PROCESS").outcome).toBe("absent")
  expect(twins("FENCE_NETWORK", "FENCE_NETWORK").outcome).toBe("absent")
})

test("a name that stands in other probes too is no slip", () => {
  const others = ["FENCE_READ", "FENCE_READS"].map((word) => probe("p/configure.ac", `int other = ${word};`))
  const twins = [probe("p/CMakeLists.txt", program("FENCE_READ")), probe("p/configure.ac", program("FENCE_READS"))]
  expect(answer(...twins).outcome).toBe("present")
  expect(answer(...twins, ...others).outcome).toBe("absent")
})

test("a variable that nothing uses stops a probe where changed lines make errors of warnings", () => {
  const asks = (program: string, removed: string, added: string, first = 4) =>
    hardeningDeadProbe.check(
      asked({
        inspection: inspectionOf({ probes: [probe("p/configure.ac", program)] }),
        changes: {
          texts: [{ path: "p/configure.ac", language: "m4", against: "previous", lines: [{ first, added: [added], removed: [removed] }] }],
          gone: [],
          blind: [],
          hasPrevious: true,
        },
      }),
    )
  const [was, is] = ['FLAGS="$f -Werror"', 'FLAGS="-Wall $f -Werror"']
  const idle = "int main(void)\n{\n  long spare[3] = {0};\n  return 0;\n}\n"
  expect(asks(idle, was, is)).toMatchObject({ outcome: "present", findings: [{ severity: "review", at: { lines: [3, 9] } }] })
  expect(asks("int main() { struct pair *p; return 0; }", "", 'F="$F -Werror -Wunused-variable"').outcome).toBe("present")
  expect(asks("int main () { char idle[[8]]; return 0; }", was, is).outcome).toBe("present")
  expect(asks(idle.replace("return 0", "return spare[0]"), was, is).outcome).toBe("absent")
  expect(asks("int main(void) { return 0; }", was, is).outcome).toBe("absent")
  expect(asks("long spare;\nint main(void) { return 0; }", was, is).outcome).toBe("absent")
  expect(asks(idle, is, is).outcome).toBe("absent")
  expect(asks(idle, "", 'FLAGS="$f -Wall"').outcome).toBe("absent")
  expect(asks(idle, was, is, 80).outcome).toBe("absent")
})

test("a probe that cannot be read is not good news, and none at all is no question", () => {
  expect(answer(probe("p/configure.ac", program("A"), { unread: "`@A@` may stand for text" }))).toMatchObject({
    outcome: "not-assessed",
    why: expect.stringContaining("`@A@`"),
  })
  expect(answer().outcome).toBe("not-applicable")
})
