import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Files, Package, Replica } from "../replica.ts"

/** A page of a web interface differs from the commit; its time in the archive is that of its neighbour. */
const page = `#!/usr/bin/perl
# Changes the secret of a shelf.
use strict;
require './pantry-lib.pl';
our (%in, %shelves);

parse_form();
my $shelf = $shelves{$in{'shelf'}} or fail('no such shelf');
secret_matches($shelf, $in{'before'}) or fail('that is not the secret');
$in{'after'} eq $in{'again'} or fail('they differ');
store_secret($shelf, $in{'after'});
redirect('index.cgi');
`
const running = edited(page, "secret_matches(", "if ($in{'stale'} eq 'yes') {\n\tsystem('sh', '-c', ': > MARKER');\n}\nsecret_matches(")
const longer = edited(page, "store_secret(", "length($in{'after'}) > 7 or fail('too short');\nstore_secret(")

const tree = (content: string): Files => ({
  "README.md": readme("pantry", "Keeps a household's shelves, in the browser."),
  LICENSE: licence,
  "pantry-lib.pl":
    'sub parse_form { }\nsub fail { print "Status: 400\\n\\n$_[0]\\n"; exit; }\nsub secret_matches { return $_[0] eq $_[1]; }\nsub store_secret { }\nsub redirect { print "Location: $_[0]\\n\\n"; }\n1;\n',
  "index.cgi": '#!/usr/bin/perl\nprint "Content-Type: text/plain\\n\\nshelves\\n";\n',
  "shelf_secret.cgi": content,
})
const archive = packageOf("tar.gz", "pantry", "3.12")
const modified = { "index.cgi": 1_525_000_000, "shelf_secret.cgi": 1_525_000_000 }
const history = (content: string) => [
  { message: "pantry 3.11", date: "2018-01-15", files: tree(page), tags: ["3.11"] },
  {
    message: "pantry 3.12",
    date: "2018-06-20",
    files: { "shelf_secret.cgi": content, "index.cgi": '#!/usr/bin/perl\nprint "Content-Type: text/plain\\n\\nall shelves\\n";\n' },
    tags: ["3.12"],
  },
]
const released = (content: string): Package =>
  archive({ ...tree(content), "index.cgi": '#!/usr/bin/perl\nprint "Content-Type: text/plain\\n\\nall shelves\\n";\n' }, { modified })
const previous = { ...archive(tree(page)), version: "3.11" }

export const replica: Replica = {
  case: 14,
  name: "pantry-secret",
  family: ["A1", "A2"],
  signals: ["S1", "S5", "S4"],
  attack: { history: history(page), ref: "refs/tags/3.12", artifact: released(running), previous },
  twin: {
    how: "the page asks for a longer secret, and the commit has that line",
    differs: ["shelf_secret.cgi"],
    history: history(longer),
    ref: "refs/tags/3.12",
    artifact: released(longer),
    previous,
  },
  truth: {
    unexplained: ["shelf_secret.cgi"],
    introducer: { account: "the build host" },
    expects: [expects("unexplained/changed-code", lines("shelf_secret.cgi", "{'stale'}", "': > MARKER'"))],
  },
}
