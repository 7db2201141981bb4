import type { Language } from "../language.ts"

/** Manifests of npm packages: what package managers run by themselves, and what is loaded. */
export const packageJson: Language = {
  name: "package-json",
  claims: (path) => /(?:^|\/)package\.json$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
