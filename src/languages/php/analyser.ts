import { analyserOf } from "../front-end.ts"
import type { Analyser, ReadPackaged } from "../language.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { php } from "./platform.ts"
import { programOf } from "./statements.ts"

export const loadPhp = async (read: ReadPackaged): Promise<Analyser> => {
  const whole = analyserOf(await loadGrammar("php", read), php, (root, { text }) => programOf(root, text))
  // A text that is evaluated begins inside of the tags that a file has.
  return (source, analysis) => {
    if (/<\?(?:php|=)/i.test(source.text) || !isInner(source.text)) return whole(source, analysis)
    const tag = "<?php "
    return whole(
      { text: tag + source.text, place: (start, end) => source.place(Math.max(0, start - tag.length), Math.max(0, end - tag.length)) },
      analysis,
    )
  }
}

/** Whether a text without tags can be more than a page of text. */
const isInner = (text: string): boolean => /[;(]/.test(text) && !text.trimStart().startsWith("<")
