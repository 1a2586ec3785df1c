// A child process that speaks JSON-RPC, one message a line, driven by hand:
// unlike an SDK's client it can send any bytes at all and sees every line that
// comes back. Nothing here sleeps; every wait has a deadline.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';

const DEADLINE_MS = 20000;

// `promise`, or an error that says what did not happen in time.
export function within(promise, what, ms = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Peer {
  constructor(command, args, options = {}) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {...process.env, ...options.env},
      cwd: options.cwd,
    });
    this.messages = [];  // every line that came, parsed
    this.noise = [];     // lines that are no JSON
    this.stderr = '';
    this.waiting = new Set();
    this.exited = once(this.child, 'exit')
                      .then(([code, signal]) => ({code, signal}));
    this.exited.catch(() => {});
    // A peer that has gone away is seen by its exit, not by EPIPE.
    this.child.stdin.on('error', () => {});
    this.child.stderr.on('data', (data) => this.stderr += data);
    let rest = Buffer.alloc(0);
    this.child.stdout.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (let end; (end = rest.indexOf(10)) >= 0;) {
        this.#take(rest.subarray(0, end).toString());
        rest = rest.subarray(end + 1);
      }
    });
  }

  #take(line) {
    try {
      this.messages.push(JSON.parse(line));
    } catch {
      this.noise.push(line);
    }
    for (const check of [...this.waiting]) check();
  }

  get pid() {
    return this.child.pid;
  }

  // Bytes as they are, or an object as one line.
  send(message) {
    const raw = typeof message === 'string' || Buffer.isBuffer(message);
    this.child.stdin.write(raw ? message : JSON.stringify(message) + '\n');
  }

  // The first message, come or to come, that `wanted` accepts.
  message(wanted, what, ms) {
    const come = new Promise((resolve) => {
      const check = () => {
        const found = this.messages.find(wanted);
        if (found === undefined) return;
        this.waiting.delete(check);
        resolve(found);
      };
      this.waiting.add(check);
      check();
    });
    const gone = this.exited.then(({code, signal}) => {
      throw new Error(`it exited (${code ?? signal}) before ${what}`);
    });
    return within(Promise.race([come, gone]), what, ms).catch((error) => {
      error.message += `\nstderr:\n${this.stderr.slice(-4000)}`;
      throw error;
    });
  }

  // Sends a request and returns the whole response.
  request(id, method, params) {
    this.send({jsonrpc: '2.0', id, method, ...(params && {params})});
    return this.response(id);
  }

  response(id) {
    return this.message((m) => m.id === id && !('method' in m),
                        `answer to ${JSON.stringify(id)}`);
  }

  call(id, name, args) {
    return this.request(id, 'tools/call', {name, arguments: args});
  }

  // The handshake of the protocol revisions that have one.
  async initialize() {
    const answer = await this.request('init', 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: {name: 'polc-e2e', version: '1'},
    });
    this.send({jsonrpc: '2.0', method: 'notifications/initialized'});
    return answer;
  }

  // Returns once all that was sent before has been dealt with: the messages of
  // a session are handled in order, and a ping goes the whole way.
  fence(name) {
    return this.request(`fence-${name}`, 'ping');
  }

  // The most memory that it has ever used, in MiB; null when it is gone.
  peakMemory() {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024;
    } catch {
      return null;
    }
  }

  exit(what = 'exit', ms) {
    return within(this.exited, what, ms);
  }

  // For `t.after`: ends it whatever state it is in.
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await this.exited;
    }
  }
}
