import type { Language } from "../language.ts"

/** There is no grammar of Perl that is kept and built for us (docs/dependencies.md): the parser here reads what the evaluator asks for, and says what it does not understand. */
export const perl: Language = {
  name: "perl",
  claims: (path, firstLine) =>
    /\.(?:pl|pm|t|psgi|PL|xs\.PL|cgi)$/.test(path) || /(?:^|\/)(?:Makefile|Build)\.PL$/.test(path) || /^#!.*\bperl[\d.]*\b/.test(firstLine),
  load: async () => (await import("./analyser.ts")).perlAnalyser,
}
