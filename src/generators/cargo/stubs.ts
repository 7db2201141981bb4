/**
 * cargo resolves what a crate depends on before it packs it, and asks its registry for that. Here the registry is a folder of empty crates
 * (doc.rust-lang.org/cargo, "Source Replacement", directory sources): those that Cargo.lock names, with the checksums and dependencies that stand there; without it, the lowest version
 * that each requirement allows. So all that cargo writes is made of the commit's own words; a lock file that the commit lacks comes out otherwise, and stays to read.
 */
const program = String.raw`#!/usr/bin/python3
import json, os, re, subprocess, tomllib

home = os.environ["CARGO_HOME"]
stubs = os.path.join(home, "stubs")
os.makedirs(stubs, exist_ok=True)
told = subprocess.run(["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"], check=True, stdout=subprocess.PIPE).stdout
packages = json.loads(told)["packages"]
wanted = [(one, package) for package in packages for one in package["dependencies"]]

features = {}
for one, package in wanted:
    own = features.setdefault(one["name"], set())
    own.update(one["features"])
    key = one["rename"] or one["name"]
    for values in package["features"].values():
        own.update(value.split("/", 1)[1] for value in values if value.split("/")[0].rstrip("?") == key and "/" in value)

def lowest(requirement):
    for part in requirement.split(","):
        found = re.match(r"\s*([<>=^~]*)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?", part)
        if found and not found[1].startswith("<"):
            numbers = [int(one) for one in found.groups()[1:4] if one is not None]
            if found[1] == ">":
                numbers[-1] += 1
            return ".".join(str(one) for one in (numbers + [0, 0])[:3]) + (found[5] or "")
    return "0.0.1"

lock = os.path.join(json.loads(told)["workspace_root"], "Cargo.lock")
locked = tomllib.load(open(lock, "rb")).get("package", []) if os.path.exists(lock) else []
crates = [one for one in locked if one.get("source", "").startswith("registry+")]
versions = {}
for one in locked:
    versions.setdefault(one["name"], []).append(one["version"])
named = {one["name"] for one in crates}
for one, package in wanted:
    if one["name"] not in named and not (one["source"] or "").startswith("git+"):
        crates.append({"name": one["name"], "version": lowest(one["req"])})

def depends(at, text):
    name, *version = text.split(" ")
    exact = (version or versions.get(name, ["*"]))[0].split("+")[0]
    return "d%d = { package = %s, version = %s }\n" % (at, json.dumps(name), json.dumps("*" if exact == "*" else "=" + exact))

for one in crates:
    folder = os.path.join(stubs, one["name"] + "-" + one["version"])
    os.makedirs(os.path.join(folder, "src"), exist_ok=True)
    open(os.path.join(folder, "src", "lib.rs"), "w").close()
    with open(os.path.join(folder, "Cargo.toml"), "w") as manifest:
        manifest.write("[package]\nname = %s\nversion = %s\n[features]\n" % (json.dumps(one["name"]), json.dumps(one["version"])))
        manifest.writelines(json.dumps(name) + " = []\n" for name in sorted(features.get(one["name"], ())))
        manifest.write("[dependencies]\n")
        manifest.writelines(depends(at, text) for at, text in enumerate(one.get("dependencies", ())))
    with open(os.path.join(folder, ".cargo-checksum.json"), "w") as checksum:
        json.dump({"files": {}, "package": one.get("checksum", "0" * 64)}, checksum)

with open(os.path.join(home, "config.toml"), "w") as config:
    config.write('[source.crates-io]\nreplace-with = "stubs"\n[source.stubs]\ndirectory = %s\n' % json.dumps(stubs))
`

/** The script, with the program \`stub-registry\` to be found by its steps. */
export const withStubs = (script: string): string =>
  `mkdir -p /build/bin\ncat >/build/bin/stub-registry <<'END-OF-PROGRAM'\n${program}END-OF-PROGRAM\nchmod 755 /build/bin/stub-registry\n${script}`
