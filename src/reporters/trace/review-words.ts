import { number, plural } from "../../core/count.ts"
import type { Level, PersonId, Reviews } from "../../model/trace.ts"
import { clip, levels, sumOf, type Told, who } from "./words.ts"

const loginWidth = 60

/** What exports say in all. */
export const approvedLine = ({ commits, pulls, approvals }: Reviews): string =>
  `approved on a forge, as exports say that nobody signed: ${plural(sumOf(commits), "commit")}; ${plural(approvals, "approval")} in ${plural(pulls, "merged pull")}`

/** Levels of which something was approved. */
export const approvedLevels = ({ commits }: Reviews): readonly Level[] => levels.filter((level) => commits[level] > 0)

/** How many of those commits only accounts approved that could be anybody's. */
export const untiedWords = ({ untied }: Reviews, level: Level): string =>
  untied[level] === 0 ? "" : `${number(untied[level])} of them only by accounts that are tied to no one person`

const approversShown = 4

/** Who approved an author's commits on a forge, and what is known of them. */
export function approversOf(told: Told, author: PersonId): readonly string[] {
  const { reviews } = told.trace.evidence
  const approvers = reviews?.authors.find(({ person }) => person === author)?.approvers ?? []
  const shown = approvers.slice(0, approversShown).map(({ account, commits, isIndependent, why }) => {
    const { login, forge, person } = reviews?.accounts[account] ?? { login: `#${account}`, forge: "" }
    const name = clip(`${login}@${forge}`, loginWidth)
    if (person === undefined) return `${name}, approved ${number(commits)}, tied to no one person, so its independence is not assessed`
    const whose = `${name} (${who(told, person)}), approved ${number(commits)}`
    return isIndependent === false ? `${whose}, not independent${why === undefined ? "" : `: ${why}`}` : whose
  })
  const left = approvers.length - shown.length
  return left > 0 ? [...shown, `and ${plural(left, "more account")} approved`] : shown
}
