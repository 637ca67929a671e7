// Makes assets/dist: one style sheet, the scripts, the face, the icons, and the version of all of them.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sass from 'sass';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, 'dist');
const modules = path.join(here, 'node_modules');
fs.mkdirSync(dist, { recursive: true });

const icons = ['search', 'menu', 'printer', 'file-spreadsheet', 'plus', 'map-pin', 'circle-user'];
const face = path.join(modules, '@fontsource-variable/source-sans-3/files');

function style() {
  // No byte order mark: between the two sheets it would swallow the first rule, the Vietnamese face.
  const options = { loadPaths: [modules], style: 'compressed', charset: false, quietDeps: true, logger: sass.Logger.silent };
  const base = sass.compile(path.join(here, 'src/govuk.scss'), options).css;
  const own = sass.compileString(fs.readFileSync(path.join(here, 'src/app.css'), 'utf8'), { ...options, syntax: 'css' }).css;
  return base + own;
}

function sprite() {
  const symbols = icons.map((name) => {
    const svg = fs.readFileSync(path.join(modules, 'lucide-static/icons', `${name}.svg`), 'utf8');
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

const made = {
  'app.css': style(),
  'app.js': fs.readFileSync(path.join(here, 'src/app.js'), 'utf8'),
  'passkey.js': fs.readFileSync(path.join(here, 'src/passkey.js'), 'utf8'),
  'icon.svg': fs.readFileSync(path.join(here, 'src/icon.svg'), 'utf8'),
  'icons.svg': sprite(),
};
for (const subset of ['latin', 'vietnamese']) {
  made[`source-sans-3-${subset}.woff2`] = fs.readFileSync(path.join(face, `source-sans-3-${subset}-wght-normal.woff2`));
}
const hash = crypto.createHash('sha256');
for (const [name, body] of Object.entries(made)) {
  fs.writeFileSync(path.join(dist, name), body);
  hash.update(body);
}
fs.writeFileSync(path.join(dist, 'version.txt'), hash.digest('hex').slice(0, 12));
