// The policy of examples/filesystem on the real server, through the official
// client: what is allowed, denied and over its limit, what the client is told,
// what it can list, and what the audit log keeps of it.
import assert from 'node:assert/strict';
import {cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {verifyAudit} from './support/audit.mjs';
import {connect} from './support/client.mjs';
import {folder, root, server} from './support/paths.mjs';
import {reset} from './support/project.mjs';
import {Session} from './support/session.mjs';

// The example's policy, about `project` in place of /srv/project.
function policyFor(project, target) {
  const example = join(root, 'examples/filesystem');
  mkdirSync(target, {recursive: true});
  cpSync(join(example, 'server-filesystem.json'),
         join(target, 'server-filesystem.json'));
  const text = readFileSync(join(example, 'filesystem.pol'), 'utf8');
  const file = join(target, 'filesystem.pol');
  writeFileSync(file, text.replaceAll('/srv/project', project)
                          .replace('3 per hour', '3 per day'));
  return file;
}

async function setUp(t, state) {
  const project = realpathSync(folder(t));
  reset(project);
  const temp = folder(t);
  const audit = join(temp, 'audit.jsonl');
  const shimmed = [
    '--policy', policyFor(project, temp), '--grant', 'ci', '--state',
    state ?? `sqlite:${join(temp, 'state.db')}`, '--audit', audit
  ];
  const command = [process.execPath, server('server-filesystem'), project];
  const client = await connect(t, command, {shimmed});
  return {project, temp, audit, client, command, shimmed};
}

const text = (result) => result.content[0].text;
const read = (client, path) =>
    client.callTool({name: 'read_text_file', arguments: {path}});
const save = (client, path) =>
    client.callTool({name: 'write_file', arguments: {path, content: 'x'}});

describe('a policy on a real server', () => {
  it('lets an allowed call through', async (t) => {
    const {project, client} = await setUp(t);
    const result = await read(client, join(project, 'README.md'));
    assert.notEqual(result.isError, true);
    assert.match(text(result), /^# Project/);
  });

  it('denies with the reason and the rule', async (t) => {
    const {project, client, audit} = await setUp(t);
    const result = await read(client, join(project, 'secrets/token.txt'));
    assert.equal(result.isError, true);
    assert.ok(text(result).startsWith(
                  'What lies under secrets/ is for people only.'),
              text(result));
    assert.match(text(result), /filesystem\.no_secrets/);
    const record = verifyAudit(audit).find((r) => r.decision === 'deny');
    assert.equal(record.rule, 'filesystem.no_secrets');
    assert.equal(record.tool, 'read_text_file');
    assert.equal(record.caller.grant, 'ci');
    assert.ok(record.reason.startsWith('What lies under secrets/'));
  });

  it('stops at the limit and says how long to wait', async (t) => {
    const {project, client, audit} = await setUp(t);
    for (let i = 0; i < 3; ++i) {
      const result = await save(client, join(project, `new${i}.txt`));
      assert.notEqual(result.isError, true, text(result));
    }
    const result = await save(client, join(project, 'new3.txt'));
    assert.equal(result.isError, true);
    assert.match(text(result), /filesystem\.saves/);
    const seconds = Number(/(\d+) seconds?/.exec(text(result))[1]);
    assert.ok(seconds > 0 && seconds <= 86400, text(result));
    assert.ok(!existsSync(join(project, 'new3.txt')));
    const records = verifyAudit(audit).filter((r) => r.tool === 'write_file');
    assert.deepEqual(records.map((r) => r.decision),
                     ['allow', 'allow', 'allow', 'deny']);
    assert.equal(records[0].charges.length, 1);
    assert.equal(records[0].charges[0].limit, 'filesystem.saves');
    assert.deepEqual(records[0].charges[0].key, {grant: 'ci'});
  });

  it('keeps counting when it is started again', async (t) => {
    const {project, client, command, shimmed} = await setUp(t);
    for (let i = 0; i < 3; ++i) {
      await save(client, join(project, `new${i}.txt`));
    }
    await client.close();
    const again = await connect(t, command, {shimmed});
    const result = await save(again, join(project, 'new3.txt'));
    assert.equal(result.isError, true, text(result));
    const records = verifyAudit(shimmed.at(-1));
    assert.equal(records.at(-1).decision, 'deny', 'one chain for both');
  });

  it('denies what has no rule, without a word about the policy', async (t) => {
    const {project, client} = await setUp(t);
    const path = join(project, 'README.md');
    const result = await client.callTool(
        {name: 'move_file', arguments: {source: path, destination: path}});
    assert.equal(result.isError, true);
    assert.ok(existsSync(path));
  });

  it('lists only what some call can get through', async (t) => {
    const {client} = await setUp(t, 'memory:');
    const {tools} = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name), [
      'read_text_file', 'write_file', 'list_directory', 'get_file_info',
      'list_allowed_directories'
    ]);
  });

  it('keeps a chained audit log', async (t) => {
    const {project, client, audit} = await setUp(t);
    await read(client, join(project, 'README.md'));
    await read(client, join(project, 'secrets/token.txt'));
    await save(client, join(project, 'new.txt'));
    const records = verifyAudit(audit);
    assert.ok(records.length >= 3);
    assert.match(records[0].policy, /^[0-9a-f]{64}$/);
    for (const record of records) {
      assert.ok(!Number.isNaN(Date.parse(record.time)), record.time);
      assert.equal(record.policy, records[0].policy);
      assert.ok(['allow', 'ask', 'deny'].includes(record.decision));
    }
  });
});

describe('the order of things', () => {
  it('writes the audit record before the call goes out', async (t) => {
    const audit = join(folder(t), 'audit.jsonl');
    const session =
        await Session.start(t, {auditFile: audit, server: ['--audit', audit]});
    const before = session.audit().length;
    for (let i = 0; i < 5; ++i) await session.peer.call(i, 'echo', {});
    const counts = readFileSync(join(session.record, 'audit-lines'), 'utf8')
                       .trim()
                       .split('\n')
                       .map(Number);
    assert.deepEqual(counts, [1, 2, 3, 4, 5].map((n) => before + n));
  });
});
