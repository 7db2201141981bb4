/** Honest releases that were first audited when every rule was there, beside the repository that they are made from. What they taught is in the rules' tests. */
export const besideRepository: readonly (readonly [target: string, repository: string])[] = [
  ["npm:axios@1.7.9", "axios/axios"],
  ["npm:uuid@14.0.1", "uuidjs/uuid"],
  ["npm:minimatch@10.2.6", "isaacs/minimatch"],
  ["npm:express@5.2.1", "expressjs/express"],
  ["npm:chalk@5.6.2", "chalk/chalk"],
  ["npm:moment@2.30.1", "moment/moment"],
  ["npm:got@15.0.5", "sindresorhus/got"],
  ["npm:commander@14.0.3", "tj/commander.js"],
  ["npm:ws@8.21.0", "websockets/ws"],
  ["npm:esbuild@0.28.2", "evanw/esbuild"],
  ["npm:zod@4.4.3", "colinhacks/zod"],
  ["npm:jquery@3.7.1", "jquery/jquery"],
  ["npm:semver@7.8.5", "npm/node-semver"],
  ["npm:handlebars@4.7.8", "handlebars-lang/handlebars.js"],
  ["npm:marked@18.0.9", "markedjs/marked"],
  ["npm:terser@5.50.0", "terser/terser"],
  ["npm:immer@11.1.18", "immerjs/immer"],
  ["npm:date-fns@4.1.0", "date-fns/date-fns"],
  ["npm:yargs@18.1.0", "yargs/yargs"],
  ["npm:pino@10.3.1", "pinojs/pino"],
  ["npm:jszip@3.10.1", "Stuk/jszip"],
  ["npm:node-forge@1.4.0", "digitalbazaar/forge"],
  ["npm:ajv@8.17.1", "ajv-validator/ajv"],
  ["npm:protobufjs@8.7.2", "protobufjs/protobuf.js"],
  ["pypi:pyyaml@6.0.3", "yaml/pyyaml"],
  ["pypi:jinja2@3.1.6", "pallets/jinja"],
  ["pypi:psutil@7.2.2", "giampaolo/psutil"],
  ["pypi:lxml@6.1.1", "lxml/lxml"],
  ["pypi:ujson@5.13.0", "ultrajson/ultrajson"],
  ["cargo:cc@1.4.2", "rust-lang/cc-rs"],
  ["cargo:libz-sys@1.1.28", "rust-lang/libz-sys"],
  ["cargo:ring@0.17.14", "briansmith/ring"],
]

const of = (type: string, names: string): readonly string[] => names.split(" ").map((name) => `${type}:${name}`)

/** The same without a repository, in the version that the registry or the configured suites give: what builds, installs and tests a lot. */
export const alone: readonly string[] = [
  ...of(
    "cargo",
    "ring openssl-sys libz-sys zstd-sys bzip2-sys libsqlite3-sys rustix libc syn proc-macro2 tokio prost-build cc pkg-config bindgen curl-sys libgit2-sys jemalloc-sys thiserror crossbeam-utils rustls openssl rand regex serde_json clap hyper reqwest diesel sqlx rayon crossbeam parking_lot mio nix winapi cmake autocfg blake3 sha2 aws-lc-sys mimalloc snmalloc-sys tikv-jemalloc-sys librocksdb-sys onig_sys lzma-sys freetype-sys",
  ),
  ...of(
    "npm",
    "core-js protobufjs puppeteer sharp better-sqlite3 bcrypt sqlite3 node-gyp husky electron cypress handlebars marked highlight.js terser prettier rollup yargs eslint undici socket.io fastify rxjs immer pino winston nunjucks ejs pug mustache vm2 jsdom ajv lodash.template uglify-js underscore nodemailer node-forge crypto-js jszip react-router webpack babel-loader @babel/core postcss tailwindcss autoprefixer vitest mocha chai sinon nodemon pm2 knex sequelize mongoose typeorm redis ioredis pg mysql2 graphql apollo-server koa hapi ember-source @angular/core svelte solid-js preact three d3 chart.js leaflet playwright-core node-sass canvas argon2 keytar usb serialport esbuild-wasm lightningcss @swc/core parcel turbo",
  ),
  ...of(
    "pypi",
    "pyyaml setuptools pip wheel flask jinja2 werkzeug sqlalchemy pytest black pydantic lxml psutil ujson msgpack cffi gevent cryptography pillow numpy mako cython six pyzmq greenlet regex simplejson ipython tornado virtualenv django fastapi uvicorn celery scipy pandas matplotlib scikit-learn grpcio protobuf aiohttp multidict yarl frozenlist orjson ruff poetry-core hatchling flit-core meson-python scikit-build-core maturin pybind11 nbconvert jupyter-core notebook sphinx docutils pygments babel paramiko bcrypt pynacl boto3 botocore requests urllib3 httptools uvloop watchfiles",
  ),
  ...of(
    "deb-src",
    "bash grep sed tar gzip bzip2 zlib libxml2 libpng1.6 sudo nano lzip libzstd lz4 brotli libjpeg-turbo dpkg wget less patch diffutils findutils gawk m4 gettext file zip unzip nghttp2 libevent nettle readline procps iproute2 dnsmasq nginx memcached sqlite3 lua5.4 jansson libyaml screen tcpdump bc ed gnutls28",
  ),
]

