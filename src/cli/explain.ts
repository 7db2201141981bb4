import { explainRelease } from "../index.ts"
import { failWith } from "./exit.ts"
import { failOnOption, oneReleaseCommand } from "./options.ts"
import { contextOf, deliver, requestOf, withPrevious } from "./release.ts"
import { startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} explain deb-src:xz-utils                       what it holds; without a repository only known origins explain
  ${startedAs()} explain deb-src:xz-utils@5.8.1 --repository ../xz
  ${startedAs()} explain dist/foo-1.2.tar.gz --repository .     before you push the tag
  ${startedAs()} explain npm:tar-stream@3.1.8 --repository ../tar-stream@v3.1.8 --format json -o report.json
  ${startedAs()} explain deb-src:xz-utils@5.8.1 --repository ../xz --format html -o report.html     a page to look at
  ${startedAs()} explain deb-src:pcre2@10.46 --repository ../pcre2 --submodule deps/sljit=../sljit
  ${startedAs()} explain pypi:h11-0.16.0-py3-none-any.whl --repository ../h11     a wheel, by its file name
  ${startedAs()} explain npm:kysely@0.29.5 --repository ../kysely --replay always      its dist/, built again
  ${startedAs()} explain new.tar.xz --repository ../foo --previous old.tar.xz

An artifact is a path, an http(s) address, a package URL or its short form TYPE:NAME[@VERSION] (cargo, deb, deb-src, gem, golang, maven:GROUP:ARTIFACT, npm, pypi, rpm).
Of pypi it is the sdist, else the one wheel of pure Python; another file is pypi:FILE or pkg:pypi/NAME@VERSION?file_name=FILE.
Exit codes: 0 done, 1 the verdict is at or above --fail-on, 2 wrong usage, 3 could not be done.`

/** `everybyte explain`: says for every byte where it comes from, and leaves the short list. */
export const explainCommand = () =>
  oneReleaseCommand("explain")
    .description("say for every byte of a release where it comes from")
    .addOption(failOnOption())
    .addHelpText("after", examples())
    .action(async (artifact, options) => {
      const request = await requestOf(artifact, options)
      if (!request.ok) {
        process.exitCode = failWith(request.fault)
        return
      }
      const { ctx, clear } = contextOf(options)
      const compared = await withPrevious(request.value, ctx)
      const explained = compared.ok ? await explainRelease(compared.value, ctx) : compared
      clear()
      process.exitCode = await deliver(explained, options)
    })
