import type { Language } from "../language.ts"

/** Manifests of npm packages: what package managers run by themselves, and what is loaded. */
export const packageJson: Language = {
  name: "package-json",
  claims: (path) => /(?:^|\/)package\.json$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}

/** The lock that npm publishes with a package and installs it by. A package-lock.json is never published. */
export const shrinkwrap: Language = {
  name: "npm-shrinkwrap",
  claims: (path) => /(?:^|\/)npm-shrinkwrap\.json$/.test(path),
  load: async () => (await import("./shrinkwrap.ts")).analyse,
}
