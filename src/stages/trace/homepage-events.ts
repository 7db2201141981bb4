import { plural } from "../../core/count.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"
import { type Changed, type Homepages, isChanged } from "./homepages.ts"

/** Each commit that gives a field of a manifest another value, or takes it away. A first value is no change. */
export function* homepageChanged({ commits, person, homepages }: Facts): ReturnType<Teller> {
  for (const { oid, author, committed, changes } of commits) {
    const by = person(author)
    if (by === undefined) continue
    const [first, ...more] = changes.flatMap((change) => (isChanged(change) ? differences(change, homepages) : []))
    if (first === undefined) continue
    const rest = more.length === 0 ? "" : `, and ${plural(more.length, "more field")}`
    yield { day: dayOf(committed), person: by, commit: oid, detail: `${first}${rest}` }
  }
}

function differences({ path, before, after }: Changed, { fieldsOf }: Homepages): readonly string[] {
  const [old, now] = [fieldsOf(path, before), fieldsOf(path, after)]
  if (old === undefined || now === undefined) return []
  return [...old].flatMap(([field, value]) => {
    const other = now.get(field)
    if (other === value) return []
    return [`${field} in ${path}: ${other === undefined ? "nothing" : shown(other)} in place of ${shown(value)}`]
  })
}

const shownLength = 200
/** In quotes, with what could pass for their end escaped. */
const shown = (value: string): string => JSON.stringify(value.length > shownLength ? `${value.slice(0, shownLength)}…` : value)
