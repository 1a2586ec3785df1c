// `polc scan` on the official servers, on servers of both eras over both
// transports, and on the tools of public catalogs.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {describe, it} from 'node:test';

import {cases, folder, root, server} from './support/paths.mjs';
import {httpServer, listening, run, scan, stdioServer} from './support/scan.mjs';

const certificate = join(root, 'test/e2e/support/tls/cert.pem');
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

// RFC 8785 of values without numbers that JavaScript would not keep.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return '{' +
      Object.keys(value).sort()
          .map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',') +
      '}';
}

// Checks the catalog and the policy that a scan wrote to `out`.
async function checkWritten(out, name) {
  const catalog = read(join(out, `${name}.json`));
  const names = catalog.tools.map((tool) => tool.name);
  assert.deepEqual(names, [...names].sort());
  for (const {_meta, ...definition} of catalog.tools) {
    assert.equal(_meta['dev.polc/sha256'],
                 createHash('sha256').update(canonical(definition)).digest('hex'),
                 definition.name);
  }
  const policy = join(out, `${name}.pol`);
  const checked =
      await run(['check', '--fail-on', 'warning', policy], {cwd: root});
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.doesNotMatch(checked.stdout, /warning:|error:/);
  const laid = await run(['fmt', '--check', policy]);
  assert.equal(laid.status, 0, laid.stdout);
  // Every tool that can be called is decided by a rule.
  const text = readFileSync(policy, 'utf8');
  for (const tool of names) {
    assert.match(text, new RegExp(`\\b${tool}\\b`), tool);
  }
  return {catalog, text};
}

async function scanned(args, out, name) {
  const done = await scan(['-o', out, '--server', name, ...args]);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  return {done, ...await checkWritten(out, name)};
}

describe('scan of the official servers', () => {
  for (const name of ['server-filesystem', 'server-memory',
                      'server-sequential-thinking', 'server-everything']) {
    it(`writes a catalog and a clean policy of ${name}`, async (t) => {
      const out = folder(t);
      const folders = name === 'server-filesystem' ? [out] : [];
      const command = ['--', process.execPath, server(name), ...folders];
      const first = await scan(['-o', out, ...command]);
      assert.equal(first.status, 0, first.stdout + first.stderr);
      const {catalog} = await checkWritten(out, name);
      assert.equal(catalog._meta['dev.polc/protocolVersion'], '2025-11-25');
      assert.match(first.stdout, new RegExp(`polc check .*${name}\\.pol`));

      // A second look says the same, byte for byte, and changes nothing.
      const bytes = readFileSync(join(out, `${name}.json`));
      const again = await scan(['-o', out, ...command]);
      assert.equal(again.status, 0, again.stdout);
      assert.match(again.stdout, /nothing changed/);
      assert.deepEqual(readFileSync(join(out, `${name}.json`)), bytes);
      const diff = await scan(
          ['--diff', join(out, `${name}.json`), '--server', name, ...command]);
      assert.equal(diff.status, 0, diff.stdout);
    });
  }

  it('hears the same from server-everything over HTTP', async (t) => {
    const name = 'server-everything';
    const out = folder(t);
    await scanned(['--', process.execPath, server(name)], join(out, 'a'), name);
    const url = await listening(t, server(name), ['streamableHttp'],
                                /listening on port/);
    await scanned(['--url', url], join(out, 'b'), name);
    assert.deepEqual(read(join(out, 'b', `${name}.json`)),
                     read(join(out, 'a', `${name}.json`)));
  });
});

const tool = (name, more = {}) => ({
  name, description: `the tool ${name}`, inputSchema: {type: 'object'}, ...more});

describe('scan of both eras', () => {
  const pages = [[tool('get_b')], [tool('delete_a')], [tool('list_c')]];
  const revisions = {old: '2025-11-25', new: '2026-07-28'};
  for (const [era, revision] of Object.entries(revisions)) {
    it(`reads all pages of the ${era} one over stdio`, async (t) => {
      const out = folder(t);
      const {catalog} = await scanned(
          ['--', ...stdioServer(t, {era, pages})], out, 'both');
      assert.deepEqual(catalog.tools.map((one) => one.name),
                       ['delete_a', 'get_b', 'list_c']);
      assert.equal(catalog._meta['dev.polc/protocolVersion'], revision);
      assert.deepEqual(catalog._meta['dev.polc/serverInfo'],
                       {name: 'scripted', version: '1'});
    });
    for (const events of [false, true]) {
      const how = events ? 'events' : 'JSON';
      it(`reads all pages of the ${era} one over HTTP as ${how}`, async (t) => {
        const url = await httpServer(t, {era, pages, events});
        const {catalog} = await scanned(['--url', url], folder(t), 'both');
        assert.equal(catalog.tools.length, 3);
        assert.equal(catalog._meta['dev.polc/protocolVersion'], revision);
      });
    }
  }

  for (const revision of ['2024-11-05', '2025-03-26', '2025-06-18']) {
    it(`speaks ${revision}`, async (t) => {
      const {catalog} = await scanned(
          ['--', ...stdioServer(t, {era: 'old', revision, pages})], folder(t),
          'old');
      assert.equal(catalog._meta['dev.polc/protocolVersion'], revision);
    });
  }

  for (const era of ['silent', 'fragile']) {
    it(`starts over with a server that the probe leaves ${era}`, async (t) => {
      const {catalog} = await scanned(
          ['--', ...stdioServer(t, {era, pages})], folder(t), 'odd');
      assert.equal(catalog.tools.length, 3);
    });
  }
});

