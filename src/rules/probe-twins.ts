import type { CheckedProbe } from "../model/inspection.ts"

/** Probes of two build systems that ask for the same: projects that keep two carry most of their probes twice. */

/** The same program but for one name that is spelled almost alike. */
export interface Misspelt {
  readonly probe: CheckedProbe
  readonly twin: CheckedProbe
  readonly words: readonly [here: string, there: string]
}

type Words = readonly string[]

/** Names, numbers, literals and single characters; comments are none. Headers are words of their own. */
const wordsOf = ({ probe: { text } }: CheckedProbe): Words =>
  (text.match(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?|\w+|[^\s\w]/g) ?? []).filter((word) => !/^\/[/*]/.test(word))

/** Another build system: m4 and what is generated of it are one. */
const system = ({ language }: CheckedProbe): string => (language === "m4" || language === "shell" ? "configure" : language)

/** Of a probe that is dead, the one elsewhere that is alive and has nearly all its words. Of shorter programs too many are alike. */
export function twinOf(dead: CheckedProbe, probes: readonly CheckedProbe[]): CheckedProbe | undefined {
  const words = wordsOf(dead)
  const alive = probes.filter((one) => one.fault === undefined && one.unread === undefined && system(one) !== system(dead))
  const [best] = alive
    .map((one) => ({ one, share: shareOf(words, wordsOf(one)) }))
    .filter(({ share }) => share >= twinShareMin)
    .sort((a, b) => b.share - a.share)
  return best?.one
}

const twinShareMin = 0.8

/** Words that both have, of the longer. */
function shareOf(words: Words, others: Words): number {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of others) {
    const left = counts.get(word) ?? 0
    if (left > 0) shared += 1
    counts.set(word, left - 1)
  }
  return shared / Math.max(words.length, others.length, 1)
}

/**
 * Programs that are the same but for one name, one or two letters apart: one of them asks for what nobody has. Names that differ in digits, or
 * that each stand elsewhere too, are honest siblings. Found by the sum that is left when one word is taken out, so time is linear in the words.
 */
export function misspeltTwins(probes: readonly CheckedProbe[]): readonly Misspelt[] {
  const told = probes
    .filter(({ fault, unread }) => fault === undefined && unread === undefined)
    .map((probe) => ({ probe, words: wordsOf(probe) }))
  const uses = new Map<string, number>()
  for (const { words } of told) for (const word of new Set(words)) uses.set(word, (uses.get(word) ?? 0) + 1)
  const isOnce = (word: string): boolean => uses.get(word) === 1
  const first = new Map<number, { readonly probe: CheckedProbe; readonly words: Words }>()
  const found: Misspelt[] = []
  for (const { probe, words } of told) {
    if (words.length < wordsMin || words.length > wordsMax) continue
    const sums = words.map(sumOf)
    const sum = sums.reduce((one, other) => one + other, 0)
    for (const [index, word] of words.entries()) {
      if (!/^[A-Za-z_]\w{4,}$/.test(word)) continue
      const rest = sum - (sums[index] ?? 0) + index
      const other = first.get(rest)
      const theirs = other?.words[index] ?? word
      if (other === undefined) first.set(rest, { probe, words })
      else if (
        system(other.probe) !== system(probe) &&
        (isOnce(word) || isOnce(theirs)) &&
        areNearly(theirs, word) &&
        areSame(words, other.words, index)
      )
        found.push({ probe: other.probe, twin: probe, words: [theirs, word] })
    }
  }
  return found
}

/** A number for a word at its place: sums of 400 of them stay exact. Two programs with one sum are compared word by word. */
function sumOf(word: string, index: number): number {
  let sum = index * 31
  for (let at = 0; at < word.length; at += 1) sum = (sum * 33 + word.charCodeAt(at)) % 0xfffffffb
  return sum * 1024
}

const areSame = (words: Words, others: Words, but: number): boolean =>
  words.length === others.length && words.every((word, index) => index === but || word === others[index])

const wordsMin = 12
const wordsMax = 400

/** One letter more, less or other, or two that changed places. */
function areNearly(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1 || a.replaceAll(/\d/g, "") === b.replaceAll(/\d/g, "")) return false
  let start = 0
  while (a[start] === b[start]) start += 1
  const [restA, restB] = [a.slice(start), b.slice(start)]
  const isSwapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2)
  return isSwapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)
}
