import type { Language } from "../language.ts"

/** What Python projects say of their builds: modules of the project itself that run then. */
export const pyproject: Language = {
  name: "pyproject",
  claims: (path) => /(?:^|\/)pyproject\.toml$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
