import { type Script, tooMany, type Value } from "../../model/code.ts"

/** Languages that configure: what they set, templates of others are given. */
const configuring: ReadonlySet<string> = new Set(["shell", "m4", "cmake"])

/** The programs that the variables of a release's configuration name, however many scripts set them. */
export class Programs {
  readonly #named = new Map<string, Set<string> | undefined>()

  readonly #isKnown: (name: string) => boolean

  /** `isKnown`: whether the work of a program of that name is known, or to be found in the release. */
  constructor(scripts: readonly Script[], isKnown: (name: string) => boolean) {
    this.#isKnown = isKnown
    for (const { language, assigned } of scripts) {
      if (!configuring.has(language)) continue
      for (const [variable, programs] of assigned ?? []) {
        const known = this.#named.get(variable)
        const isOther = programs === undefined || (this.#named.has(variable) && known === undefined)
        this.#named.set(variable, isOther ? undefined : new Set([...(known ?? []), ...programs]))
      }
    }
  }

  /**
   * What to call the program that a variable names, if every script that sets it names programs, and none that decodes, runs or is told otherwise: those are
   * no more than what a script calls by a name that we do not know.
   */
  named(variable: string): string | undefined {
    const programs = this.#named.has(tooMany) ? [] : [...(this.#named.get(variable) ?? [])]
    return programs.length > 0 && !programs.some(this.#isKnown) ? programs.join(" or ") : undefined
  }

  isNamed(value: Value): boolean {
    return value.kind === "unknown" && value.variable !== undefined && this.named(value.variable) !== undefined
  }
}
