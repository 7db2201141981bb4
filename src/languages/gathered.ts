import type { Act, Blind, Place, Probe, Value } from "../model/code.ts"
import { Assignments } from "./assignments.ts"
import { Held } from "./held.ts"
import type { Analysed, Analysis, Source } from "./language.ts"
import type { Mapped } from "./mapped.ts"

/** What a front end gathers from one source: acts, what it could not look at, and how many steps it has left. */
export class Gathered {
  readonly held: Held
  readonly source: Source
  readonly analysis: Analysis
  readonly #acts: Act[] = []
  readonly #blind: Blind[] = []
  readonly #probes: Probe[] = []
  /** What the source sets variables to that templates may name. */
  readonly assignments = new Assignments()
  /** What was said already: a loop would say it again each turn. */
  readonly #said = new Set<string>()
  #steps = 0
  /** What somebody has to ask for before the source does what is found now. */
  asked: string | undefined

  constructor(source: Source, analysis: Analysis) {
    this.source = source
    this.analysis = analysis
    this.held = new Held(analysis.limits)
  }

  /** Where characters of the source stand. */
  place(start: number, end: number = start + 1): Place {
    return this.source.place(start, Math.max(start + 1, end))
  }

  placeOf(of: Mapped): Place {
    return of.in(this.source).place(0, Math.max(1, of.length))
  }

  /** Whether there are steps left for a piece of work; once there are none, that is said once. */
  spend(steps: number, at: number): boolean {
    this.#steps += steps
    const max = this.analysis.limits.scriptStepsMax
    if (this.#steps <= max) return true
    this.#once(`more than ${max} steps`, this.place(at, this.source.text.length))
    return false
  }

  act(act: Act): void {
    const max = this.analysis.limits.scriptActsMax
    if (this.#acts.length < max) this.#acts.push(this.asked === undefined ? act : { ...act, asked: this.asked })
    else this.#once(`more than ${max} acts`, act.at)
  }

  probe(probe: Probe): void {
    if (this.#probes.length < this.analysis.limits.scriptActsMax && this.#isNew(`probe ${probe.at.lines[0]} ${probe.text}`))
      this.#probes.push(probe)
  }

  giveUp(at: Place, why: string): void {
    if (this.#blind.length < this.analysis.limits.scriptActsMax && this.#isNew(`blind ${at.lines[0]} ${why}`)) this.#blind.push({ at, why })
  }

  /** Has a text of another language analysed, and takes over what is found, as acts of a hook where it is one. Gives what it prints. */
  inner(language: string, of: Mapped, variables: ReadonlyMap<string, Value> = new Map(), hook?: string): Value | undefined {
    const held = this.held.inShell(of)
    const found = this.analysis.inner(language, held.text.in(this.source), new Map([...variables, ...held.variables]))
    for (const act of found.acts) this.act(hook === undefined ? act : { ...act, hook })
    for (const blind of found.blind) this.giveUp(blind.at, blind.why)
    for (const probe of found.probes ?? []) this.probe(probe)
    this.assignments.merge(found.assigned)
    return found.output
  }

  done(): Analysed {
    return {
      acts: this.#acts,
      blind: this.#blind,
      ...(this.#probes.length === 0 ? {} : { probes: this.#probes }),
      ...(this.assignments.all.size === 0 ? {} : { assigned: this.assignments.all }),
    }
  }

  #once(why: string, at: Place): void {
    if (this.#isNew(why)) this.#blind.push({ at, why })
  }

  #isNew(what: string): boolean {
    const before = this.#said.size
    return this.#said.add(what).size > before
  }
}
