import { plural } from "../../core/count.ts"
import type { Finding } from "../../model/finding.ts"
import type { Leak } from "../../model/inspection.ts"
import { entriesByPath, spelled, toldLeak } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** Whoever installs or imports a package gives it everything that is in reach of their account; nothing should send that elsewhere. */
export const flowSecretLeaves: Rule<InspectedSubject> = {
  id: "flow/secret-leaves",
  version: 2,
  question: "Is the environment as a whole, a file of credentials, or what a keeper of secrets or a cloud gives sent over the network?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const found = [...Map.groupBy(inspection.leaks, ({ to }) => to).values()].filter(weighs)
  if (found.length === 0)
    return { outcome: "absent", why: `${plural(inspection.leaks.length, "way")} from secrets to the network, none of which weighs` }
  const findings = found.map((leaks) => {
    const { to, runs } = leaks[0] ?? {}
    return { to, runs, leaks }
  })
  return {
    outcome: "present",
    why: `${plural(found.length, "place")} at which secrets are sent`,
    findings: findings.flatMap(({ to, runs, leaks }) =>
      to === undefined
        ? []
        : [
            {
              severity: severityOf(leaks),
              message: `${listed(leaks)} ${new Set(leaks.map(named)).size > 1 ? "are" : "is"} sent at ${spelled(to.at)}${
                to.isCalled === true ? ", in a function that others call" : runs === undefined ? "" : `, at ${runs}`
              }`,
              ...toldLeak(leaks, items),
            },
          ],
    ),
  }
}

/**
 * A client sends its own key, which a variable of its own holds: that is what the variable is for. Several of different services are another matter, as is what
 * was left for other programs; but for a token that goes back to the service that gave it.
 */
function weighs(leaks: readonly Leak[]): boolean {
  if (leaks.some(({ secret: { kind, isOwn } }) => kind !== "variable" && isOwn !== true)) return true
  const names = leaks.flatMap(({ secret: { kind, what } }) => (kind === "variable" && /^[A-Z][A-Z\d_]*$/.test(what) ? [what] : []))
  return new Set(names.map((name) => name.split("_")[0])).size >= servicesMin
}

/** A client that takes its token from one of several variables, as it finds them, knows fewer; names in small letters are of a page's own storage. */
const servicesMin = 5

/**
 * A function that whoever imports the package calls may be what it is called for; what is in a script of an installation or a build is there for that, and a test has nothing to
 * send: its runner calls what is in it.
 */
function severityOf(leaks: readonly Leak[]): Finding["severity"] {
  const isLate = ({ runs, to }: Leak): boolean => runs === undefined || runs === "request" || (runs === "import" && to.isCalled === true)
  return leaks.every(isLate) ? "note" : "review"
}

const named = ({ secret: { kind, what } }: Leak): string =>
  kind === "environment"
    ? "the whole environment"
    : kind === "printed"
      ? `what "${what}" prints`
      : kind === "fetched"
        ? `what ${what} gives`
        : what

const namedMax = 4

function listed(leaks: readonly Leak[]): string {
  const all = [...new Set(leaks.map(named))]
  const more = all.length > namedMax ? [`${all.length - namedMax} more`] : []
  return [...all.slice(0, namedMax), ...more].join(", ").replace(/, ([^,]*)$/, " and $1")
}
