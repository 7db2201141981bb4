import { plural } from "../../core/count.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** Each commit that gives a field of a manifest another value, or takes it away. */
export function* homepageChanged({ commits, person, homepages }: Facts): ReturnType<Teller> {
  for (const { oid, author, committed, changes } of commits) {
    const by = person(author)
    if (by === undefined) continue
    const changed = changes.flatMap((change) => homepages.changedIn(change) ?? [])
    const [first] = changed
    if (first === undefined) continue
    const more = changed.reduce((sum, { fields }) => sum + fields, 0) - 1
    const rest = more === 0 ? "" : `, and ${plural(more, "more field")}`
    yield { day: dayOf(committed), person: by, commit: oid, detail: `${first.first}${rest}` }
  }
}
