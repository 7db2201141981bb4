import type { Language } from "../language.ts"

export const php: Language = {
  name: "php",
  claims: (path, firstLine) =>
    /\.(?:php\d?|phtml|phar|inc|phpt)$/i.test(path) || /^#!.*\bphp[\d.]*\b/.test(firstLine) || /^<\?php\b/.test(firstLine),
  load: async (read) => (await import("./analyser.ts")).loadPhp(read),
}
