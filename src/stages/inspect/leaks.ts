import type { Limits } from "../../core/limits.ts"
import type { Value } from "../../model/code.ts"
import { hostsOf } from "../../model/destination.ts"
import type { Connecting, FlowStep, Inspected, Leak, Secret } from "../../model/inspection.ts"
import { isCloudHost, metadataHost, metadataOf } from "../../model/metadata.ts"
import { isSecretName, printedBy, printsEnvironment, printsSecretFile, secretFileOf } from "../../model/secret.ts"
import type { Called, Exports } from "./exports.ts"
import { Walk } from "./walk.ts"
import type { Moments } from "./when.ts"
import type { Writings } from "./writings.ts"

interface Traced {
  readonly scripts: readonly Inspected[]
  readonly when: Pick<Moments, "of">
  readonly writings: Writings
  readonly exports: Exports
  readonly limits: Pick<Limits, "flowStepsMax" | "flowLengthMax" | "flowsMax">
}

/** Every way on which a secret is sent: from each act that connects back through what it sends, and the address that it asks for, to where the secret lies. */
export function leaksOf({ scripts, when, writings, exports, limits }: Traced): readonly Leak[] {
  const leaks: Leak[] = []
  for (const script of scripts) {
    for (const act of [...script.acts, ...(script.ofOthers ?? [])]) {
      if (act.kind !== "connects") continue
      const trail = new Trail({ writings, exports, limits }, act)
      const runs = when.of(act, script)
      const { isCalled: _, ...here } = act
      // Where the release itself calls the function, it is not for others to do so.
      for (const { secret, steps } of trail.of(script))
        leaks.push({ secret, steps, to: steps.some(({ how }) => how === "handed") ? here : act, runs })
      if (leaks.length > limits.flowsMax) return leaks.slice(0, limits.flowsMax)
    }
  }
  return leaks
}

type Traveled = Pick<Leak, "secret" | "steps">

/** One walk back from a place where something is sent. */
class Trail {
  readonly #writings: Writings
  readonly #exports: Exports
  readonly #to: Connecting
  readonly #walk: Walk

  constructor({ writings, exports, limits }: Pick<Traced, "writings" | "exports" | "limits">, to: Connecting) {
    this.#writings = writings
    this.#exports = exports
    this.#to = to
    this.#walk = new Walk(limits)
  }

