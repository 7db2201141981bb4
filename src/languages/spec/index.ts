import type { Language } from "../language.ts"

/** Spec files of RPM. */
export const spec: Language = {
  name: "spec",
  claims: (path) => /(?:^|\/)[^/]+\.spec(?:\.in)?$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
