import { unknown, type Value } from "../../model/code.ts"
import type { Instance, Some, Thing } from "./platform.ts"

/** Asked of everything, at every step: without a table. */
export function isValue(thing: Thing): thing is Value {
  switch (thing.kind) {
    case "api":
    case "instance":
    case "items":
    case "closure":
    case "sink":
    case "numeral":
    case "some":
      return false
    default:
      return true
  }
}

/** An error of a request that was answered: the answer is a part of it (axios, got, ky); what it says in words is none. */
export const thrown = (answer: Value): Instance => ({
  kind: "instance",
  type: "",
  fields: new Map(["response", "body", "data"].map((name) => [name, answer])),
  holds: unknown("an error"),
})

export const isSome = (thing: Thing): thing is Some => thing.kind === "some"

/** What the first fields of a record hold: some have thousands. */
export function firstFields(of: Pick<Instance, "fields">, max: number): readonly Thing[] {
  const found: Thing[] = []
  for (const field of of.fields.values()) {
    if (found.length === max) break
    found.push(field)
  }
  return found
}

/** The text of a value, whose characters are the bytes of UTF-8; itself where they are none. */
export function ofBytes(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text
  const whole = Buffer.from(text, "latin1").toString("utf8")
  return whole.includes("\ufffd") ? text : whole
}

/** The characters of such a value, each as one. */
export function charactersOf(text: string): readonly string[] {
  const whole = ofBytes(text)
  return whole === text ? [...text] : Array.from(whole, (one) => Buffer.from(one, "utf8").toString("latin1"))
}
