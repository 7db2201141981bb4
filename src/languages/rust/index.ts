import type { Language } from "../language.ts"

export const rust: Language = {
  name: "rust",
  claims: (path, firstLine) => /\.rs$/i.test(path) || /^#!.*\b(?:rust-script|cargo)\b/.test(firstLine),
  load: async (read) => (await import("./analyser.ts")).loadRust(read),
}
