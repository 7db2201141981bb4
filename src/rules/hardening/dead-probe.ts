import { plural } from "../../core/count.ts"
import type { CheckedProbe } from "../../model/inspection.ts"
import { entriesByPath, spelled } from "../chain.ts"
import { type Misspelt, misspeltTwins, twinOf } from "../probe-twins.ts"
import { type Warned, warnedProbes } from "../probe-warnings.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A probe that no system can pass takes out what it asks for, and looks like a system that lacks it. Of 6,000 probes in 98 releases of eight
 * projects one was, by an honest slip of the year 2000; 25 only lacked a sign, mostly on purpose, so that is no alarm without a twin that has it.
 */
export const hardeningDeadProbe: Rule<InspectedSubject> = {
  id: "hardening/dead-probe",
  version: 4,
  question:
    "Is there a compile probe that cannot compile, or that differs from its twin in another build system, or that warnings newly stop?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { probes } = subject.inspection
  if (probes.length === 0) return { outcome: "not-applicable", why: "no build compiles a program to learn something of the system" }
  const dead = oncePerPlace(probes.filter(({ fault }) => fault !== undefined))
  const misspelt = misspeltTwins(probes)
  const warned = warnedProbes(oncePerPlace(probes), subject.changes)
  const unread = probes.filter(({ unread: why }) => why !== undefined)
  const asked = `${plural(probes.length, "probe")}${unread.length === 0 ? "" : `, of which ${unread.length} cannot be read: ${reasons(unread)}`}`
  const findings = [
    ...dead.map((one) => toldDead(one, subject)),
    ...misspelt.map((one) => toldMisspelt(one, subject)),
    ...warned.map((one) => toldWarned(one, subject)),
  ]
  if (findings.length > 0) return { outcome: "present", why: `${findings.length} of ${asked}`, findings }
  if (unread.length > 0) return { outcome: "not-assessed", why: asked }
  return { outcome: "absent", why: `${asked}: each has the syntax of its language` }
}

/** What is made of one line many times over, by a loop or for each compiler, is told once. */
const oncePerPlace = (probes: readonly CheckedProbe[]): readonly CheckedProbe[] => [
  ...new Map(probes.map((one) => [`${spelled(one.probe.at)}\0${one.fault?.text}`, one])).values(),
]

const reasonsMax = 3

const reasons = (unread: readonly CheckedProbe[]): string =>
  [...new Set(unread.map(({ probe: { at }, unread: why = "" }) => `${why} (${spelled(at)})`))].slice(0, reasonsMax).join("; ")

type Told = Extract<Answer, { outcome: "present" }>["findings"][number]

function toldDead(dead: CheckedProbe, subject: InspectedSubject): Told {
  const { probe, fault } = dead
  const twin = twinOf(dead, subject.inspection.probes)
  const where = JSON.stringify(fault?.text.split("\n")[0] ?? "")
  // What its own project published so is no work of the release's (gnulib's inttypes.m4 of 2020 has a comma too many).
  const isPublished = entriesByPath(subject).get(probe.at.path)?.explanation.kind === "origin"
  // The macro itself may be whole: it is required where it should be called (ncurses' CF_CHECK_ENVIRON).
  const lacks = probe.lacksArguments === true && twin === undefined
  const isOther = twin === undefined && objectiveC.test(probe.text)
  return {
    severity: isPublished || (fault?.isMissing === true && twin === undefined) ? "note" : lacks || isOther ? "review" : "alarm",
    message: `this program cannot compile, whatever the system is: ${fault?.why ?? ""} at ${where}${twin === undefined ? "" : "; its twin in another build system can"}`,
    at: probe.at,
    evidence: [evidence("the probe", dead, subject), ...(twin === undefined ? [] : [evidence("its twin", twin, subject)])],
  }
}

/** What flags of a compiler make of it is seen by nobody here (GTK asks so for Objective-C). */
const objectiveC = /^(?:\s|#.*\n)*@(?:interface|implementation|protocol|import)\b/

const toldMisspelt = ({ probe: one, twin, words }: Misspelt, subject: InspectedSubject): Told => ({
  severity: "review",
  message: `two build systems ask for the same with programs that differ in one name: ${words[0]} here, ${words[1]} there`,
  at: one.probe.at,
  evidence: [evidence("the probe", one, subject), evidence("its twin", twin, subject)],
})

const toldWarned = ({ probe, variable, flags }: Warned, subject: InspectedSubject): Told => ({
  severity: "review",
  message: `nothing uses ${variable} in this program, which flags that are new here make an error of: ${flags.slice(0, flagsMax)}`,
  at: probe.probe.at,
  evidence: [evidence("the probe", probe, subject)],
})

const flagsMax = 200

const evidence = (what: string, { probe: { at } }: CheckedProbe, subject: InspectedSubject): Told["evidence"][number] => ({
  what,
  where: spelled(at),
  digest: `sha256:${entriesByPath(subject).get(at.path)?.entry.sha256 ?? ""}`,
})
