import type { Language } from "../language.ts"

/** Files for m4: configure scripts of Autoconf and the macros that they are made of. */
export const m4: Language = {
  name: "m4",
  claims: (path) => /(?:^|\/)(?:configure\.(?:ac|in)|acinclude|[^/]+\.(?:m4|m4sh|at|ac))$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
