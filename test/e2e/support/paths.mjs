// Where the things that the tests run are, and fresh folders for each test.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export const root = resolve(here, '../../..');
export const shim = join(root, 'build/release/bin/polc-shim');
export const polc = join(root, 'build/release/bin/polc');
export const cases = join(root, 'test/cases');
export const recorder = join(here, 'recorder.mjs');

// The program of one of the official servers.
export function server(name) {
  return join(root, 'test/e2e/node_modules/@modelcontextprotocol', name,
              'dist/index.js');
}

// A new folder that is removed when the test `t` ends.
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'polc-e2e-'));
  t.after(() => rmSync(path, {recursive: true, force: true}));
  return path;
}
