// An MCP server of either era, friendly or hostile, over stdio or Streamable
// HTTP, for what the official servers do not do.
//
//   scripted.mjs FILE [--http|--https]
//
// FILE is JSON:
//   era      "old": initialize and a session; "new": revision 2026-07-28, and
//            no word of the old one; "silent": old, and the probe unanswered;
//            "fragile": old, and the probe ends it
//   pages    of tools, each a list; a page's cursor is its number
//   trick    see `tricks`
//   says     written on standard error at the start
// With --http it listens on a free port of 127.0.0.1 and prints its URL; with
// --https as well, with a certificate for localhost that nobody else vouches for
// (support/tls, made for these tests).
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {createInterface} from 'node:readline';

const script = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pages = script.pages ?? [[]];
const META = 'io.modelcontextprotocol/';
const NEW = '2026-07-28';

const serverInfo = {name: script.name ?? 'scripted', version: '1'};
const capabilities = {tools: {}, ...script.capabilities};

function error(id, code, message) {
  return {jsonrpc: '2.0', id, error: {code, message}};
}

// What a well-behaved server of this era answers.
function answer(request) {
  const {id, method, params} = request;
  const ok = (result) => ({jsonrpc: '2.0', id, result});
  if (script.era === 'new') {
    const meta = params?._meta ?? {};
    if (meta[`${META}protocolVersion`] !== NEW) {
      return error(id, -32602, 'no protocol version in _meta');
    }
    if (method === 'server/discover') {
      return ok({
        resultType: 'complete',
        supportedVersions: [NEW],
        capabilities,
        instructions: script.instructions,
        _meta: {[`${META}serverInfo`]: serverInfo},
      });
    }
  } else if (method === 'initialize') {
    return ok({
      protocolVersion: script.revision ?? params.protocolVersion,
      capabilities,
      serverInfo,
      instructions: script.instructions,
    });
  }
  if (method === 'tools/list') {
    const at = Number(params?.cursor ?? 0);
    const next = at + 1 < pages.length ? {nextCursor: String(at + 1)} : {};
    const kind = script.era === 'new' ? {resultType: 'complete'} : {};
    return ok({tools: pages[at], ...next, ...kind});
  }
  return error(id, -32601, 'Method not found');
}

// Bytes to send instead of the answer to `tools/list`; null ends the server.
const tricks = {
  endless: () => Buffer.alloc(1 << 16, 'x'),
  notifications: () => '{"jsonrpc":"2.0","method":"notifications/message",' +
      '"params":{"level":"info","data":"' +
      'x'.repeat(4000) + '"}}\n',
  circle: (id) => ({
    jsonrpc: '2.0', id, result: {tools: [], nextCursor: 'again'}
  }),
  huge: (id) => ({
    jsonrpc: '2.0', id, result: {
      tools: [{name: 'huge', description: 'x'.repeat(10 << 20),
               inputSchema: {type: 'object'}}]
    }
  }),
  twice: (id) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{` +
      '"tools":[],"tools":[]}}\n',
  utf8: (id) => Buffer.concat([
    Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{` +
                '"tools":[{"name":"a","description":"'),
    Buffer.from([0xC3, 0x28]), Buffer.from('","inputSchema":{}}]}}\n')
  ]),
  // A request of its own first: an honest client declines and goes on.
  asks: (id, request) =>
      '{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage",' +
      '"params":{"messages":[]}}\n' + JSON.stringify(answer(request)) + '\n',
  noise: (id, request) => 'starting up...\n' +
      JSON.stringify(answer(request)) + '\n',
  half: (id) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"to`,
};

function stdio() {
  const forever = (make) => {
    const more = () => {
      while (process.stdout.write(make())) {
      }
      process.stdout.once('drain', more);
    };
    more();
  };
  if (script.says) process.stderr.write(script.says);
  createInterface({input: process.stdin}).on('line', (line) => {
    const request = JSON.parse(line);
    if (request.id === undefined || request.method === undefined) return;
    if (request.method === 'server/discover') {
      if (script.era === 'silent') return;
      if (script.era === 'fragile') process.exit(3);
    }
    if (request.method !== 'tools/list' || !script.trick) {
      process.stdout.write(JSON.stringify(answer(request)) + '\n');
      return;
    }
    const make = () => {
      const made = tricks[script.trick](request.id, request);
      return Buffer.isBuffer(made) || typeof made === 'string' ?
          made :
          JSON.stringify(made) + '\n';
    };
    if (script.trick === 'endless' || script.trick === 'notifications') {
      forever(make);
    } else if (script.trick === 'half') {
      process.stdout.write(make(), () => process.exit(5));
    } else {
      process.stdout.write(make());
    }
  });
}

function tls(name) {
  return readFileSync(new URL(`tls/${name}.pem`, import.meta.url));
}

function http(secure) {
  let session = null;
  const listen = async (request, response) => {
    if (request.method === 'DELETE') return response.writeHead(204).end();
    const parts = [];
    for await (const part of request) parts.push(part);
    const message = JSON.parse(Buffer.concat(parts));
    const fail = (status, code, text) =>
        response.writeHead(status, {'Content-Type': 'application/json'})
            .end(JSON.stringify(error(message.id ?? null, code, text)));
    if (script.secret &&
        request.headers.authorization !== `Bearer ${script.secret}`) {
      return response.writeHead(401).end();
    }
    if (script.trick === 'redirect') {
      return response.writeHead(307, {Location: 'http://192.0.2.1/'}).end();
    }
    if (script.era === 'new') {
      if (request.headers['mcp-method'] !== message.method ||
          request.headers['mcp-protocol-version'] !== NEW) {
        return fail(400, -32020, 'headers and body differ');
      }
    } else if (message.method === 'initialize') {
      session = 'session-1';
    } else if (request.headers['mcp-session-id'] !== session ||
               session === null) {
      return fail(400, -32000, 'no session');
    }
    if (message.id === undefined) return response.writeHead(202).end();
    const headers = session === null ? {} : {'Mcp-Session-Id': session};
    if (script.events) {
      response.writeHead(200, {...headers, 'Content-Type': 'text/event-stream'});
      response.write(': hello\r\n\r\nid: 1\r\ndata:\r\n\r\n');
      if (script.trick === 'endless' && message.method === 'tools/list') {
        const more = () => {
          while (!response.destroyed && response.write(':' + 'x'.repeat(65536))) {
          }
          if (!response.destroyed) response.once('drain', more);
        };
        return more();
      }
      response.write('data: {"jsonrpc":"2.0","method":"notifications/message",' +
                     '"params":{"level":"info","data":"hi"}}\n\n');
      const text = JSON.stringify(answer(message), null, 1);
      return response.end(
          'event: message\n' +
          text.split('\n').map((line) => `data: ${line}\n`).join('') + '\n');
    }
    response
        .writeHead(200, {...headers, 'Content-Type': 'application/json'})
        .end(JSON.stringify(answer(message)));
  };
  const server = secure ?
      createSecureServer({cert: tls('cert'), key: tls('key')}, listen) :
      createServer(listen);
  server.listen(0, '127.0.0.1', () => {
    const origin = secure ? 'https://localhost' : 'http://127.0.0.1';
    console.log(`${origin}:${server.address().port}/mcp`);
  });
}

const [transport] = process.argv.slice(3);
transport === undefined ? stdio() : http(transport === '--https');
