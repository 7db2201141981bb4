import type { Language } from "../language.ts"

const named =
  /(?:^|\/)(?:(?:GNU|BSD)?[Mm]akefile(?:[.-](?!(?:PL|pl|py|sh|ps1|md|txt|html)$)[^/]*)?|Kbuild|[^/]+\.(?:mk|mak|make)|debian\/rules)$/

/** Files for make: GNU make's, and what Automake makes into them. */
export const make: Language = {
  name: "make",
  claims: (path, firstLine) => named.test(path) || /^#!\s*\/\S*\bmake\b/.test(firstLine),
  load: async () => (await import("./analyse.ts")).analyse,
}
