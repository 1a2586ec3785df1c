// Runs `polc scan` against servers of all kinds.
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {folder, later, polc} from './paths.mjs';
import {within} from './peer.mjs';

const scripted = fileURLToPath(new URL('scripted.mjs', import.meta.url));

// What a run of polc came to: its status and what it printed.
export function run(args, options = {}) {
  return new Promise((resolve) => {
    const child = execFile(polc, args, {...options, maxBuffer: 1 << 26},
                           (error, stdout, stderr) => resolve(
                               {status: child.exitCode, stdout, stderr}));
  });
}

export function scan(args, options) {
  return run(['scan', ...args], options);
}

// The command of a server that plays `script` (scripted.mjs) over stdio.
export function stdioServer(t, script) {
  const file = join(folder(t), 'script.json');
  writeFileSync(file, JSON.stringify(script));
  return [process.execPath, scripted, file];
}

// The first line of a child's output that `wanted` finds something in.
async function lineOf(stream, wanted) {
  let text = '';
  for await (const data of stream) {
    text += data;
    const found = wanted.exec(text);
    if (found) return found;
  }
  throw new Error(`it ended without ${wanted}: ${text}`);
}

function start(t, command, args, env) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env}});
  later(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

// The URL of a server that plays `script` over Streamable HTTP.
export async function httpServer(t, script, {secure = false} = {}) {
  const [node, ...args] = stdioServer(t, script);
  const child = start(t, node, [...args, secure ? '--https' : '--http']);
  const [url] =
      await within(lineOf(child.stdout, /^https?:\S+/m), 'URL of the server');
  return url;
}

// The URL of a program that listens where PORT says and then says so.
export async function listening(t, program, args, said) {
  // A port that was free a moment ago: such servers take no 0.
  for (let attempt = 0; attempt < 5; ++attempt) {
    const port = 20000 + Math.floor(Math.random() * 20000);
    const child = start(t, process.execPath, [program, ...args],
                        {PORT: String(port)});
    try {
      await within(lineOf(child.stderr, said), 'listening server');
      return `http://127.0.0.1:${port}/mcp`;
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}
