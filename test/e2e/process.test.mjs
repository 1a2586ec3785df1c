// Processes end, crash and hang; the shim answers what is pending and leaves
// nothing behind.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {cases, folder, later, recorder, shim} from './support/paths.mjs';
import {Peer} from './support/peer.mjs';
import {Session} from './support/session.mjs';

function childOf(session) {
  return Number(readFileSync(join(session.record, 'pid'), 'utf8'));
}

function alive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie nobody has waited for is not alive either.
  const state = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return !/\) [ZX] /.test(state);
}

describe('processes', {concurrency: 2}, () => {
  it('a crash of the server answers each pending id once', async (t) => {
    const {peer} = await Session.start(t);
    const ids = ['a', 'b', 3];
    for (const id of ids) {
      peer.send({
        jsonrpc: '2.0', id, method: 'tools/call',
        params: {name: 'echo', arguments: {mode: 'hang'}},
      });
    }
    peer.send({
      jsonrpc: '2.0', id: 'last', method: 'tools/call',
      params: {name: 'echo', arguments: {mode: 'crash'}},
    });
    for (const id of [...ids, 'last']) {
      const answer = await peer.response(id);
      assert.ok(answer.error, JSON.stringify(answer));
    }
    await peer.exit('exit after the crash');
    for (const id of [...ids, 'last']) {
      assert.equal(peer.messages.filter((m) => m.id === id).length, 1);
    }
  });

  it('the client closes its pipe: all ends', async (t) => {
    const session = await Session.start(t);
    const pid = childOf(session);
    session.peer.child.stdin.end();
    const {code} = await session.peer.exit();
    assert.equal(code, 0);
    assert.ok(!alive(pid), 'the server has ended');
  });

  it('a server that does not want to end is ended', async (t) => {
    const session = await Session.start(t, {server: ['--stubborn']});
    const pid = childOf(session);
    session.peer.child.stdin.end();
    await session.peer.exit();
    assert.ok(!alive(pid), 'the server has ended');
  });

  it('SIGTERM ends both, with exit code 0', async (t) => {
    const session = await Session.start(t);
    const pid = childOf(session);
    session.peer.send({
      jsonrpc: '2.0', id: 1, method: 'tools/call',
      params: {name: 'echo', arguments: {mode: 'hang'}},
    });
    await session.peer.fence('sent');
    session.peer.child.kill('SIGTERM');
    const {code} = await session.peer.exit('exit on SIGTERM', 8000);
    assert.equal(code, 0);
    assert.ok(!alive(pid), 'the server has ended');
  });

  it('the end of the shim by SIGKILL closes the server', async (t) => {
    const session = await Session.start(t);
    const pid = childOf(session);
    session.peer.child.kill('SIGKILL');
    await session.peer.exit();
    // Its standard input is closed, so it ends by itself; wait for that.
    const deadline = Date.now() + 10000;
    while (alive(pid) && Date.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(!alive(pid), 'the server has ended');
  });

  it('what the server writes to stderr comes through', async (t) => {
    const peer = new Peer(shim, [
      '--policy', join(cases, 'f1.pol'), '--state', 'memory:', '--audit',
      join(folder(t), 'audit.jsonl'), '--', process.execPath, '-e',
      'console.error("hello from the server"); process.exit(0)'
    ]);
    later(t, () => peer.stop());
    await peer.exit();
    assert.match(peer.stderr, /hello from the server/);
  });

  it('the server does not inherit secrets or open files', async (t) => {
    const temp = folder(t);
    const out = join(temp, 'seen');
    const peer = new Peer(
        shim,
        [
          '--policy', join(cases, 'f1.pol'), '--state',
          `sqlite:${join(temp, 'state.db')}`, '--audit',
          join(temp, 'audit.jsonl'), '--', 'bash', '-c',
          `ls /proc/self/fd > ${out}`
        ]);
    later(t, () => peer.stop());
    await peer.exit();
    // 0, 1, 2 and the folder that ls itself reads.
    assert.deepEqual(readFileSync(out, 'utf8').trim().split('\n'),
                     ['0', '1', '2', '3']);
  });
});

describe('refusing to start', {concurrency: 2}, () => {
  const start = async (t, args) => {
    const peer = new Peer(shim, args);
    later(t, () => peer.stop());
    return {peer, ...(await peer.exit())};
  };
  const never = ['--', process.execPath, recorder, '/nonexistent'];

  it('usage errors exit with 2', async (t) => {
    assert.equal((await start(t, ['--no-such-option'])).code, 2);
    assert.equal((await start(t, never)).code, 2);
  });

  it('a policy that does not check exits with 78', async (t) => {
    const file = join(folder(t), 'bad.pol');
    writeFileSync(file, 'policy p;\nallow x when nothing_known;\n');
    const {peer, code} = await start(t, ['--policy', file, ...never]);
    assert.equal(code, 78, peer.stderr);
    assert.match(peer.stderr, /bad\.pol:2:/);
  });

  it('a state that cannot be opened exits with 78', async (t) => {
    const temp = folder(t);
    const file = join(temp, 'state.db');
    writeFileSync(file, 'not a database, but long enough to look at\n'.repeat(9));
    const {peer, code} = await start(t, [
      '--policy', join(cases, 'f1.pol'), '--state', `sqlite:${file}`,
      '--audit', join(temp, 'a'), ...never
    ]);
    assert.equal(code, 78, peer.stderr);
  });

  it('an audit log that cannot be opened exits with 78', async (t) => {
    const {peer, code} = await start(t, [
      '--policy', join(cases, 'f1.pol'), '--state', 'memory:', '--audit',
      join(folder(t), 'missing/a'), ...never
    ]);
    assert.equal(code, 78, peer.stderr);
  });

  it('a server that is no program exits with 78', async (t) => {
    const {peer, code} = await start(t, [
      '--policy', join(cases, 'f1.pol'), '--state', 'memory:', '--audit',
      join(folder(t), 'a'), '--', '/no/such/program'
    ]);
    assert.equal(code, 78, peer.stderr);
  });
});
