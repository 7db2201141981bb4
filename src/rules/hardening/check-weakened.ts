import { plural } from "../../core/count.ts"
import type { Severity } from "../../model/finding.ts"
import type { ChangedLines, ChangedText } from "../../model/inspection.ts"
import { againstWords, entriesByPath, spelled } from "../chain.ts"
import { isPackaging, isStripped, lostIn } from "../packaged-hardening.ts"
import { type Protection, protections, weakenings } from "../protections.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"
import { weakChecks } from "../weak-conditions.ts"

/**
 * A packer has no reason to take a check out of a file of the commit. Against the release before it, or a commit that is only the nearest, the same is told as a
 * note: developers turn conditions round and move calls every day. A weaker sibling in place of a stronger, or a protection that is gone, is to be looked at there too: none of 91 pairs
 * of honest releases has one.
 */
export const hardeningCheckWeakened: Rule<InspectedSubject> = {
  id: "hardening/check-weakened",
  version: 3,
  question: "Against the text of the commit or of the previous release: was a check or a protection weakened?",
  check: answer,
}

interface Weakened {
  readonly text: ChangedText
  readonly line: number
  readonly lines: number
  readonly why: string
  readonly words: string
  /** Also against the release before. */
  readonly isGrave: boolean
}

function answer(subject: InspectedSubject): Answer {
  const { changes } = subject
  if (changes === undefined) return { outcome: "not-assessed", why: "there was neither a commit nor a previous release to compare with" }
  const found = changes.texts.flatMap((text) => [...checksOf(text), ...siblingsOf(text)])
  const all = [...found, ...lostOf(changes.texts), ...switchedOff(changes.texts)]
  const asked = `${plural(changes.texts.length, "changed text")}`
  if (all.length > 0)
    return {
      outcome: "present",
      why: `${plural(all.length, "place")} in ${asked}`,
      findings: all.slice(0, toldMax).map((one) => told(one, subject)),
    }
  const [blind] = changes.blind
  if (blind !== undefined) return { outcome: "not-assessed", why: `${blind.at.path}: ${blind.why}` }
  return { outcome: "absent", why: `in ${asked} no check and no protection became weaker` }
}

const toldMax = 100

/** Conditions. Against the release before it only the one that nobody writes on purpose. */
function checksOf(text: ChangedText): readonly Weakened[] {
  return text.lines.flatMap((lines) =>
    weakChecks(lines, text.language)
      .filter(({ why }) => text.against !== "previous" || why.includes("assign"))
      .map((one) => ({ ...one, text, lines: endOf(lines), isGrave: false })),
  )
}

const endOf = ({ first, added }: ChangedLines): number => first + Math.max(0, added.length - 1)

/** A weaker sibling comes where a stronger one went. */
function siblingsOf(text: ChangedText): readonly Weakened[] {
  const whole = {
    added: text.lines.flatMap(({ added }) => added).join("\n"),
    removed: text.lines.flatMap(({ removed }) => removed).join("\n"),
  }
  return text.lines.flatMap((lines) => {
    const [added, removed] = [lines.added.join("\n"), lines.removed.join("\n")]
    return weakenings.flatMap(({ what, strong, weak, isTold }) => {
      // What is told by itself may have moved.
      const isMore = count(whole.added, weak) > count(whole.removed, weak)
      const isLess = isTold === true ? isMore : count(removed, strong) > count(added, strong)
      const isWeaker = isLess && count(added, weak) > count(removed, weak)
      if (!isWeaker) return []
      const index = lines.added.findIndex((line) => count(line, weak) > 0)
      return [
        {
          text,
          line: lines.first + Math.max(0, index),
          lines: endOf(lines),
          why: what,
          words: (lines.added[index] ?? "").trim(),
          isGrave: true,
        },
      ]
    })
  })
}

/** A protection of which the changed texts have none any more where they had some: what moves from one to another is not lost. */
function lostOf(texts: readonly ChangedText[]): readonly Weakened[] {
  return (["commit", "nearest", "previous"] as const).flatMap((against) => {
    const ours = texts.filter((text) => text.against === against)
    const kept = new Map<string, number>()
    const gone = new Map<string, Weakened>()
    for (const text of ours)
      for (const lines of text.lines) {
        for (const { word } of protectionsIn(lines.added)) for (const level of levelsOf(word)) kept.set(level, (kept.get(level) ?? 0) + 1)
        for (const { word, of, line } of protectionsIn(lines.removed)) {
          kept.set(word, (kept.get(word) ?? 0) - 1)
          gone.set(
            word,
            gone.get(word) ?? {
              text,
              line: lines.first,
              lines: endOf(lines),
              why: `${of} that is gone: ${word}`,
              words: line,
              isGrave: grave.has(of),
            },
          )
        }
      }
    return [...gone].filter(([word]) => (kept.get(word) ?? 0) < 0).map(([, one]) => one)
  })
}

/** What packaging asks of the compiler by a word: of all its texts together, as one takes in another. */
function switchedOff(texts: readonly ChangedText[]): readonly Weakened[] {
  return (["commit", "nearest", "previous"] as const).flatMap((against) => {
    const ours = texts.filter((text) => text.against === against && isPackaging(text.path))
    const linesOf = (side: "removed" | "added"): readonly (Pick<Weakened, "text" | "line" | "lines"> & { readonly words: string })[] =>
      ours.flatMap((text) =>
        text.lines.flatMap(({ first, [side]: all }) =>
          all.map((words, index) => {
            const line = side === "added" ? first + index : first
            return { text, line, lines: line, words }
          }),
        ),
      )
    const all = { removed: linesOf("removed"), added: linesOf("added") }
    const lost = lostIn(
      all.removed.map(({ words }) => words),
      all.added.map(({ words }) => words),
    )
    return lost.flatMap(({ features, in: side, index, words }) => {
      const place = all[side][index]
      const why = `hardening that its packaging no longer has: ${features.join(", ")}`
      return place === undefined ? [] : [{ ...place, words, why, isGrave: true }]
    })
  })
}

const grave: ReadonlySet<Protection["of"]> = new Set(["sandbox", "hardening", "verification"])

interface Found {
  readonly word: string
  readonly of: Protection["of"]
  readonly line: string
}

function protectionsIn(lines: readonly string[]): readonly Found[] {
  return lines.flatMap((line) =>
    line.length > lineMax || isStripped(line)
      ? []
      : protections.flatMap(({ of, what }) => [...line.matchAll(what)].map(([word]) => ({ word: word.trim(), of, line: line.trim() }))),
  )
}

/** What a protection of a level is as well: those below it. */
function levelsOf(word: string): readonly string[] {
  const [, name, level] = /^(.*=)(\d)$/.exec(word) ?? []
  return level === undefined ? [word] : Array.from({ length: Number(level) }, (_, below) => `${name}${below + 1}`)
}

const lineMax = 2000

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0

const severities: Record<ChangedText["against"], Severity> = { commit: "alarm", nearest: "note", previous: "note" }

function told({ text: { path, against }, line, lines, why, words, isGrave }: Weakened, subject: InspectedSubject): Told {
  const at = { path, lines: [line, Math.max(line, lines)] as const }
  const digest = `sha256:${entriesByPath(subject).get(path)?.entry.sha256 ?? ""}`
  return {
    severity: against === "previous" && isGrave ? "review" : severities[against],
    message: `weaker than in ${againstWords[against]}: ${why}`,
    at,
    evidence: [{ what: words.slice(0, wordsMax), where: spelled(at), digest }],
  }
}

const wordsMax = 200

type Told = Extract<Answer, { outcome: "present" }>["findings"][number]
