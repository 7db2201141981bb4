import type { HereDoc, Redirection } from "unbash"
import type { Place, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import { content, write } from "./files.ts"
import type { Machine } from "./machine.ts"
import { Input, Sink, type Streams } from "./streams.ts"
import { rememberPlace } from "./texts.ts"
import { expandText, expandWord } from "./words.ts"

/** Changes the descriptors of `streams` (POSIX XCU 2.7); the sinks that were opened, for `close`. */
export function redirect(redirections: readonly Redirection[], streams: Streams, machine: Machine, at: Place): readonly Sink[] {
  const opened: Sink[] = []
  for (const one of redirections) {
    const number = one.descriptor?.type === "FileDescriptor" ? one.descriptor.value : undefined
    if (one.type === "HereDoc") streams.read(number ?? 0, new Input(hereDocument(one, streams, machine)))
    else if (one.target === undefined) machine.giveUp("a redirection without a target", at)
    else {
      const target = expandWord(one.target, { machine, streams })
      if (one.type === "HereString") streams.read(number ?? 0, new Input(machine.build.joined([target, text("\n")])))
      else opened.push(...open(one.operator, target, { number, streams, machine, at }))
    }
  }
  return opened
}

interface Opening {
  readonly number: number | undefined
  readonly streams: Streams
  readonly machine: Machine
  readonly at: Place
}

function open(operator: string, target: Value, { number, streams, machine, at }: Opening): readonly Sink[] {
  if (operator === "<" || operator === "<>") streams.read(number ?? 0, new Input(content(machine, target, streams, at)))
  if (operator === "<") return []
  if (operator === "<&" || operator === ">&") {
    const from = /^(\d+)-?$/.exec(constantOf(target) ?? "")?.[1]
    if (from !== undefined || constantOf(target) === "-") {
      duplicate(number ?? (operator === "<&" ? 0 : 1), from === undefined ? undefined : Number(from), streams)
      return []
    }
  }
  const sink = new Sink(target, operator.includes(">>"), at)
  const both = operator.startsWith("&>") || (operator === ">&" && number === undefined)
  streams.writeTo(number ?? (operator === "<>" ? 0 : 1), sink)
  if (both) streams.writeTo(2, sink)
  if (number === 2) sink.write(unknown("messages"), machine.build)
  return [sink]
}

function duplicate(to: number, from: number | undefined, streams: Streams): void {
  streams.read(to, from === undefined ? undefined : streams.inputOf(from))
  streams.writeTo(to, from === undefined ? undefined : streams.output(from))
}

/** POSIX XCU 2.7.4; `<<-` drops tabs at the start of lines. */
function hereDocument(one: HereDoc, streams: Streams, machine: Machine): Value {
  const { body, operator } = one
  const locate = machine.locate
  const stripped = (of: string): string => (operator === "<<-" ? of.replace(/^\t+/gm, "") : of)
  const parts = one.delimiter?.quoted === true ? undefined : body.parts
  if (parts !== undefined) {
    const value = expandText(parts, { machine, streams })
    return operator === "<<-" && value.kind === "text" ? text(stripped(value.text)) : value
  }
  const value = expandText([{ type: "Literal", pos: body.pos, end: body.end, value: stripped(body.text), text: body.text }], {
    machine,
    streams,
  })
  if (operator === "<<") rememberPlace(value, (start, end) => locate(body.pos + start, body.pos + end))
  return value
}

/** What was written into files is in them now. */
export function close(sinks: readonly Sink[], streams: Streams, machine: Machine): void {
  for (const sink of sinks) {
    if (sink.path !== undefined && sink.at !== undefined)
      write(machine, sink.path, sink.value(machine.build), { streams, at: sink.at, appends: sink.appends })
  }
}

/** Runs a command with its redirections. */
export function redirected(
  redirections: readonly Redirection[],
  streams: Streams,
  { machine, at }: { readonly machine: Machine; readonly at: Place },
  run: (streams: Streams) => void,
): void {
  if (redirections.length === 0) {
    run(streams)
    return
  }
  const own = streams.copy()
  const opened = redirect(redirections, own, machine, at)
  run(own)
  close(opened, streams, machine)
}
