import type { Analysed, Analysis, Source } from "../language.ts"
import { invoke } from "./invoke.ts"
import { type Evaluator, Machine } from "./machine.ts"
import { close } from "./redirects.ts"
import { runCallable, runStatements } from "./statements.ts"
import { Sink, Streams } from "./streams.ts"
import { read } from "./syntax.ts"
import { runSyntax, runText } from "./texts.ts"

const evaluator: Evaluator = { statements: runStatements, callable: runCallable, invoke, text: runText }

/** What a shell script does (POSIX XCU 2, and bash). */
export function analyse(source: Source, analysis: Analysis): Analysed {
  // The parser ends a command that lacks its end behind the text now and then: `${x ` \`.
  const { length } = source.text
  const machine = new Machine((start, end) => source.place(Math.min(start, length), Math.min(end, length)), analysis, evaluator)
  const printed = new Sink()
  const streams = new Streams(new Map(), new Map([[1, printed]]))
  runSyntax(read(source.text), machine.locate, machine, streams)
  runUncalled(machine, streams)
  close(machine.lasting, streams, machine)
  return {
    acts: machine.acts,
    blind: machine.blind,
    probes: machine.probes,
    assigned: machine.assignments.all,
    output: printed.value(machine.build),
  }
}

/** Files of pacman's, apk's and portage's packages, and the functions in them that these call (alpm-install-scriptlet(5), APKBUILD(5), ebuild(5)). */
const recipes = /(?:^|\/)(?:PKGBUILD|APKBUILD|[^/]*\.(?:install|ebuild|eclass|(?:pre|post)-[a-z]+))$/
const hooks = /^(?:pre|post)_(?:install|upgrade|remove)$|^pkg_(?:pre|post)(?:inst|rm)$/

/** Functions that nothing here calls may be called from elsewhere, with arguments that are not known. */
function runUncalled(machine: Machine, streams: Streams): void {
  machine.variables.set("@", undefined)
  for (const callable of machine.defined) {
    if (machine.called.has(callable.body)) continue
    machine.called.add(callable.body)
    machine.hook = hooks.test(callable.name) && recipes.test(machine.at.path) ? callable.name : undefined
    machine.capture(streams, (own) => machine.subshell(() => evaluator.callable(machine, callable, own)))
  }
}
