import { Mapped } from "./mapped.ts"

/** Arguments of a program as a line for a shell that splits and expands nothing of them (Shell Command Language, 2.2.2). */
export function shellWords(args: readonly Mapped[]): Mapped {
  return Mapped.join(
    args.flatMap((arg, index) => {
      const from = arg.length === 0 ? 0 : arg.from(0)
      const space = index === 0 ? [] : [Mapped.still(" ", from)]
      if (/^[\w@%+=:,./-]+$/.test(arg.text)) return [...space, arg]
      const quoted = arg.replace(/'/g, () => `'\\''`)
      return [...space, Mapped.still("'", from), quoted, Mapped.still("'", from)]
    }),
  )
}
