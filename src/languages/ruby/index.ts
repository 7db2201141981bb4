import type { Language } from "../language.ts"

const extension = /\.(?:rb|rake|gemspec|ru|podspec|rbw|thor)$/i
const names = /(?:^|\/)(?:Rakefile|Gemfile|Guardfile|Vagrantfile|Capfile|Brewfile|Podfile|Fastfile|Thorfile|rakefile)$/

export const ruby: Language = {
  name: "ruby",
  claims: (path, firstLine) => extension.test(path) || names.test(path) || /^#!.*\bj?ruby[\d.]*\b/.test(firstLine),
  load: async (read) => (await import("./analyser.ts")).loadRuby(read),
}
