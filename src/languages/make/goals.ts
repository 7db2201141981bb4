import { isConstant } from "../held.ts"
import type { Makefile, Rule } from "./makefile.ts"

/** Goals that users and packagers ask for without being told (GNU Coding Standards, 7.2.6 "Standard Targets for Users"), and what is as usual. */
const standard = (
  "all default build compile deps install install-strip install-data install-exec installcheck installdirs uninstall check test tests " +
  "distcheck dist release clean distclean mostlyclean maintainer-clean info dvi html pdf ps TAGS"
).split(" ")

/** What a makefile is called that make reads by itself (GNU make, 3.2), the first of them. What another includes has its goals from there. */
const whole = /(?:^|\/)(?:GNUm|m|M)akefile$/

/** A goal; what has a dot, a slash or a percent sign is a file that some rule may ask for. */
const goal = /^[A-Za-z_][\w-]*$/

/**
 * Goals that make comes to only where somebody asks for them: neither the goal it begins with nor a usual one needs them, as far as names tell. None, where a name is not constant, or comes about as this does not
 * follow it.
 */
export function goalsToAskFor(file: Makefile, path: string): ReadonlySet<string> {
  if (!whole.test(path) || file.includes || isIncluded(file, path)) return new Set()
  const needs = new Map<string, (readonly string[])[]>()
  const roots = [...standard]
  let hasFirst = false
  for (const rule of file.rules) {
    const [targets, words] = [targetsOf(file, rule), wordsOf(file.make.expand(rule.prerequisites).text)]
    if (targets.includes(".SECONDEXPANSION") || words.some(mayBeAnyGoal)) return new Set()
    const isPhony = targets.includes(".PHONY")
    if (isPhony) continue
    // A rule in a branch may be there or not.
    const isFirst: boolean = !hasFirst && !targets.every((target) => target.includes("%") || /^\.[^/]*$/.test(target))
    hasFirst ||= isFirst && !rule.isMaybe
    for (const target of targets) {
      if (isFirst || !goal.test(target)) roots.push(target)
      const known = needs.get(target)
      if (known === undefined) needs.set(target, [words])
      else known.push(words)
    }
  }
  const named = file.make.variables.get(".DEFAULT_GOAL") === undefined ? [] : wordsOf(file.make.named(".DEFAULT_GOAL", 0).text)
  const reached = new Set<string>()
  const waiting: (readonly string[])[] = [roots, named]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const one of next) {
      if (reached.has(one)) continue
      // Any of them may be meant.
      if (!isConstant(one)) return new Set()
      reached.add(one)
      for (const words of needs.get(one) ?? []) waiting.push(words)
    }
  return new Set([...needs.keys()].filter((target) => !reached.has(target)))
}

/** Make takes the first of the three names that is there: paths of files are below the release's folder. */
function isIncluded({ found }: Makefile, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf("/") + 1)
  const folders = [folder, folder.replace(/^[^/]*\//, "")]
  const names = path.endsWith("GNUmakefile") ? [] : path.endsWith("makefile") ? ["GNUmakefile"] : ["GNUmakefile", "makefile"]
  return names.some((name) => folders.some((one) => found.analysis.files.has(`${one}${name}`)))
}

/** A pattern that a goal without a dot fits, or the colon of a static pattern rule (GNU make, 4.12). */
const mayBeAnyGoal = (word: string): boolean => word.includes(":") || /^[\w-]*%[\w-]*$/.test(word)

/** Names of one rule as make has them: `./a` is `a`. */
export const targetsOf = (file: Makefile, { targets }: Pick<Rule, "targets">): readonly string[] => wordsOf(file.make.expand(targets).text)

const wordsOf = (of: string): readonly string[] =>
  of
    .split(/[\s|]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/^(?:\.\/+)+(?=.)/, ""))
