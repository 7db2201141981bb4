import type { Language } from "../language.ts"

/** Files for CMake. */
export const cmake: Language = {
  name: "cmake",
  // `config.h.cmake` is a header to be filled in.
  claims: (path) =>
    /(?:^|\/)(?:CMakeLists\.txt|[^/]+(?<!\.(?:h|hpp|hh|c|cc|cpp|pc|rc|conf|def|in|txt|xml|json|plist))\.cmake(?:\.in)?)$/.test(path),
  load: async () => (await import("./analyse.ts")).analyse,
}