  *of(script: Inspected): Generator<Traveled> {
    if (isLocal(this.#to.to)) return
    yield* this.#content(this.#to.to, [], script)
    if (this.#to.what !== undefined) yield* this.#content(this.#to.what, [], script)
  }

  /** Steps are gathered from the end, and told from the start. */
  *#content(value: Value, after: readonly FlowStep[], script: Inspected, call?: Called): Generator<Traveled> {
    if (!this.#walk.enters(value, after, call)) return
    switch (value.kind) {
      case "joined":
        for (const part of value.parts) yield* this.#content(part, after, script, call)
        return
      case "either":
        for (const one of value.of) yield* this.#content(one, after, script, call)
        return
      case "step": {
        const steps: readonly FlowStep[] = [{ at: value.at, how: value.how, what: value.tool }, ...after]
        const secret = value.how === "program" ? this.#printed(value) : undefined
        if (secret !== undefined && (secret.kind !== "environment" || staysWhole(after))) yield { secret, steps: after }
        else yield* this.#content(value.of, steps, script, call)
        return
      }
      case "file": {
        const what = secretFileOf(value.path)
        if (what !== undefined) yield { secret: { kind: "file", what, at: value.at }, steps: after }
        for (const { by, at, what } of this.#writings.to(value.path, script))
          yield* this.#content(what, [{ at, how: "written", what: "" }, { at: value.at, how: "read", what: "" }, ...after], by)
        return
      }
      case "environment":
        if (value.isWhole === true) {
          if (staysWhole(after)) yield { secret: { kind: "environment", what: "", at: value.at }, steps: after }
        } else if (isSecretName(value.name)) yield { secret: { kind: "variable", what: value.name, at: value.at }, steps: after }
        return
      case "fetched": {
        // A client of a cloud signs with them what it asks of the cloud, or of whatever host it is told.
        const what = isForeign(this.#to.to) ? metadataOf(value.from) : undefined
        if (what !== undefined) yield { secret: { kind: "fetched", what, at: value.at }, steps: after }
        return
      }
      case "export":
      case "unknown":
        for (const { step, ...held } of this.#exports.behind(value, script, call))
          yield* this.#walk.elsewhere(this.#content(held.value, step === undefined ? after : [step, ...after], held.script, held.call))
        return
      default:
        return
    }
  }

  /** What a program prints that is asked for a secret. A text of a shell may ask several. */
  #printed({ tool, of, at }: Extract<Value, { readonly kind: "step" }>): Secret | undefined {
    const words = wordsOf(of)
    const name = tool.slice(tool.lastIndexOf("/") + 1)
    const commands = /^(?:sh|bash|cmd)$/.test(name) ? words.join(" ").split(/[|;&\n]+|\$\(/) : [[name, ...words].join(" ")]
    for (const command of commands.map((one) => one.trim())) {
      const found = printedBy(command)
      const isOwn = found?.own !== undefined && isHost(this.#to.to, found.own)
      if (found !== undefined) return { kind: "printed", what: command, at, ...(isOwn ? { isOwn } : {}) }
      if (printsSecretFile(command)) return { kind: "file", what: command, at }
      if (printsEnvironment(command)) return { kind: "environment", what: command, at }
    }
    return undefined
  }
}

/** A socket in a file, this very machine, or what only it and its cloud can hear. */
const isLocal = (to: Value): boolean =>
  (to.kind === "text" && /^(?:\/(?!\/|dev\/(?:tcp|udp)\/)|unix:)/.test(to.text)) ||
  isHost(to, /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/) ||
  isHost(to, metadataHost)

/** Whether an address is one of these hosts, as far as its path. */
const isHost = (to: Value, own: RegExp): boolean => hostsOf(to).every((host) => host !== undefined && own.test(host))

/** Whether an address may be a host that is stated, and that no cloud has. A name service is asked for names below one. */
function isForeign(to: Value): boolean {
  const end = to.kind === "joined" ? to.parts.at(-1) : undefined
  const below = end?.kind === "text" && /^(?:[\w-]*\.)+[a-z]{2,}$/i.test(end.text) ? [`x${end.text}`] : []
  return [...hostsOf(to), ...below].some((host) => host?.includes(".") === true && !isCloudHost(host) && !metadataHost.test(host))
}

const wordsOf = (of: Value): readonly string[] => {
  if (of.kind === "joined") return of.parts.flatMap(wordsOf)
  if (of.kind === "text") return [of.text.trim()]
  return of.kind === "step" ? wordsOf(of.of) : []
}

/** What cuts it once it is encoded cuts it into pieces that fit: it looks nothing up. */
function staysWhole(steps: readonly FlowStep[]): boolean {
  const encoded = steps.findIndex(({ what }) => /(?:hex|b(?:ase)?(?:64|32)\w*|encode64|btoa)(?:\(\))?$/i.test(what))
  return steps.every((one, index) => keepsAll(one) || (encoded !== -1 && index > encoded && cuts(one)))
}

const cuts = ({ how, what }: FlowStep): boolean =>
  how === "slice" || /(?:^|\.)(?:match|substr|substring|slice|split|chunk\w*|scan)$/.test(what)

/**
 * What spells all of the environment otherwise. What else is made of it is most often one variable, looked up by a function that is not followed: a reader of
 * settings is given the environment too.
 */
const keepsAll = ({ how, what }: FlowStep): boolean =>
  how === "written" ||
  how === "given" ||
  how === "handed" ||
  how === "read" ||
  how === "decode" ||
  how === "decrypt" ||
  how === "translate" ||
  /^(?:\w*stringify|dumps?|\w*b(?:ase)?(?:64|32|16|85)\w*|hex\w*|\w*encode\w*|btoa|\w*gzip\w*|\w*compress\w*|deflate\w*|URLSearchParams|FormData|Blob|dict|str|bytes|repr|String|Buffer|toString|quote\w*|\w*encrypt\w*|update|openssl|xxd|od|tr|cat|sort|tee|rev|join|concat|inspect|utf-?8|latin1|copy|each item|serialize|http_build_query|var_export|print_r|implode|stream_context_create|\w*2hex|to_json|to_yaml|to_a|pack|Dumper|many steps)$/i.test(
    what.slice(what.lastIndexOf(".") + 1).replace(/\(\)$/, ""),
  )
