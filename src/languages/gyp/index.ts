import type { Language } from "../language.ts"

/** Build descriptions of GYP, which npm builds native modules with at install. */
export const gyp: Language = {
  name: "gyp",
  claims: (path) => /\.gypi?$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
