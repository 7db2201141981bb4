import type { Language } from "../language.ts"

/** Build descriptions of containers. */
export const dockerfile: Language = {
  name: "dockerfile",
  claims: (path) => /(?:^|\/)(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.[Dd]ockerfile)$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
