import { isConstant } from "./held.ts"
import { Mapped } from "./mapped.ts"

/**
 * Arguments of a program as a line for a shell that splits and expands nothing of them (Shell Command Language, 2.2.2).
 * A text of several lines that a shell is given by `-c` is a subshell, so that each of its lines keeps its place.
 */
export function shellWords(args: readonly Mapped[]): Mapped {
  const [program, flag, text, ...more] = args
  const isShell = /^(?:\/\S*\/)?(?:ba|da|k|z)?sh$/.test(program?.text ?? "") && /^-[a-z]*c$/.test(flag?.text ?? "")
  if (isShell && text?.text.includes("\n") === true && more.length === 0 && isConstant(text.text)) {
    const [first, last] = [text.from(0), text.from(text.length - 1)]
    return Mapped.join([Mapped.still("(\n", first), text, Mapped.still("\n)", last)])
  }
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
