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

const cleanups = new WeakMap();

// Runs `action` when the test `t` ends, the last one registered first: a
// process ends before the folder that it writes to is removed.
export function later(t, action) {
  if (!cleanups.has(t)) {
    const actions = [];
    cleanups.set(t, actions);
    t.after(async () => {
      for (const one of actions.reverse()) await one();
    });
  }
  cleanups.get(t).push(action);
}

// A new folder that is removed when the test `t` ends.
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'polc-e2e-'));
  // The server of a killed shim may be writing its last line.
  const options = {recursive: true, force: true, maxRetries: 10};
  later(t, () => rmSync(path, options));
  return path;
}
