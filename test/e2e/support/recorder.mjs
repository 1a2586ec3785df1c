// A small MCP server over stdio that writes down every byte it is given, for
// tests of what a proxy lets through.
//
//   recorder.mjs FOLDER [--answer METHOD FILE] [--audit FILE] [--stubborn]
//
// FOLDER/received has the bytes, FOLDER/pid its process id. --answer replaces
// its answer to METHOD by the bytes of FILE. With --audit it notes in
// FOLDER/audit-lines how many lines that file had when each tools/call came.
// --stubborn: it ignores the end of its input and SIGTERM.
//
// A call's `arguments.mode` can ask it to `hang` (never answer), to `crash`, or
// to `wait` (answer once there is a file FOLDER/open).
import {appendFileSync, existsSync, readFileSync, watch, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [folder, ...options] = process.argv.slice(2);
const scripted = new Map();
let audit = null;
let stubborn = false;
while (options.length > 0) {
  const option = options.shift();
  if (option === '--answer') {
    const method = options.shift();
    scripted.set(method, readFileSync(options.shift()));
  } else if (option === '--audit') {
    audit = options.shift();
  } else if (option === '--stubborn') {
    stubborn = true;
  }
}

const names =
    ['echo', 'read_file', 'run', 'pay', 'fetch', 'delete_repo', 'rename_repo'];
const tools = names.map((name) => ({
                          name,
                          description: `the tool ${name}`,
                          inputSchema: {type: 'object'},
                        }));

function result(request) {
  switch (request.method) {
    case 'initialize':
      return {
        protocolVersion: request.params.protocolVersion,
        capabilities: {tools: {}, resources: {}},
        serverInfo: {name: 'recorder', version: '1'},
      };
    case 'ping':
      return {};
    case 'tools/list':
      return {tools};
    case 'tools/call':
      return {content: [{type: 'text', text: `ran ${request.params.name}`}]};
    case 'resources/read':
      return {contents: [{uri: request.params.uri, text: 'contents'}]};
    default:
      return null;
  }
}

function auditLines() {
  return existsSync(audit) ? readFileSync(audit, 'latin1').split('\n').length -
                                 1 :
                             0;
}

function answer(request) {
  if (audit !== null && request.method === 'tools/call') {
    appendFileSync(join(folder, 'audit-lines'), `${auditLines()}\n`);
  }
  if (request.id === undefined || !('method' in request)) return;
  const mode = request.params?.arguments?.mode;
  if (mode === 'hang') return;
  if (mode === 'wait' && !existsSync(join(folder, 'open'))) {
    waiting.push(request);
    return;
  }
  if (mode === 'crash') process.kill(process.pid, 'SIGKILL');
  const own = String(request.id).startsWith('polc:');
  if (scripted.has(request.method) && !own) {
    process.stdout.write(scripted.get(request.method));
    process.stdout.write('\n');
    return;
  }
  const found = result(request);
  const error = {code: -32601, message: 'Method not found'};
  process.stdout.write(
      JSON.stringify({
        jsonrpc: '2.0',
        id: request.id,
        ...(found === null ? {error} : {result: found}),
      }) +
      '\n');
}

// The test opens the gate, and those that wait go on.
const waiting = [];
watch(folder, () => {
  if (!existsSync(join(folder, 'open'))) return;
  for (const request of waiting.splice(0)) answer(request);
}).unref();

writeFileSync(join(folder, 'pid'), String(process.pid));
if (stubborn) {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1 << 30);
}
let rest = Buffer.alloc(0);
process.stdin.on('data', (data) => {
  appendFileSync(join(folder, 'received'), data);
  rest = Buffer.concat([rest, data]);
  for (let end; (end = rest.indexOf(10)) >= 0;) {
    const line = rest.subarray(0, end).toString();
    rest = rest.subarray(end + 1);
    try {
      answer(JSON.parse(line));
    } catch {
      // Written down all the same.
    }
  }
});
