// What a hostile server sends: lists that smuggle hidden tools past the
// filter, answers to questions nobody asked, noise, and too much of it.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {hostileCases} from './support/cases.mjs';
import {compiled} from './support/compiled.mjs';
import {cases as folderOfCases, folder} from './support/paths.mjs';
import {Session} from './support/session.mjs';

const cases = new Map(hostileCases(['response']).map((one) => [one.id, one]));

// A session whose server answers `method` with the bytes of the case, and all
// that the client sees after asking once, as request 1.
async function ask(t, id, method, params, options = {}) {
  const file = join(folder(t), 'answer');
  writeFileSync(file, cases.get(id).bytes);
  const session = await Session.start(
      t, {server: ['--answer', method, file], ...options});
  session.peer.send({jsonrpc: '2.0', id: 1, method, params});
  await session.peer.fence('after');
  const seen = session.peer.messages.filter(
      (m) => m.id !== 'init' && m.id !== 'fence-after');
  return {
    session,
    seen,
    answer: seen.find((m) => m.id === 1),
    peak: session.peer.peakMemory(),
  };
}

function names(answer) {
  return answer.result.tools.map((tool) => tool.name);
}

describe('hostile response', {concurrency: 2}, () => {
  it('T01 a hidden tool spelled with escapes is filtered', async (t) => {
    const {answer} = await ask(t, 'T01', 'tools/list');
    assert.deepEqual(names(answer), cases.get('T01').expected.client_sees);
  });

  it('T03 an answer with an id of another type is dropped', async (t) => {
    const {seen} = await ask(t, 'T03', 'tools/list');
    assert.deepEqual(seen, []);
  });

  it('T04 a list with two `tools` is an error', async (t) => {
    const {seen, answer} = await ask(t, 'T04', 'tools/list');
    assert.ok(answer.error, JSON.stringify(answer));
    assert.ok(!JSON.stringify(seen).includes('delete_repo'));
  });

  it('T06 an entry without a name is dropped', async (t) => {
    const {answer} = await ask(t, 'T06', 'tools/list');
    assert.deepEqual(names(answer), ['echo']);
  });

  it('T07 what is not a tool is kept', async (t) => {
    const {answer} = await ask(t, 'T07', 'tools/list');
    assert.deepEqual(names(answer), ['echo']);
    assert.equal(answer.result.nextCursor, 'c');
    assert.deepEqual(answer.result._meta, {k: 1});
    assert.equal(answer.result.ttlMs, 1000);
    // A shared cache must not show one caller's list to another.
    assert.equal(answer.result.cacheScope, 'private');
  });

  it('T09 one name for two tools is an error', async (t) => {
    const {answer} = await ask(t, 'T09', 'tools/list');
    assert.ok(answer.error, JSON.stringify(answer));
  });

  it('T12 a log line on stdout is dropped', async (t) => {
    const {session, seen} = await ask(t, 'T12', 'tools/list');
    assert.deepEqual(seen, []);
    assert.deepEqual(session.peer.noise, []);
    const answer = await session.peer.call(2, 'echo', {});
    assert.equal(answer.result.content[0].text, 'ran echo');
  });

  it('T15 an answer of 50 MB becomes an error', async (t) => {
    const {session, answer, peak} =
        await ask(t, 'T15', 'tools/call', {name: 'echo', arguments: {}},
                  {policy: compiled(t, join(folderOfCases, 'f1.pol'))});
    assert.ok(answer.error, 'the client is told');
    // All of a shim that has compiled policies, not what this added.
    assert.ok(peak <= cases.get('T15').expected.max_rss_mb, `${peak} MiB`);
    const next = await session.peer.request(2, 'tools/list');
    assert.ok(next.result.tools.length > 0, 'the session lives on');
  });
});
