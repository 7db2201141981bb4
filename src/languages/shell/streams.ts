import type { Place, Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import type { Builder } from "./builder.ts"
import { constantOf } from "./builder.ts"

/** What is read from: a pipe, a file, a here-document. */
export class Input {
  readonly #value: Value
  /** In the condition of a loop each line is read: `read` gives any of them. */
  inLoop = false
  #taken = 0

  constructor(value: Value) {
    this.#value = value
  }

  get value(): Value {
    const whole = this.#taken === 0 ? undefined : constantOf(this.#value)
    return whole === undefined ? this.#value : text(whole.slice(this.#taken))
  }

  /** The next line, or in a loop each line; undefined: not known line by line. */
  lines(): readonly string[] | undefined {
    const rest = constantOf(this.value)
    if (rest === undefined) return undefined
    if (this.inLoop) return rest.replace(/\n$/, "").split("\n")
    const end = rest.indexOf("\n")
    this.#taken += end === -1 ? rest.length : end + 1
    return [end === -1 ? rest : rest.slice(0, end)]
  }
}

/** What is written into: collected until it is closed, or nobody looks at it. */
export class Sink {
  readonly path: Value | undefined
  readonly appends: boolean
  readonly at: Place | undefined
  #parts: Value[] = []

  constructor(path?: Value, appends = false, at?: Place) {
    this.path = path
    this.appends = appends
    this.at = at
  }

  write(value: Value, build: Builder): void {
    if (value.kind === "text" && value.text === "") return
    this.#parts.push(value)
    if (this.#parts.length > 32) this.#parts = [build.joined(this.#parts)]
  }

  value(build: Builder): Value {
    return build.joined(this.#parts)
  }
}

/** File descriptors. A redirection or a subshell has its own; `exec` changes those of the shell. Copies share what neither changes. */
export class Streams {
  #inputs: ReadonlyMap<number, Input>
  #outputs: ReadonlyMap<number, Sink>

  constructor(inputs: ReadonlyMap<number, Input> = new Map(), outputs: ReadonlyMap<number, Sink> = new Map()) {
    this.#inputs = inputs
    this.#outputs = outputs
  }

  get input(): Input | undefined {
    return this.#inputs.get(0)
  }

  inputOf(descriptor: number): Input | undefined {
    return this.#inputs.get(descriptor)
  }

  output(descriptor: number): Sink | undefined {
    return this.#outputs.get(descriptor)
  }

  read(descriptor: number, from: Input | undefined): void {
    const inputs = new Map(this.#inputs)
    if (from === undefined) inputs.delete(descriptor)
    else inputs.set(descriptor, from)
    this.#inputs = inputs
  }

  writeTo(descriptor: number, to: Sink | undefined): void {
    const outputs = new Map(this.#outputs)
    if (to === undefined) outputs.delete(descriptor)
    else outputs.set(descriptor, to)
    this.#outputs = outputs
  }

  copy(changes: { readonly input?: Input; readonly output?: Sink } = {}): Streams {
    const copy = new Streams(this.#inputs, this.#outputs)
    if (changes.input !== undefined) copy.read(0, changes.input)
    if (changes.output !== undefined) copy.writeTo(1, changes.output)
    return copy
  }

  write(value: Value, build: Builder, descriptor = 1): void {
    this.#outputs.get(descriptor)?.write(value, build)
  }
}
