// Files of other formats as the shim's policy, as they are: a team that comes
// from them changes one word of its configuration.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {verifyAudit} from './support/audit.mjs';
import {connect} from './support/client.mjs';
import {folder, recorder} from './support/paths.mjs';
import {Session} from './support/session.mjs';

const intercept = `version: "1"
default: deny
hide: [delete_repo]
tools:
  echo:
    rules: []
  pay:
    rules:
      - name: small payments
        conditions:
          - {path: args.amount, op: lte, value: 100}
        on_deny: "Payments over 100 need a person"
  fetch:
    rules:
      - name: fetches
        rate_limit: 2/day
`;

const policyJson = JSON.stringify({
  version: '1',
  default: 'allow',
  tools: {
    delete_repo: {deny_if: [{conditions: [], on_deny: 'Nobody deletes.'}]},
    run: {limits: [{counter: 'runs', window: 'day', max: 1, scope: 'grant'}]},
  },
});

async function start(t, name, text) {
  const temp = folder(t);
  const policy = join(temp, name);
  writeFileSync(policy, text);
  const audit = join(temp, 'audit.jsonl');
  const record = join(temp, 'server');
  mkdirSync(record);
  const client = await connect(t, [process.execPath, recorder, record], {
    shimmed: ['--policy', policy, '--state', 'memory:', '--audit', audit],
  });
  const call = async (tool, args = {}) => {
    const result = await client.callTool({name: tool, arguments: args});
    return result.isError === true ? result.content[0].text : 'allowed';
  };
  const listed = async () =>
      (await client.listTools()).tools.map((tool) => tool.name).sort();
  return {audit, call, listed};
}

describe('a policy of another format', {concurrency: 2}, () => {
  it('Intercept\'s YAML decides, limits and hides', async (t) => {
    const {audit, call, listed} =
        await start(t, 'payments.yaml', intercept);
    assert.deepEqual(await listed(), ['echo', 'fetch', 'pay']);
    assert.equal(await call('echo'), 'allowed');
    assert.equal(await call('pay', {amount: 100}), 'allowed');
    assert.match(await call('pay', {amount: 101}),
                 /^Payments over 100 need a person/);
    assert.match(await call('run'), /no rule/);
    assert.equal(await call('fetch'), 'allowed');
    assert.equal(await call('fetch'), 'allowed');
    assert.match(await call('fetch'), /^limit `payments\.fetches` is used up/);
    verifyAudit(audit);
  });

  it('a policy.json decides', async (t) => {
    const {call} = await start(t, 'payments.json', policyJson);
    assert.equal(await call('echo'), 'allowed');
    assert.match(await call('delete_repo'), /^Nobody deletes\./);
    assert.equal(await call('run'), 'allowed');
    assert.match(await call('run'), /^limit `payments\.runs` is used up/);
  });

  it('a file that its format refuses starts nothing', async (t) => {
    const policy = join(folder(t), 'policy.yaml');
    writeFileSync(policy, 'version: "1"\ntools:\n  a:\n    rules:\n      - {}\n');
    await assert.rejects(Session.start(t, {policy}), /policy\.yaml:5/);
  });
});
