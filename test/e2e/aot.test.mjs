// A session that starts from compiled policies: it decides as one that starts
// from their text does, and has neither compiler nor solver in memory.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {hostileCases} from './support/cases.mjs';
import {compiled} from './support/compiled.mjs';
import {cases, folder, later, root, shim} from './support/paths.mjs';
import {Peer, within} from './support/peer.mjs';
import {Session} from './support/session.mjs';

const f1 = join(cases, 'f1.pol');

// What a decision's audit record says, whenever it was made.
function told(record) {
  const {decision, by, rule, reason, charges, marks, policy} = record;
  return {decision, by, rule, reason, charges, marks, policy};
}

async function refused(t, args) {
  const peer = new Peer(shim, [
    ...args, '--state', 'memory:', '--audit', '-', '--', '/bin/cat'
  ]);
  later(t, () => peer.stop());
  // All that it said has come when its ends are closed.
  const closed = once(peer.child, 'close').then(([code]) => code);
  assert.equal(await within(closed, 'exit'), 78, peer.stderr);
  return peer.stderr;
}

// Waits for words on the standard error.
async function says(peer, words) {
  const heard = new Promise((resolve) => {
    const check = () => {
      if (!peer.stderr.includes(words)) return;
      peer.child.stderr.off('data', check);
      resolve();
    };
    peer.child.stderr.on('data', check);
    check();
  });
  await within(heard, `\`${words}\``);
}

describe('compiled policies', {concurrency: 2}, () => {
  it('neither LLVM nor Z3 nor the compiler is mapped', async (t) => {
    const session = await Session.start(t, {policy: compiled(t, f1)});
    await session.peer.call(1, 'echo', {});
    const maps =
        readFileSync(`/proc/${session.peer.pid}/maps`, 'latin1').split('\n');
    const code = maps.filter((line) => / r-xp \S+ 00:00 0 *$/.test(line));
    assert.equal(code.length, 1, 'the policies are');
    for (const line of maps) {
      assert.doesNotMatch(line, /LLVM|libz3|polc_compiler/);
      assert.doesNotMatch(line, / .wx. /);
    }
  });

  it('decide as their text does, word for word', async (t) => {
    const text = await Session.start(t, {policy: f1});
    const ahead = await Session.start(t, {policy: compiled(t, f1)});
    for (const one of hostileCases(['value'])) {
      if (one.expected.verdict === 'lint') continue;
      const line = Buffer.concat([one.bytes, Buffer.from('\n')]);
      const a = await text.probe(line, one.id);
      const b = await ahead.probe(line, one.id);
      assert.deepEqual(b.answers, a.answers, one.id);
      assert.deepEqual(b.audited.map(told), a.audited.map(told), one.id);
    }
    for (const session of [text, ahead]) {
      await session.peer.call('pays', 'pay', {amount: 7});
    }
    assert.deepEqual(ahead.audit().map(told), text.audit().map(told));
    assert.ok(ahead.audit().some((r) => r.decision === 'allow'));
    assert.ok(ahead.audit().some((r) => r.charges.length > 0));
    assert.equal(new Set(ahead.audit().map((r) => r.policy)).size, 1);
  });

  it('carry their catalog: lists are filtered and schemas hold', async (t) => {
    const ecs = join(root, 'examples/ecs');
    const sessions = [];
    for (const policy of [ecs, compiled(t, ecs)]) {
      sessions.push(await Session.start(t, {policy}));
    }
    const calls = [
      ['ecs_resource_management', {api_operation: 'ListClusters'}],
      ['ecs_resource_management', {api_operation: 7}],
      ['ecs_resource_management', {api_operation: 'DeleteService'}],
      ['no_such_tool', {}],
    ];
    for (const [i, [tool, args]] of calls.entries()) {
      const [a, b] = await Promise.all(
          sessions.map((session) => session.peer.call(i, tool, args)));
      assert.deepEqual(b, a);
    }
    const [a, b] = sessions.map((session) => session.audit().map(told));
    assert.deepEqual(b, a);
    assert.ok(b.some((r) => r.by === 'schema'));
  });

  it('are replaced at SIGHUP, unless the new file is damaged', async (t) => {
    const file = join(folder(t), 'policy.so');
    copyFileSync(compiled(t, f1), file);
    const session = await Session.start(t, {policy: file});
    const {peer} = session;
    assert.ok((await peer.call(1, 'delete_repo', {})).result.isError);

    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);  // in place, under the running one
    peer.child.kill('SIGHUP');
    await says(peer, 'damaged: its digest is not that of its bytes');
    assert.ok((await peer.call(2, 'delete_repo', {})).result.isError);
    assert.ok(!(await peer.call(3, 'echo', {})).result.isError);

    const other = join(folder(t), 'other.pol');
    writeFileSync(other, 'policy other;\nallow everything tool "*";\n');
    copyFileSync(compiled(t, other), file);
    peer.child.kill('SIGHUP');
    await says(peer, 'the policies are reloaded');
    assert.ok(!(await peer.call(4, 'delete_repo', {})).result.isError);
  });

  it('that can not be trusted are not enforced', async (t) => {
    const file = compiled(t, f1);
    const bytes = readFileSync(file);
    const bad = join(folder(t), 'bad.so');
    writeFileSync(bad, bytes.subarray(0, bytes.length - 100));
    assert.match(await refused(t, ['--policy', bad]), /bad\.so`: cut off/);
    assert.match(await refused(t, ['--policy', file, f1]),
                 /a whole set: name it alone/);
    const catalog = join(root, 'examples/ecs/awslabs.ecs-mcp-server.json');
    assert.match(await refused(t, ['--policy', file, '--catalog', catalog]),
                 /its catalog .* in it/);
  });
});
