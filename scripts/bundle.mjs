// Bundles what browsers are sent: each page's sheet and script in one file, minified, and packed beforehand.
// node bundle.mjs STATIC DIST; hatch_build.py runs it beside the npm packages that it needs.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import { build } from "esbuild"
import { minify } from "terser"

const TARGET = 2022 // of ECMAScript
const BEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
const INSTEAD = [ // which modules of Yjs and lib0 give way to ours: what a draft needs of them weighs a tenth less
  [/^lib0\/logging$/, "logging.js"],
  [/^(lib0|\.)\/environment(\.js)?$/, "environment.js"],
  [/\/(YXml\w+|Content(Binary|Doc|Embed|JSON))\.js$/, "foreign.js"],
]

const [STATIC, DIST] = process.argv.slice(2)
const pages = join(STATIC, "pages")
const ours = ["", "pages", "src"].flatMap((folder) => readdirSync(join(STATIC, folder)).filter((name) => name.endsWith(".js")).map((name) => join(STATIC, folder, name)))
const words = ours.flatMap((file) => readFileSync(file, "utf8").match(/[A-Za-z]\w*/g) ?? [])
const SMALLER = {
  module: true,
  ecma: TARGET,
  compress: { passes: 3, keep_fargs: false, pure_getters: true, unsafe_arrows: true, drop_console: true },
  mangle: { properties: { keep_quoted: true, reserved: [...new Set(words)] } }, // what Yjs has among itself, and no word of ours
}
const givingWay = {
  name: "giving-way",
  setup(bundle) {
    for (const [filter, name] of INSTEAD) bundle.onResolve({ filter }, () => ({ path: join(STATIC, "src", "instead", name) }))
  },
}

const { outputFiles } = await build({
  entryPoints: readdirSync(pages).map((name) => join(pages, name)),
  bundle: true,
  minify: true,
  format: "esm",
  target: `es${TARGET}`,
  legalComments: "none",
  nodePaths: [fileURLToPath(new URL("node_modules", import.meta.url))],
  alias: { yjs: "yjs/src/index.js" },
  plugins: [givingWay],
  outdir: DIST,
  write: false,
})

mkdirSync(DIST)
for (const { path, text } of outputFiles) {
  const whole = path.endsWith(".js") ? (await minify(text, SMALLER)).code : text
  writeFileSync(path, whole)
  writeFileSync(`${path}.br`, brotliCompressSync(whole, BEST))
  writeFileSync(`${path}.gz`, gzipSync(whole, { level: constants.Z_BEST_COMPRESSION }))
}