/** The same of names drawn at random of the first 3,000 of each list of popular names, and of more that Debian builds: no rule was mended by them before they were audited. */
export const drawn: readonly string[] = [
  ...of(
    "npm",
    "before-after-hook history unist-util-position get-intrinsic @radix-ui/react-visually-hidden create-ecdh @types/react @aws-sdk/credential-provider-cognito-identity string-argv jsep @mdx-js/react @octokit/request-error has-bigints p-queue @emnapi/core safe-regex2 temp @emotion/styled map-cache is-generator-fn @eslint-community/regexpp array.prototype.flat @jest/test-sequencer @chevrotain/gast no-case wbuf @emotion/sheet is-module @radix-ui/react-focus-guards @aws-sdk/util-user-agent-browser eslint-visitor-keys tinyrainbow @esbuild/linux-arm64 proxy-from-env @oxc-project/types require-directory klona html-tags confbox es5-ext yoctocolors btoa dot-prop escape-html micromark-util-character @smithy/util-endpoints wrappy is-lower-case @babel/plugin-syntax-class-properties babel-plugin-polyfill-regenerator totalist @tanstack/react-start-rsc compare-func @radix-ui/react-direction sirv spdy-transport string.prototype.matchall rfdc @biomejs/biome object.values",
  ),
  ...of(
    "pypi",
    "azure-cli-core xlwt azure-storage-common parsel radon azure-mgmt-resource-deploymentstacks pmdarima ultralytics-thop cron-converter ddgs simpleeval deepgram-sdk flask-socketio runs snowflake-snowpark-python sentence-transformers dbl-tempo accessible-pygments pyte pypandoc awscrt pre-commit lmnr-claude-code-proxy graphviz pytest-mock types-tqdm oss2 exceptiongroup ipython-pygments-lexers langchain-openai jsonpath-ng apache-airflow-providers-standard sphinx-jinja proto-plus trio-websocket google-cloud-pubsub django-formtools db-dtypes eth-keyfile more-itertools pdfminer-six redis-py-cluster plotnine onnxruntime timm furo pagerduty tomli types-pygments schedule",
  ),
  ...of(
    "deb-src",
    "coreutils util-linux openssl rsync zsh dash flex bison make-dfsg pkgconf expect tcl8.6 e2fsprogs dosfstools libgcrypt20 libassuan libksba gpgme1.0 p11-kit cyrus-sasl2 libtasn1-6 libidn2 libpsl libssh2 libunistring popt cpio acl attr lsof strace htop tree libuv1 c-ares mutt irssi lynx",
  ),
  // Of the 7,641 sources of Debian 12 that build for libc6 and are neither C++, Rust, Go nor Python, the first 150 of a shuffled list, as far as the archive gives them.
  ...of(
    "deb-src",
    "afterstep agedu ario aspic audit brickos c-icap casacore cmark-gfm cntlm crm114 dangen fbset freerdp2 fstrm genius gesftpserver ghostscript gkrellm-volume golang-github-containers-toolbox grig gss-ntlmssp gtypist hashalot hiredis icoutils inotify-tools ipsvd iraf-rvsao kronosnet libapache2-mod-authnz-pam libapache2-mod-lisp libcap-ng libcidr libcrypt-openssl-bignum-perl libcrypt-openssl-ec-perl libdigest-jhash-perl libencode-eucjpms-perl libgsm libjsonparser liblist-utilsby-xs-perl libnet-arp-perl libptytty libqcow libsieve libterm-size-perl libtext-csv-xs-perl libtext-xslate-perl libtimezonemap libtokyocabinet-perl libva lzo2 magic metamath nagios4 openfortivpn osmo-bsc osslsigncode pd-bsaylor pev php-zmq poster ptunnel rfdump snooze squizz tcmu thunar tmperamental visualboyadvance vpcs wmsun wordnet xdg-dbus-proxy",
  ),
  // Those that most packages need, in that order, the largest left out.
  ...of(
    "deb-src",
    "alsa-lib cairo curl dbus dconf freetype gdk-pixbuf glib2.0 gmp gobject-introspection gtk+2.0 gtk+3.0 isl ki18n libx11 libxcb libxext mpclib3 mpfr4 ncurses pango1.0 pygobject systemd wayland",
  ),
]
