import type { Value } from "../../model/code.ts"
import type { Thing } from "./platform.ts"

const others: ReadonlySet<Thing["kind"]> = new Set(["api", "instance", "items", "closure", "sink", "numeral", "some"])

export const isValue = (thing: Thing): thing is Value => !others.has(thing.kind)

export const alternatives = (thing: Thing): readonly Thing[] => (thing.kind === "some" ? thing.of : [thing])
