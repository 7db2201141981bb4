import type { Assignment, Command, Redirection, Word } from "unbash"
import type { Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { carries, constantOf, textual } from "./builder.ts"
import { fieldsOf } from "./fields.ts"
import { invoke } from "./invoke.ts"
import { loads } from "./loads.ts"
import type { Machine, Variable } from "./machine.ts"
import { without } from "./options.ts"
import { lookUp } from "./parameters.ts"
import { redirect, redirected } from "./redirects.ts"
import type { Streams } from "./streams.ts"
import { expandFields, expandWord, piecesOf, type Scene } from "./words.ts"

/** Commands that one variable may hold and that are run one by one. */
const alternativesMax = 8

/** A simple command (POSIX XCU 2.9.1). */
export function runCommand(machine: Machine, node: Command, streams: Streams): void {
  const at = machine.locate(node.pos, node.end)
  machine.at = at
  machine.step()
  if (node.name === undefined) {
    for (const one of node.prefix) if (one.type === "Assignment") assign(one, machine, streams)
    redirected(node.redirects, streams, { machine, at }, () => {})
    return
  }
  const words: Word[] = [node.name]
  const assigned: Assignment[] = []
  const redirects: Redirection[] = []
  for (const one of node.suffix) {
    if (one.type === "Word") words.push(one)
    else if (one.type === "Assignment") assigned.push(one)
    else redirects.push(one)
  }
  const before: [string, Variable | undefined][] = []
  for (const one of node.prefix) {
    if (one.type !== "Assignment") {
      redirects.unshift(one)
      continue
    }
    const old = machine.variables.get(one.name)
    assign(one, machine, streams)
    before.push([one.name, old])
  }
  const scene = { machine, streams }
  const alternatives = commandAlternatives(node.name, scene)
  const fields = alternatives === undefined ? expandFields(words, scene) : expandFields(words.slice(1), scene)
  if (assigned.length > 0) declare(assigned, fields, machine, streams)
  if (fields.length === 1 && fields[0] !== undefined && textual(fields[0]) === "exec") {
    machine.lasting.push(...redirect(redirects, streams, machine, at))
    return
  }
  redirected(redirects, streams, { machine, at }, (own) => {
    if (alternatives === undefined) invoke(machine, fields, own, at, variableOf(node.name))
    else
      machine.branches(
        alternatives.map((start) => (each) => invoke(machine, [...start, ...fields], each, at)),
        own,
        false,
      )
  })
  for (const [name, old] of before) machine.variables.set(name, old)
}

/** Commands that one variable may hold, with their words: `$print` is one of several programs, each with options of its own. */
function commandAlternatives(name: Word, scene: Scene): readonly (readonly Value[])[] | undefined {
  if (name.parts === undefined || name.parts.length !== 1) return undefined
  const [piece, more] = piecesOf(name, scene)
  if (piece === undefined || more !== undefined || piece.quoted || piece.value.kind !== "either") return undefined
  const found = piece.value.of.map((value) => fieldsOf([{ value, quoted: false }], scene.machine))
  if (!found.some((words) => words.length > 1)) return undefined
  if (found.length <= alternativesMax) return found
  // Of too many the names are told apart, and of their words what comes from outside is kept.
  const names = scene.machine.build.either(found.flatMap(([first]) => first ?? []))
  return [[names, ...found.flatMap((words) => words.slice(1).filter(carries))]]
}

/** The variable that gives the name of a program: `$SED`. */
function variableOf(word: Word | undefined): string | undefined {
  const [part] = word?.parts ?? []
  const inner = part?.type === "DoubleQuoted" ? part.parts[0] : part
  return inner?.type === "SimpleExpansion" ? inner.text.slice(1) : inner?.type === "ParameterExpansion" ? inner.parameter : undefined
}

const declaring = new Set(["export", "readonly", "local", "declare", "typeset"])

/** `export name=value` and its like set variables; to another command, as to `alias`, it is a word. */
function declare(assigned: readonly Assignment[], fields: Value[], machine: Machine, streams: Streams): void {
  const command = fields[0] === undefined ? undefined : textual(fields[0])
  const local = command === "export" || command === "readonly" ? undefined : machine.frames.at(-1)
  for (const one of assigned) {
    if (command === undefined || !declaring.has(command)) {
      const value = one.value.type === "Word" ? expandWord(one.value, { machine, streams }) : text("")
      fields.push(machine.build.joined([text(`${one.name}=`), value]))
      continue
    }
    if (local !== undefined && !local.has(one.name)) local.set(one.name, machine.variables.get(one.name))
    assign(one, machine, streams)
  }
}

function assign(one: Assignment, machine: Machine, streams: Streams): void {
  const scene = { machine, streams }
  const old = machine.variables.get(one.name)
  if (one.value.type === "ArrayValue") {
    const items = new Map(one.append === true ? old?.items : [])
    for (const element of one.value.elements) {
      const key = /^\[([^\]]*)\]=/.exec(element.text)
      if (key !== null) items.set(key[1] ?? "", without(expandWord(element, scene), key[0].length))
      else for (const value of expandFields([element], scene)) items.set(String(items.size), value)
    }
    machine.variables.set(one.name, { value: items.values().next().value ?? text(""), items })
    return
  }
  const given = expandWord(one.value, scene)
  if (one.index !== undefined) {
    const index = expandWord(one.index, scene)
    const key = constantOf(index) ?? `${one.index.text}`
    const items = new Map(old?.items)
    const before = items.get(key)
    if (items.size < 4096) items.set(key, one.append === true && before !== undefined ? machine.build.joined([before, given]) : given)
    else machine.giveUp("an array of more than 4096 elements", machine.at)
    machine.variables.set(one.name, { value: old?.value ?? given, items })
    return
  }
  const value = one.append === true ? machine.build.joined([old?.value ?? lookUp(machine, one.name), given]) : given
  machine.variables.set(one.name, one.append === true && old?.items !== undefined ? { value, items: old.items } : { value })
  loads(one.name, value, machine, streams)
}
