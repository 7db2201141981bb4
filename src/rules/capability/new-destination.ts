import { plural } from "../../core/count.ts"
import type { Act, Place } from "../../model/code.ts"
import { hostsOf } from "../../model/destination.ts"
import type { Moment, Survey } from "../../model/inspection.ts"
import { isSettled } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A client that used the network before may use it still, and `capability/added` says nothing of it: whom it talks to is what an attacker must change. A release
 * of the same series seldom names a host that no release before it did (docs/results.md counts them).
 */
export const capabilityNewDestination: Rule<InspectedSubject> = {
  id: "capability/new-destination",
  version: 1,
  question: "Does the release talk to a host that the release before it, which used the network too, did not name?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before, facts } = subject
  if (before === undefined) return { outcome: "not-assessed", why: "no release before it was named or accepted" }
  if (!before.scripts.some(({ acts }) => acts.some(({ kind }) => kind === "connects")))
    return { outcome: "not-applicable", why: "the release before it did not use the network: capability/added tells what is new" }
  const was = new Set([...destinationsOf(before)].map(({ host }) => domainOf(host)))
  const added = [...Map.groupBy(destinationsOf(inspection), ({ host }) => domainOf(host))].filter(([domain]) => !was.has(domain))
  if (added.length === 0) return { outcome: "absent", why: `${plural(was.size, "host")} named before it, and no other now` }
  const items = entriesByPath(subject)
  const findings = added.flatMap(([, places]) => {
    const [first] = places.toSorted((a, b) => Number(isSettled(b.runs, facts)) - Number(isSettled(a.runs, facts)))
    if (first === undefined) return []
    const { at, host, runs } = first
    return [
      {
        severity: isSettled(runs, facts) ? ("review" as const) : ("note" as const),
        message: `talks to ${host}${runs === undefined ? "" : ` at ${runs}`}, which the release before it did not name`,
        at: { path: at.path, lines: at.lines },
        evidence: [{ what: host, where: spelled(at), digest: `sha256:${items.get(at.path)?.entry.sha256 ?? ""}` }],
      },
    ]
  })
  return { outcome: "present", why: `${plural(added.length, "host")} that the release before it did not name`, findings }
}

interface Destination {
  readonly host: string
  readonly at: Place
  readonly runs: Moment | undefined
}

/** Hosts by name or number that acts name; tests do not count. */
function* destinationsOf({ scripts, momentOf }: Survey): Generator<Destination> {
  for (const script of scripts)
    for (const act of [...script.acts, ...(script.ofOthers ?? [])]) {
      const runs = momentOf(act, script)
      if (runs === "test") continue
      for (const host of namedBy(act)) yield { host, at: act.at, runs }
    }
}

function namedBy(act: Act): readonly string[] {
  if (act.kind !== "connects") return []
  return hostsOf(act.to)
    .filter((host) => host !== undefined && isPublic(host))
    .flatMap((host) => host ?? [])
}

/** Neither this machine nor a name without a domain. */
const isPublic = (host: string): boolean =>
  /[.[]/.test(host) && !/^(?:127|0)(?:\.\d+){3}$|^\[::1?\]$|\.(?:local|localhost|internal|test)$/.test(host)

/** What one owner has, as far as a name tells: its last two labels, three where the second says what kind it is (`co.uk`). A number is itself. */
function domainOf(host: string): string {
  if (/^[\d.]+$|^\[/.test(host)) return host
  const labels = host.toLowerCase().split(".")
  return labels.slice(labels.length > 2 && /^(?:com?|net|org|gov|ac|edu)$/.test(labels.at(-2) ?? "") ? -3 : -2).join(".")
}