describe('scan for a person', () => {
  it('names one grant where it is told to', async (t) => {
    const {text} = await scanned(
        ['--grant', 'ci', '--',
         ...stdioServer(t, {pages: [[tool('get_a'), tool('pay_b')]]})],
        folder(t), 'granted');
    assert.equal(text.match(/caller\.grant == "ci"/g).length, 2);
  });

  it('splits a tool by the operations that its schema lists', async (t) => {
    const manage = tool('manage_thing', {
      inputSchema: {
        type: 'object',
        properties: {operation: {enum: ['get_it', 'delete_it', 'update_it']}},
        required: ['operation'],
      }
    });
    const out = folder(t);
    await scanned(['--', ...stdioServer(t, {pages: [[manage]]})], out, 'ops');
    const decide = async (operation) => {
      const request = join(out, 'request.json');
      writeFileSync(request, JSON.stringify(
          {tool: 'manage_thing', args: {operation}}));
      const done =
          await run(['eval', join(out, 'ops.pol'), '--request', request]);
      return JSON.parse(done.stdout).decision;
    };
    assert.equal(await decide('get_it'), 'allow');
    assert.equal(await decide('update_it'), 'allow');
    assert.equal(await decide('delete_it'), 'ask');
  });

  it('passes on what it is told to, and no other variable', async (t) => {
    const file = join(folder(t), 'environment.json');
    const command = [
      process.execPath, '-e',
      `require('fs').writeFileSync(${JSON.stringify(file)},
        JSON.stringify(process.env))`,
    ];
    const done = await scan(
        ['--timeout', '10', '--env', 'GIVEN', '--env', 'SET=1', '--',
         ...command],
        {env: {...process.env, TOKEN: 'secret', GIVEN: 'yes'},
         cwd: folder(t)});
    assert.equal(done.status, 2);
    const environment = read(file);
    assert.equal(environment.TOKEN, undefined);
    assert.equal(environment.GIVEN, 'yes');
    assert.equal(environment.SET, '1');
    assert.equal(environment.PATH, process.env.PATH);
  });

  it('sends a header with a secret from the environment', async (t) => {
    const url = await httpServer(
        t, {era: 'new', secret: 's3cret', pages: [[tool('get_a')]]});
    const refused = await scan(['--url', url, '-o', folder(t)]);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /wants other credentials/);
    const out = folder(t);
    const done = await scan(
        ['--url', url, '-o', out, '--header', 'Authorization: Bearer ${TOKEN}'],
        {env: {...process.env, TOKEN: 's3cret'}});
    assert.equal(done.status, 0, done.stderr);
    for (const name of readdirSync(out)) {
      assert.doesNotMatch(readFileSync(join(out, name), 'utf8'), /s3cret/);
    }
  });

  it('trusts no certificate that nobody vouches for', async (t) => {
    const url = await httpServer(
        t, {era: 'new', pages: [[tool('get_a')]]}, {secure: true});
    const refused = await scan(['--url', url, '-o', folder(t)]);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /certificate/);
    const vouched = {...process.env, SSL_CERT_FILE: certificate};
    const done =
        await scan(['--url', url, '-o', folder(t)], {env: vouched});
    assert.equal(done.status, 0, done.stderr);
    // It is a certificate for that name, and for no other of this machine.
    const other = await scan(
        ['--url', url.replace('localhost', '127.0.0.2'), '-o', folder(t)],
        {env: vouched});
    assert.equal(other.status, 2);
  });

  it('shows what a server says on its standard error when asked', async (t) => {
    const says = 'loud \u001b[31mand red\n';
    const command = stdioServer(t, {says, pages: [[tool('get_a')]]});
    const quiet = await scan(['-o', folder(t), '--', ...command]);
    assert.doesNotMatch(quiet.stderr, /loud/);
    const loud = await scan(['--verbose', '-o', folder(t), '--', ...command]);
    assert.match(loud.stderr, /loud \.\[31mand red/);
  });
});

describe('scan of the tools of public catalogs', () => {
  const files = [join(cases, 'catalog'), join(root, 'examples')].flatMap(
      (at) => readdirSync(at, {recursive: true})
                  .filter((name) => name.endsWith('.json'))
                  .map((name) => join(at, name)));
  const catalogs = files.filter((file) => read(file).tools?.length > 0);
  assert.ok(catalogs.length >= 7);
  for (const file of catalogs) {
    it(`proposes a clean policy for ${basename(file)}`, async (t) => {
      const pages = [read(file).tools];
      await scanned(['--', ...stdioServer(t, {era: 'new', pages})], folder(t),
                    'catalog');
    });
  }
});
