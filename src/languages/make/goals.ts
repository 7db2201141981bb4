import { isConstant } from "../held.ts"
import type { Makefile } from "./makefile.ts"

/** Goals that users and packagers ask for without being told (GNU Coding Standards, 7.2.6 "Standard Targets for Users"), and what is as usual. */
const standard = (
  "all default build install install-strip installcheck installdirs uninstall check test tests distcheck dist clean distclean mostlyclean " +
  "maintainer-clean info dvi html pdf ps TAGS"
).split(" ")

/** What a makefile is called that make reads by itself (GNU make, 3.2). What another includes has its goals from there. */
const whole = /(?:^|\/)(?:GNUm|m|M)akefile$/

/** A goal; what has a dot, a slash or a percent sign is a file that some rule may ask for. */
const goal = /^[A-Za-z_][\w-]*$/

/** Goals that make comes to only where somebody asks for them: neither the goal it begins with nor a usual one needs them, as far as names tell. */
export function goalsToAskFor(file: Makefile, path: string): ReadonlySet<string> {
  if (!whole.test(path) || file.includes) return new Set()
  const needs = new Map<string, string[]>()
  const roots: string[] = [...standard]
  for (const { targets, prerequisites } of file.rules) {
    const words = wordsOf(file.make.expand(prerequisites).text)
    for (const target of wordsOf(file.make.expand(targets).text)) {
      if (target === ".PHONY") continue
      if (roots.length === standard.length && !target.startsWith(".")) roots.push(target) // the goal it begins with
      if (!goal.test(target)) roots.push(target)
      needs.set(target, [...(needs.get(target) ?? []), ...words])
    }
  }
  for (const { text } of file.make.variables.get(".DEFAULT_GOAL")?.values ?? []) roots.push(...wordsOf(text))
  const reached = new Set<string>()
  for (let next = roots.pop(); next !== undefined; next = roots.pop()) {
    if (reached.has(next)) continue
    // Any of them may be meant.
    if (!isConstant(next)) return new Set()
    reached.add(next)
    roots.push(...(needs.get(next) ?? []))
  }
  return new Set([...needs.keys()].filter((target) => !reached.has(target)))
}

const wordsOf = (of: string): readonly string[] => of.split(/[\s|]+/).filter((word) => word !== "")
