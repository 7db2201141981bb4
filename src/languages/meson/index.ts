import type { Language } from "../language.ts"

/** Files for Meson. */
export const meson: Language = {
  name: "meson",
  claims: (path) => /(?:^|\/)(?:meson\.build|meson_options\.txt|meson\.options)$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
