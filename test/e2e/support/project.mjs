// A small project folder for server-filesystem. `reset` puts it back in place
// (same files, same times), so that two servers can be asked the same of it.
import {mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const PIXEL = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk' +
        'YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64');

const FILES = {
  'README.md': '# Project\n\nA line.\nAnother line.\n',
  'src/main.c': 'int main(void) { return 0; }\n',
  'src/util.c': 'int twice(int x) { return 2 * x; }\n',
  'docs/gr\u00fc\u00dfe.txt': 'Gr\u00fc\u00dfe, \u4f60\u597d, \u{1f600}\n',
  'docs/empty.txt': '',
  'docs/long.txt': 'All work and no play.\n'.repeat(5000),
  'logo.png': PIXEL,
  'secrets/token.txt': 'not for agents\n',
};
const FOLDERS = ['', 'src', 'docs', 'secrets'];
const TIME = new Date('2026-01-15T10:30:00Z');

function removeOthers(root, folder) {
  for (const entry of readdirSync(join(root, folder), {withFileTypes: true})) {
    const path = join(folder, entry.name);
    const known = entry.isDirectory() ? FOLDERS.includes(path) : path in FILES;
    if (!known) rmSync(join(root, path), {recursive: true});
  }
}

export function reset(root) {
  for (const folder of FOLDERS) mkdirSync(join(root, folder), {recursive: true});
  for (const folder of FOLDERS) removeOthers(root, folder);
  for (const [name, content] of Object.entries(FILES)) {
    // Written in place: its time of birth stays.
    writeFileSync(join(root, name), content);
    utimesSync(join(root, name), TIME, TIME);
  }
  for (const folder of FOLDERS) utimesSync(join(root, folder), TIME, TIME);
}

