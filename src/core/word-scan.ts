/** Which of some words stand in texts, as a whole each. */
export class WordScan {
  readonly found = new Set<string>()
  readonly #wanted: ReadonlySet<string>

  constructor(wanted: Iterable<string>) {
    this.#wanted = new Set(wanted)
  }

  /** A character is a byte. */
  look(text: string): void {
    if (this.found.size === this.#wanted.size) return
    for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) if (this.#wanted.has(word)) this.found.add(word)
  }
}
