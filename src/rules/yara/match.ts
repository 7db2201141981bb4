import { plural } from "../../core/count.ts"
import type { YaraFound, YaraScan } from "../../model/yara.ts"
import type { Answer, Rule, ScannedSubject } from "../rule.ts"

/**
 * The user chose the rules, so each match is worth a look: a review. It is no alarm, whatever a rule's `meta: severity` says: rules are often others' work, and theirs is a word
 * on malware in general, while an alarm of ours stands for what a release does. Who relies on a set of rules says so in the policy (`rules: {yara/match: alarm}`), which is theirs alone.
 */
export const yaraMatch: Rule<ScannedSubject> = {
  id: "yara/match",
  version: 1,
  question: "Is a YARA rule of the user's choice true of a content?",
  check: ({ yara }) => {
    const { scanned, files, found, unscanned } = yara
    const [left] = unscanned.first
    const beside = left === undefined ? "" : `; ${plural(unscanned.count, "content")} not scanned whole, such as ${left.path}: ${left.why}`
    const why = `${plural(scanned, "content")} scanned with ${plural(files.length, "file")} of rules${beside}`
    if (found.length > 0) return { outcome: "present", why, findings: [...byEntryAndRule(found)].map((one) => findingOf(one, yara)) }
    if (left !== undefined) return { outcome: "not-assessed", why }
    return scanned === 0 ? { outcome: "not-applicable", why: "there is no content to scan" } : { outcome: "absent", why }
  },
}

/** An entry and a rule with all contents of the entry that it is true of: an archive's bytes and its member hold the same string. */
function byEntryAndRule(found: readonly YaraFound[]): Iterable<Group> {
  const groups = new Map<string, [YaraFound, ...YaraFound[]]>()
  for (const one of found) {
    const key = JSON.stringify([one.path, one.file, one.rule])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups.values()
}

type Group = readonly [YaraFound, ...YaraFound[]]
type Found = Extract<Answer, { outcome: "present" }>["findings"][number]

/** Contents and places of strings that one finding shows. */
const shownMax = 8

function findingOf(group: Group, { files }: YaraScan): Found {
  const [{ rule, file, tags, description, path, sha256, inside, strings }] = group
  const words = [
    `the YARA rule ${rule} of ${file} is true of ${inside === undefined ? "it" : `what is decoded of it (${group.at(-1)?.inside ?? inside})`}`,
    ...(tags.length === 0 ? [] : [`tags ${tags.join(", ")}`]),
    ...(description === undefined ? [] : [description]),
  ]
  const [first] = strings
  const digest = `sha256:${sha256}`
  const source = files.find((one) => one.path === file)
  return {
    severity: "review",
    message: words.join("; "),
    // Offsets of decoded content are none of the entry's.
    at: { path, ...(first === undefined || inside !== undefined ? {} : { bytes: [first.start, first.end] as const }) },
    evidence: [
      // A review of the finding is of the rule too: another rule, or another edition of its file, is another finding.
      { what: `rule ${rule}`, where: file, digest: `yara:${rule}:sha256:${source?.sha256 ?? ""}` },
      { what: "the entry", where: path, digest },
      ...group.flatMap((one) => placesOf(one).map((place) => ({ ...place, digest }))).slice(0, shownMax),
    ],
  }
}

function placesOf({ path, inside, strings }: YaraFound): readonly { readonly what: string; readonly where: string }[] {
  const where = inside === undefined ? path : `${path}!${inside}`
  if (strings.length === 0) return [{ what: "its condition alone", where }]
  return strings.map(({ name, start, end }) => ({ what: `${name} at ${start}, ${plural(end - start, "byte")}`, where }))
}
