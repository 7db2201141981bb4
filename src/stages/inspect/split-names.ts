import type { Script } from "../../model/code.ts"
import type { Oddity } from "../../model/inspection.ts"

/** Programs that run what they are given, or fetch it: nobody puts their names together of pieces but to hide them. */
const telling: ReadonlySet<string> = new Set(
  "sh bash dash ksh zsh python python2 python3 perl ruby node deno bun php lua powershell pwsh cmd curl wget nc ncat socat eval base64 openssl xxd osascript rundll32 certutil".split(
    " ",
  ),
)

/** Programs of such a name that are run although the name stands nowhere in the text, only pieces of it. */
export function splitNamesOf({ path, acts }: Script, text: string): readonly Oddity[] {
  const seen = new Set<string>()
  return acts.flatMap((act): readonly Oddity[] => {
    if (act.kind !== "runs" || act.as !== "program" || act.what.kind !== "text" || act.at.path !== path) return []
    const name = act.what.text.slice(act.what.text.lastIndexOf("/") + 1)
    const key = `${name} ${act.at.lines[0]}`
    if (!telling.has(name) || text.includes(name) || seen.has(key) || !standsInPieces(name, text)) return []
    seen.add(key)
    return [{ kind: "split name", at: act.at, what: name, count: name.length }]
  })
}

/**
 * Whether two words of the text make the name. What an interpreter or a builder calls itself by a variable of its own stands in no pieces, and whoever writes
 * `python` and `3` hides nothing.
 */
function standsInPieces(name: string, text: string): boolean {
  const isWord = (piece: string): boolean => new RegExp(`["'=]${piece}["';\\s]`).test(text)
  for (let at = 1; at < name.length; at += 1) {
    const [head, tail] = [name.slice(0, at), name.slice(at)]
    if (!telling.has(head) && isWord(head) && isWord(tail)) return true
  }
  return false
}
