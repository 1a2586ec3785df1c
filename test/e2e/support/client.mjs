// The official SDK's client, with or without polc-shim before the server.
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';

import {later, shim} from './paths.mjs';

// Connects to `command` (program and arguments). With `shimmed`, the given
// arguments of polc-shim put it in between. `prepare` sees the client before
// it connects; the client is closed when the test ends.
export async function connect(t, command, {shimmed, prepare, capabilities} = {}) {
  const all =
      shimmed === undefined ? command : [shim, ...shimmed, '--', ...command];
  const transport = new StdioClientTransport(
      {command: all[0], args: all.slice(1), stderr: 'ignore'});
  const client = new Client({name: 'polc-e2e', version: '1'},
                            {capabilities: capabilities ?? {}});
  prepare?.(client);
  later(t, () => client.close());
  await client.connect(transport);
  return client;
}

// What `action` gives, with an exception as plain data.
export async function outcome(action) {
  try {
    return {result: await action()};
  } catch (error) {
    return {code: error.code, message: error.message, data: error.data};
  }
}
