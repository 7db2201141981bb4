import { plural } from "../../core/count.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** Each commit that gives a field of a manifest another value, or takes it away. */
export function* homepageChanged({ rows, person, homepages }: Facts): ReturnType<Teller> {
  for (const { commit, first, fields } of homepages.changed) {
    const row = rows.rowOf(commit)
    const [by, at] = row === undefined ? [] : [person(rows.author[row]), rows.committed[row]]
    if (by === undefined || at === undefined) continue
    const rest = fields === 1 ? "" : `, and ${plural(fields - 1, "more field")}`
    yield { day: dayOf(at), person: by, commit, detail: `${first}${rest}` }
  }
}
