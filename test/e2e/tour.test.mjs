// A tour of real servers with the official client: with polc-shim and an
// allow-all policy in between, every answer is the same as without.
import {CreateMessageRequestSchema, LoggingMessageNotificationSchema} from '@modelcontextprotocol/sdk/types.js';
import assert from 'node:assert/strict';
import {realpathSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {verifyAudit} from './support/audit.mjs';
import {connect, outcome} from './support/client.mjs';
import {cases, folder, server} from './support/paths.mjs';
import {reset} from './support/project.mjs';

const ALLOW_ALL = join(cases, 'allow-all.pol');

function shimArguments(audit) {
  return ['--policy', ALLOW_ALL, '--state', 'memory:', '--audit', audit];
}

// Calls for every tool of server-filesystem, in good and bad forms.
function filesystemCalls(root) {
  const at = (name) => join(root, name);
  return [
    ['list_allowed_directories', {}],
    ['read_file', {path: at('README.md')}],
    ['read_text_file', {path: at('README.md')}],
    ['read_text_file', {path: at('README.md'), head: 2}],
    ['read_text_file', {path: at('docs/long.txt'), tail: 3}],
    ['read_text_file', {path: at('README.md'), head: 1, tail: 1}],
    ['read_text_file', {path: at('docs/gr\u00fc\u00dfe.txt')}],
    ['read_text_file', {path: at('docs/long.txt')}],
    ['read_text_file', {path: at('docs/empty.txt')}],
    ['read_text_file', {path: at('missing.txt')}],
    ['read_text_file', {path: at('../outside.txt')}],
    ['read_text_file', {path: '/etc/hostname'}],
    ['read_text_file', {path: 'README.md'}],
    ['read_text_file', {path: 17}],
    ['read_text_file', {}],
    ['read_text_file', {path: at('README.md'), extra: {a: [1, 2.5, null]}}],
    ['read_media_file', {path: at('logo.png')}],
    ['read_media_file', {path: at('missing.png')}],
    ['read_multiple_files', {paths: [at('README.md'), at('missing.txt')]}],
    ['read_multiple_files', {paths: []}],
    ['write_file', {path: at('new.txt'), content: 'a\u2028b\u0001"\\\n'}],
    ['write_file', {path: at('README.md'), content: ''}],
    ['write_file', {path: '/nowhere/x', content: ''}],
    [
      'edit_file', {
        path: at('README.md'),
        edits: [{oldText: 'A line.', newText: 'One line.'}],
        dryRun: true,
      }
    ],
    [
      'edit_file', {
        path: at('src/main.c'),
        edits: [{oldText: 'return 0', newText: 'return 1'}],
      }
    ],
    ['edit_file', {path: at('README.md'), edits: [{oldText: 'x', newText: ''}]}],
    ['create_directory', {path: at('src/deep')}],
    ['create_directory', {path: at('a/b/c')}],
    ['list_directory', {path: root}],
    ['list_directory', {path: at('missing')}],
    ['list_directory_with_sizes', {path: at('docs'), sortBy: 'size'}],
    ['list_directory_with_sizes', {path: at('docs'), sortBy: 'colour'}],
    ['directory_tree', {path: root}],
    ['directory_tree', {path: root, excludePatterns: ['docs']}],
    ['move_file', {source: at('src/util.c'), destination: at('src/u.c')}],
    ['move_file', {source: at('missing'), destination: at('x')}],
    ['search_files', {path: root, pattern: '**/*.c'}],
    ['search_files', {path: root, pattern: '*.none'}],
    ['get_file_info', {path: at('README.md')}],
    ['get_file_info', {path: at('src')}],
    ['get_file_info', {path: at('missing')}],
    ['no_such_tool', {}],
  ];
}

const call = (client, name, args) =>
    outcome(() => client.callTool({name, arguments: args}));

describe('tour of server-filesystem', () => {
  it('gives the same through an allow-all policy', async (t) => {
    const root = realpathSync(folder(t));
    const audit = join(folder(t), 'audit.jsonl');
    const command = [process.execPath, server('server-filesystem'), root];
    reset(root);
    const plain = await connect(t, command);
    const shimmed = await connect(t, command, {shimmed: shimArguments(audit)});

    assert.deepEqual(shimmed.getServerVersion(), plain.getServerVersion());
    assert.deepEqual(shimmed.getServerCapabilities(),
                     plain.getServerCapabilities());
    assert.equal(shimmed.getInstructions(), plain.getInstructions());
    const list = await plain.listTools();
    assert.deepEqual(await shimmed.listTools(), list);

    const calls = filesystemCalls(root);
    const called = new Set(calls.map(([name]) => name));
    for (const {name} of list.tools) assert.ok(called.has(name), name);
    for (const [name, args] of calls) {
      reset(root);
      const want = await call(plain, name, args);
      reset(root);
      const got = await call(shimmed, name, args);
      assert.deepEqual(got, want, `${name} ${JSON.stringify(args)}`);
    }
    const records = verifyAudit(audit).filter((r) => r.tool !== undefined);
    assert.equal(records.length, calls.length);
    for (const record of records) assert.equal(record.decision, 'allow');
  });
});

describe('tour of server-memory', () => {
  it('gives the same through an allow-all policy', async (t) => {
    const audit = join(folder(t), 'audit.jsonl');
    const command = () => [
      'env', `MEMORY_FILE_PATH=${join(folder(t), 'memory.jsonl')}`,
      process.execPath, server('server-memory')
    ];
    const plain = await connect(t, command());
    const shimmed =
        await connect(t, command(), {shimmed: shimArguments(audit)});
    const entities =
        [{name: 'polc', entityType: 'program', observations: ['is strict']}];
    for (const [name, args] of [
             ['create_entities', {entities}],
             ['add_observations', {
               observations:
                   [{entityName: 'polc', contents: ['fails closed']}]
             }],
             ['search_nodes', {query: 'strict'}],
             ['open_nodes', {names: ['polc']}],
             ['create_relations', {relations: [{from: 'a'}]}],
             ['read_graph', {}],
             ['delete_entities', {entityNames: ['polc']}],
             ['read_graph', {}],
    ]) {
      assert.deepEqual(await call(shimmed, name, args),
                       await call(plain, name, args), name);
    }
  });
});

// Everything of the protocol that server-everything has and can repeat.
async function everythingTour(client) {
  const seen = {};
  const keep = async (name, action) => seen[name] = await outcome(action);
  await keep('tools', () => client.listTools());
  await keep('echo', () => client.callTool(
      {name: 'echo', arguments: {message: 'gr\u00fc\u00dfe \u{1f600}'}}));
  await keep('sum', () => client.callTool(
      {name: 'get-sum', arguments: {a: 2, b: 0.5}}));
  await keep('structured', () => client.callTool(
      {name: 'get-structured-content', arguments: {location: 'Chicago'}}));
  await keep('image', () => client.callTool(
      {name: 'get-tiny-image', arguments: {}}));
  await keep('links', () => client.callTool(
      {name: 'get-resource-links', arguments: {count: 2}}));
  const progress = [];
  await keep('long', () => client.callTool(
      {name: 'trigger-long-running-operation',
       arguments: {duration: 0.2, steps: 4}},
      undefined, {onprogress: (p) => progress.push(p)}));
  // The last one races with the answer, in the SDK as well.
  seen.progress = progress.slice(0, 3);
  await keep('sampling', () => client.callTool(
      {name: 'trigger-sampling-request',
       arguments: {prompt: 'say hi', maxTokens: 5}}));
  await keep('prompts', () => client.listPrompts());
  await keep('prompt', () => client.getPrompt(
      {name: 'args-prompt', arguments: {city: 'Oslo'}}));
  await keep('resources', () => client.listResources());
  await keep('templates', () => client.listResourceTemplates());
  await keep('resource', () => client.readResource(
      {uri: seen.resources.result.resources[0].uri}));
  await keep('missing', () => client.readResource({uri: 'demo://missing'}));
  await keep('ping', () => client.ping());
  await keep('level', () => client.setLoggingLevel('error'));
  return seen;
}

describe('tour of server-everything', () => {
  it('gives the same through an allow-all policy', async (t) => {
    const audit = join(folder(t), 'audit.jsonl');
    const command = [process.execPath, server('server-everything')];
    const options = {
      capabilities: {sampling: {}},
      prepare: (client) => {
        client.setRequestHandler(CreateMessageRequestSchema, () => ({
          model: 'none', role: 'assistant', stopReason: 'endTurn',
          content: {type: 'text', text: 'hi'},
        }));
        client.setNotificationHandler(LoggingMessageNotificationSchema,
                                      () => {});
      },
    };
    const plain = await connect(t, command, options);
    const shimmed =
        await connect(t, command, {...options, shimmed: shimArguments(audit)});
    const want = await everythingTour(plain);
    assert.equal(want.progress.length, 3);
    assert.ok(want.sampling.result, JSON.stringify(want.sampling));
    assert.deepEqual(await everythingTour(shimmed), want);
  });
});
