// Makes a browser, fonts, axe and clients of Yjs out of the packages that npm brought: node unpack.mjs PACKAGES TARGET
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import zlib from "node:zlib";

const [packages, target] = process.argv.slice(2);
const SANS_CHINESE = path.join(packages, "@fontsource-variable/noto-sans-sc/files");
const WHOLE = path.join(packages, "@expo-google-fonts");
const CLIENTS = ["yjs", "y-websocket", "@hocuspocus/provider", "ws"];
const WEIGHTS = ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"];

function unpackChromium(from, to) {
  fs.mkdirSync(to, { recursive: true });
  const unbrotli = (name) => zlib.brotliDecompressSync(fs.readFileSync(path.join(from, name)));
  fs.writeFileSync(path.join(to, "chromium"), unbrotli("chromium.br"), { mode: 0o755 });
  for (const part of ["al2023", "swiftshader"]) {
    execFileSync("tar", ["xf", "-", "-C", to, "--no-same-owner"], { input: unbrotli(`${part}.tar.br`) });
  }
}

function copyFonts(to) {
  for (const font of fs.readdirSync(WHOLE)) {
    for (const weight of WEIGHTS) {
      const folder = path.join(WHOLE, font, weight);
      if (fs.existsSync(folder)) fs.cpSync(folder, to, { recursive: true });
    }
  }
}

// Chromium reads no WOFF2 as a system font, and nobody publishes Chinese letters in a smaller form.
async function unpackChinese(to) {
  const { decompress } = createRequire(path.join(packages, "x.js"))("wawoff2");
  for (const name of fs.readdirSync(SANS_CHINESE)) {
    const font = await decompress(fs.readFileSync(path.join(SANS_CHINESE, name)));
    fs.writeFileSync(path.join(to, name.replace(".woff2", ".ttf")), font);
  }
}

// With all that they need themselves.
function copyClients(to) {
  const left = [...CLIENTS];
  for (let name = left.pop(); name; name = left.pop()) {
    const folder = path.join(packages, name);
    if (fs.existsSync(path.join(to, name)) || !fs.existsSync(folder)) continue;
    fs.cpSync(folder, path.join(to, name), { recursive: true });
    const told = JSON.parse(fs.readFileSync(path.join(folder, "package.json")));
    left.push(...Object.keys({ ...told.dependencies, ...told.peerDependencies }));
  }
}

const fonts = path.join(target, "fonts");
fs.mkdirSync(fonts, { recursive: true });
unpackChromium(path.join(packages, "@sparticuz/chromium/bin"), path.join(target, "chromium"));
copyFonts(fonts);
await unpackChinese(fonts);
fs.copyFileSync(path.join(packages, "axe-core/axe.min.js"), path.join(target, "axe.js"));
copyClients(path.join(target, "node_modules"));
