import type {
  AndOr,
  Case,
  CommandNode,
  CompoundCommand,
  CompoundList,
  For,
  If,
  Pipeline,
  PipelineNode,
  Redirected,
  Select,
  Statement,
  TestExpression,
  While,
} from "unbash"
import type { Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { arithmetic } from "./arithmetic.ts"
import { constantOf } from "./builder.ts"
import { runCommand } from "./commands.ts"
import type { Callable, Machine } from "./machine.ts"
import { argumentsOf } from "./parameters.ts"
import { redirected } from "./redirects.ts"
import { Input, type Streams } from "./streams.ts"
import { expandFields, expandPattern, expandWord, scopeOf } from "./words.ts"

type Body = CompoundCommand | Redirected | CompoundList

export function runStatements(machine: Machine, statements: readonly Statement[], streams: Streams): void {
  for (const { command } of statements) {
    machine.step()
    if (command.type === "AndOr") andOr(machine, command, streams)
    else pipelineNode(machine, command, streams)
  }
}

/** Of `a || b` one prints, of `a && b` both; what the right one changes may not be. */
function andOr(machine: Machine, { commands, operators }: AndOr, streams: Streams): void {
  const collects = streams.output(1) !== undefined && operators.includes("||")
  let printed: Value = text("")
  for (const [index, command] of commands.entries()) {
    let own: Value = text("")
    const run = (into: Streams): void => {
      if (collects) own = machine.capture(into, (captured) => pipelineNode(machine, command, captured))
      else pipelineNode(machine, command, into)
    }
    if (index === 0) run(streams)
    else machine.branches([run], streams.copy(), true)
    printed = index > 0 && operators[index - 1] === "||" ? machine.build.either([printed, own]) : machine.build.joined([printed, own])
  }
  if (collects) streams.write(printed, machine.build)
}

function pipelineNode(machine: Machine, node: PipelineNode, streams: Streams): void {
  if (node.type !== "Pipeline") {
    commandNode(machine, node, streams)
    return
  }
  pipeline(machine, node, streams)
}

/** What one prints the next reads. All but the last are processes of their own. */
function pipeline(machine: Machine, { commands, operators }: Pipeline, streams: Streams): void {
  let input: Input | undefined
  for (const [index, command] of commands.entries()) {
    const own = input === undefined ? streams.copy() : streams.copy({ input })
    if (index === commands.length - 1) {
      commandNode(machine, command, commands.length === 1 ? streams : own)
      return
    }
    const printed = machine.capture(own, (captured) => {
      const out = captured.output(1)
      if (operators[index] === "|&" && out !== undefined) captured.writeTo(2, out)
      machine.subshell(() => commandNode(machine, command, captured))
    })
    input = new Input(printed)
  }
}

function commandNode(machine: Machine, node: CommandNode, streams: Streams): void {
  switch (node.type) {
    case "Command":
      runCommand(machine, node, streams)
      return
    case "Function": {
      const callable: Callable = { name: node.name.value, body: node.body, locate: machine.locate }
      machine.functions.set(node.name.value, [callable])
      machine.defined.push(callable)
      return
    }
    case "Coproc":
      node.body.type === "Command" ? runCommand(machine, node.body, streams) : body(machine, node.body, streams)
      return
    default:
      body(machine, node, streams)
      return
  }
}

/** A function's body, or a compound command. */
export function runCallable(machine: Machine, { body: of, locate }: Callable, streams: Streams): void {
  const before = machine.locate
  machine.locate = locate
  body(machine, of, streams)
  machine.locate = before
}

function body(machine: Machine, node: Body, streams: Streams): void {
  switch (node.type) {
    case "CompoundList":
      runStatements(machine, node.commands, streams)
      return
    case "BraceGroup":
      runStatements(machine, node.body.commands, streams)
      return
    case "Subshell":
      machine.subshell(() => runStatements(machine, node.body.commands, streams.copy()))
      return
    case "Redirected": {
      const at = machine.locate(node.pos, node.end)
      machine.at = at
      redirected(node.redirects, streams, { machine, at }, (own) => body(machine, node.command, own))
      return
    }
    case "If":
      ifs(machine, node, streams)
      return
    case "Case":
      cases(machine, node, streams)
      return
    case "For":
    case "Select":
      forEach(machine, node, streams)
      return
    case "While":
      whiles(machine, node, streams)
      return
    case "ArithmeticFor": {
      arithmetic(node.initialize, scopeOf({ machine, streams }))
      loop(machine, node, streams, (own) => {
        arithmetic(node.test, scopeOf({ machine, streams }))
        runStatements(machine, node.body.commands, own)
        arithmetic(node.update, scopeOf({ machine, streams }))
      })
      return
    }
    case "ArithmeticCommand":
      arithmetic(node.expression, scopeOf({ machine, streams }))
      return
    case "TestCommand":
      test(machine, node.expression, streams)
      return
  }
}

/** Which branch is taken is never decided: what is compared may come from whoever runs the script. */
function ifs(machine: Machine, node: If, streams: Streams): void {
  runStatements(machine, node.clause.commands, streams)
  const bodies = [(own: Streams) => runStatements(machine, node.then.commands, own)]
  for (const one of node.elif) {
    bodies.push((own) => {
      runStatements(machine, one.clause.commands, own)
      runStatements(machine, one.then.commands, own)
    })
  }
  const last = node.else
  if (last !== undefined) bodies.push((own) => runStatements(machine, last.commands, own))
  machine.branches(bodies, streams, last === undefined)
}

function cases(machine: Machine, node: Case, streams: Streams): void {
  const scene = { machine, streams }
  expandWord(node.word, scene)
  const complete = node.items.some((item) => item.pattern.some(({ text: pattern }) => pattern === "*"))
  machine.branches(
    node.items.map((item) => (own) => {
      for (const pattern of item.pattern) expandPattern(pattern, scene)
      runStatements(machine, item.body.commands, own)
    }),
    streams,
    !complete,
  )
}

function test(machine: Machine, expression: TestExpression, streams: Streams): void {
  switch (expression.type) {
    case "TestUnary":
      expandWord(expression.operand, { machine, streams })
      return
    case "TestBinary":
      expandWord(expression.left, { machine, streams })
      expandPattern(expression.right, { machine, streams })
      return
    case "TestLogical":
      for (const one of expression.operands) test(machine, one, streams)
      return
    case "TestNot":
      test(machine, expression.operand, streams)
      return
    case "TestGroup":
      test(machine, expression.expression, streams)
      return
  }
}

/** Over known words the body runs once a word, as far as the limit goes; else the variable is any of them. */
function forEach(machine: Machine, node: For | Select, streams: Streams): void {
  const words = node.wordlist === undefined ? argumentsOf(machine) : expandFields(node.wordlist, { machine, streams })
  const name = node.name.value
  const set = (value: Value): void => machine.variables.set(name, { value })
  const { loopWordsMax, loopBytesMax } = machine.limits
  const constant = words.every((word) => constantOf(word) !== undefined)
  if (words.length === 0) return
  if (constant && words.length <= loopWordsMax && words.length * (node.body.end - node.body.pos) <= loopBytesMax) {
    for (const [index, word] of words.entries()) {
      const run = (): void => {
        set(word)
        runStatements(machine, node.body.commands, streams)
      }
      if (index === 0) run()
      else if (!machine.repeat(machine.at, run)) break
    }
    return
  }
  const any = machine.build.either(words)
  loop(machine, node, streams, (own) => {
    set(any)
    runStatements(machine, node.body.commands, own)
  })
}

function whiles(machine: Machine, node: While, streams: Streams): void {
  const input = streams.input
  const before = input?.inLoop
  if (input !== undefined) input.inLoop = true
  loop(machine, node, streams, (own) => {
    runStatements(machine, node.clause.commands, own)
    runStatements(machine, node.body.commands, own)
  })
  if (input !== undefined && before !== undefined) input.inLoop = before
}

/** Loops inside each other whose bodies are run twice. */
const rehearsedMax = 3

/** What the end of a body leaves its beginning sees: a rehearsal first, then the pass whose acts count. */
function loop(
  machine: Machine,
  node: { readonly pos: number; readonly end: number },
  streams: Streams,
  run: (streams: Streams) => void,
): void {
  if (machine.loops < rehearsedMax) {
    machine.loops += 1
    const silent = streams.copy()
    silent.writeTo(1, undefined)
    machine.rehearse(machine.at, () => machine.branches([run], silent, true))
    machine.loops -= 1
  } else machine.giveUp("loops inside loops: what one pass leaves to the next", machine.locate(node.pos, node.end))
  machine.branches([run], streams, true)
}
