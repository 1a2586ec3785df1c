// What one call changes for the next: marks that a read leaves behind, and
// leases that a running call holds, in one shim and across several.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {verifyAudit} from './support/audit.mjs';
import {cases, folder} from './support/paths.mjs';
import {Session} from './support/session.mjs';

const policy = join(cases, 'state.pol');
let next = 0;

function start(t, state) {
  return Session.start(t, {policy, state});
}

function send(session, name, args = {}) {
  const id = `call-${++next}`;
  session.peer.send({
    jsonrpc: '2.0', id, method: 'tools/call', params: {name, arguments: args},
  });
  return id;
}

// Whether a call was let through, or the text that it was denied with.
async function ending(session, id) {
  const {result} = await session.peer.response(id);
  return result.isError === true ? result.content[0].text : 'allowed';
}

const call = (session, name, args) =>
    ending(session, send(session, name, args));

// What waiting would do: ends what the store holds until some instant, with
// the program that other people would look into it with.
function letTimePass(file, table, seconds) {
  const edit = `import sqlite3
db = sqlite3.connect(${JSON.stringify(file)}, timeout=10)
changed = db.execute("UPDATE ${table} SET until = until - ${seconds}").rowcount
db.commit()
print(changed)`;
  const changed = execFileSync('python3', ['-c', edit], {encoding: 'utf8'});
  assert.equal(changed.trim(), '1');
}

describe('marks', {concurrency: 2}, () => {
  it('what was read is not sent, nor after a restart', async (t) => {
    const state = `sqlite:${join(folder(t), 'state.db')}`;
    const first = await start(t, state);
    assert.equal(await call(first, 'echo'), 'allowed');
    assert.equal(await call(first, 'read_file', {private: false}), 'allowed');
    assert.equal(await call(first, 'echo'), 'allowed');
    assert.equal(await call(first, 'read_file', {private: true}), 'allowed');
    assert.match(await call(first, 'echo'), /^What was read stays here\./);
    const [, , , marking, denied] = first.audit();
    assert.deepEqual(marking.marks, ['state.read_private']);
    assert.deepEqual(denied.marks, []);
    assert.equal(denied.rule, 'state.no_exfiltration');
    verifyAudit(first.auditFile);
    first.peer.child.kill('SIGKILL');
    await first.peer.exited;
    const second = await start(t, state);
    assert.match(await call(second, 'echo'), /^What was read stays here\./);
  });

  it('two shims of one state see one mark', async (t) => {
    const state = `sqlite:${join(folder(t), 'state.db')}`;
    const [reader, sender] = [await start(t, state), await start(t, state)];
    assert.equal(await call(sender, 'echo'), 'allowed');
    assert.equal(await call(reader, 'read_file', {private: true}), 'allowed');
    assert.match(await call(sender, 'echo'), /^What was read stays here\./);
  });

  it('a mark ends with its hour', async (t) => {
    const file = join(folder(t), 'state.db');
    const session = await start(t, `sqlite:${file}`);
    assert.equal(await call(session, 'read_file', {private: true}), 'allowed');
    letTimePass(file, 'holders', 3000);
    assert.match(await call(session, 'echo'), /^What was read stays here\./);
    letTimePass(file, 'holders', 600);
    assert.equal(await call(session, 'echo'), 'allowed');
  });

  it('a call that is denied leaves no mark', async (t) => {
    const session = await start(t);
    // Whether it is private can't be told: that denies.
    assert.notEqual(await call(session, 'read_file'), 'allowed');
    assert.equal(await call(session, 'echo'), 'allowed');
  });
});

describe('concurrent limits', {concurrency: 2}, () => {
  const used = /^limit `state\.slots` is used up/;

  it('a running call holds its place until it is answered', async (t) => {
    const state = `sqlite:${join(folder(t), 'state.db')}`;
    const [one, other] = [await start(t, state), await start(t, state)];
    const running = send(one, 'run', {mode: 'wait'});
    await one.peer.fence('the first call is with its server');
    assert.match(await call(one, 'run'), used);
    assert.match(await call(other, 'run'), used);
    assert.equal(await call(other, 'echo'), 'allowed');
    writeFileSync(join(one.record, 'open'), '');
    assert.equal(await ending(one, running), 'allowed');
    assert.equal(await call(other, 'run'), 'allowed');
    assert.equal(await call(one, 'run'), 'allowed');
  });

  it('the end of the server is the end of its calls', async (t) => {
    const state = `sqlite:${join(folder(t), 'state.db')}`;
    const [one, other] = [await start(t, state), await start(t, state)];
    send(one, 'run', {mode: 'wait'});
    await one.peer.fence('the call is with its server');
    assert.match(await call(other, 'run'), used);
    send(one, 'echo', {mode: 'crash'});
    await one.peer.exit('exit after the crash');
    assert.equal(await call(other, 'run'), 'allowed');
  });

  it('a killed shim keeps its place for half a minute', async (t) => {
    const file = join(folder(t), 'state.db');
    const [one, other] = [
      await start(t, `sqlite:${file}`), await start(t, `sqlite:${file}`),
    ];
    send(one, 'run', {mode: 'wait'});
    await one.peer.fence('the call is with its server');
    one.peer.child.kill('SIGKILL');
    await one.peer.exited;
    assert.match(await call(other, 'run'), used);
    letTimePass(file, 'leases', 30_000);
    assert.equal(await call(other, 'run'), 'allowed');
  });
});
